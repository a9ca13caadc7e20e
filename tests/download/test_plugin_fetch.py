"""What plugins may ask, against a real server."""

import pytest
from aiohttp import web

from astrolens.domain.errors import BadData, Unavailable
from astrolens.plugin import Fetcher
from tests.download.servers import HOSTS, Clock, fetcher, survey


async def echo(request: web.Request) -> web.StreamResponse:
    return web.json_response({"query": dict(request.query), "object": 2**62 + 1})


async def maintenance(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>\x1b[2J</html>")


async def nested(_: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 200_000)


async def test_parameters_are_encoded_and_integers_exact() -> None:
    async with survey({"/q": echo}) as server, fetcher(Clock()) as http:
        lent: Fetcher = http.for_plugin(HOSTS)
        answer = await lent.get_json(f"{server.base}/q?fixed=1", {"dec": "+12.5", "sql": "a&b=c d"})
        assert await lent.get_bytes(f"{server.base}/q") == b'{"query": {}, "object": 4611686018427387905}'
    assert answer == {"query": {"fixed": "1", "dec": "+12.5", "sql": "a&b=c d"}, "object": 2**62 + 1}
    assert "%2B12.5" in server.asked[0]


async def test_a_page_instead_of_json_is_no_answer() -> None:
    async with survey({"/m": maintenance, "/n": nested}) as server, fetcher(Clock()) as http:
        lent = http.for_plugin(HOSTS)
        with pytest.raises(Unavailable, match="no JSON but '<html>") as refused:
            await lent.get_json(f"{server.base}/m")
        assert "\x1b" not in str(refused.value)
        with pytest.raises(Unavailable, match="no JSON"):
            await lent.get_json(f"{server.base}/n")


async def test_only_its_own_hosts_at_its_own_rate() -> None:
    clock = Clock()
    async with survey({"/q": echo}) as server, fetcher(clock) as http:
        lent = http.for_plugin(HOSTS, requests_per_minute=20.0)
        for url in ("https://example.org/", "ftp://127.0.0.1/", "https://[broken"):
            with pytest.raises(BadData):
                await lent.get_bytes(url, {"a": "b"})
        await lent.get_bytes(f"{server.base}/q")
        await lent.get_bytes(f"{server.base}/q")
    assert clock.slept == [3.0]
