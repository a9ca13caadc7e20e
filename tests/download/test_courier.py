"""Time and failures over a whole visit."""

from pathlib import Path

import pytest
from aiohttp import web

from astrolens.domain.errors import BadData, Unavailable
from tests.download.servers import HOSTS, Clock, fetcher, survey


async def shut(_: web.Request) -> web.StreamResponse:
    return web.Response(status=403)


async def failing(_: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


async def test_a_ban_rests_the_host_so_that_not_everything_is_parked(tmp_path: Path) -> None:
    async with survey({"/a": shut}) as server, fetcher(Clock()) as http:
        for _ in range(5):
            with pytest.raises(BadData, match="answered 403"):
                await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
        with pytest.raises(Unavailable, match="rests"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)


async def test_waits_count_against_the_time_of_a_download(tmp_path: Path) -> None:
    clock = Clock()
    async with survey({"/a": failing}) as server, fetcher(clock, attempts=10, timeout_s=6.5) as http:
        with pytest.raises(Unavailable, match="after 3 tries"):
            await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert [wait for wait in clock.slept if wait >= 0.5] == [1.0, 2.0]


async def test_requests_are_spaced(tmp_path: Path) -> None:
    clock = Clock()
    async with (
        survey({"/a": failing}) as server,
        fetcher(clock, attempts=1, requests_per_minute=30.0) as http,
    ):
        for _ in range(3):
            with pytest.raises(Unavailable):
                await http.fetch(f"{server.base}/a", tmp_path / "file", HOSTS)
    assert clock.slept == [2.0, 2.0]
