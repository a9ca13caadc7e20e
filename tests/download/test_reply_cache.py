"""A search whose answer did not change is not sent again."""

import pytest
from aiohttp import web

from astrolens.domain.errors import Unavailable
from astrolens.download.reply_cache import ReplyCache
from tests.download.servers import HOSTS, Clock, fetcher, survey


async def test_an_answer_is_confirmed_until_it_changes() -> None:
    version = "1"

    async def listed(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == f'"{version}"':
            return web.Response(status=304)
        return web.Response(body=f"list {version}".encode(), headers={"ETag": f'"{version}"'})

    async with survey({"/list": listed}) as server, fetcher(Clock()) as http:
        plugin = http.for_plugin(HOSTS)
        for wanted in ("1", "1", "2", "2"):
            version = wanted
            assert await plugin.get_bytes(f"{server.base}/list") == f"list {wanted}".encode()
    asked = [headers.get("If-None-Match") for headers in server.headers]
    assert asked == [None, '"1"', '"1"', '"2"']


async def test_a_confirmation_that_nobody_asked_for_is_no_answer() -> None:
    async def confused(_: web.Request) -> web.StreamResponse:
        return web.Response(status=304)

    async with survey({"/list": confused}) as server, fetcher(Clock(), attempts=1) as http:
        with pytest.raises((Unavailable, Exception), match="304"):
            await http.for_plugin(HOSTS).get_bytes(f"{server.base}/list")


def test_only_what_has_a_version_is_kept_and_the_oldest_goes_first() -> None:
    cache = ReplyCache(most_bytes=10)
    cache.keep("a", b"12345", {})
    cache.keep("b", b"12345", {"ETag": '"1"', "Cache-Control": "no-store"})
    cache.keep("big", bytes(2**21), {"ETag": '"1"'})
    assert [cache.headers(url) for url in ("a", "b", "big")] == [{}, {}, {}]
    cache.keep("c", b"12345", {"Last-Modified": "Sat, 21 Nov 2026 03:08:08 GMT"})
    cache.keep("d", b"12345", {"ETag": 'W/"1"'})
    assert cache.headers("c") == {"If-Modified-Since": "Sat, 21 Nov 2026 03:08:08 GMT"}
    assert cache.confirmed("c") == b"12345"
    cache.keep("e", b"1", {"ETag": '"1"'})
    assert (cache.confirmed("c"), cache.confirmed("d"), cache.confirmed("e")) == (b"12345", None, b"1")
    cache.drop("c")
    cache.drop("c")
    assert cache.confirmed("c") is None
