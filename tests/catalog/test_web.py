"""A visit ends in time, within its size, on its host, and with the whole reply."""

import asyncio
import gzip
import socket

import pytest
from aiohttp import web

from astrolens.catalog.web import ask
from astrolens.domain.errors import Unavailable
from tests.catalog.serving import at_port


async def visit(url: str, **values: int) -> tuple[int, bytes]:
    def call() -> tuple[int, bytes]:
        return ask(
            url, timeout_s=1.0, user_agent="AstroLens/0", limit_bytes=values.get("limit_bytes", 10_000)
        )

    return await asyncio.to_thread(call)


def app(handler: object) -> web.Application:
    made = web.Application()
    made.router.add_get("/", handler)  # type: ignore[arg-type]
    return made


async def test_a_good_reply_comes_whole_and_in_our_name() -> None:
    async def good(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["User-Agent"])

    async with at_port(app(good)) as url:
        assert await visit(url) == (200, b"AstroLens/0")


async def test_a_packed_bomb_a_redirect_elsewhere_and_a_pause_are_no_reply() -> None:
    async def bomb(_request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b" " * 30_000_000), headers={"Content-Encoding": "gzip"})

    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:9/")

    async def pause(_request: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "77"})

    async with at_port(app(bomb)) as url:
        with pytest.raises(Unavailable, match="longer than 10000 bytes"):
            await visit(url)
    async with at_port(app(elsewhere)) as url:
        with pytest.raises(Unavailable, match="wants to send us to 127"):
            await visit(url)
    async with at_port(app(pause)) as url:
        with pytest.raises(Unavailable, match="status 429") as caught:
            await visit(url)
    assert caught.value.retry_after_s == 77.0


async def test_fewer_bytes_than_announced_are_no_reply() -> None:
    async def short(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    async with at_port(app(short)) as url:
        with pytest.raises(Unavailable, match="cannot be reached"):
            await visit(url)


async def test_a_closed_port_is_told_in_the_words_of_the_system() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Unavailable, match=r"cannot be reached: Connection refused$"):
        await visit(f"http://127.0.0.1:{port}/")
