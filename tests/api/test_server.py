"""Sockets: what lies in the way, what abuse does, how it ends."""

import asyncio
import gc
import os
import shutil
import socket
import stat
import sys
import time
import weakref
from pathlib import Path

import aiohttp
import pytest

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.context import ApiContext
from astrolens.api.hub import EventHub
from astrolens.api.server import build_app, serving
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError
from astrolens.store.store import open_store
from tests.api.conftest import TOKEN, House, SmallDaemon, a_house


async def raw(house: House, request: bytes) -> bytes:
    """Send bytes, read until the server closes."""
    async with asyncio.timeout(15):
        reader, writer = await asyncio.open_unix_connection(str(house.paths.socket))
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


async def alive(house: House) -> bool:
    async with Client(house.paths.socket) as client:
        return (await client.ask(questions.health()))["state"] == "running"


def post(path: str, body: bytes, *headers: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


JSON = "Content-Type: application/json"
DEEP = b'{"ids":' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (post("/labels", b"{" + b" " * 70_000 + b"}", JSON), 413),
        (post("/crossref/batch", DEEP, JSON), 400),
        (post("/labels", b"{", JSON), 400),
        (post("/labels", b"\xff\xfe\x00", JSON), 400),
        (post("/labels", b'{"image_id": NaN, "value": "normal"}', JSON), 400),
        (post("/labels", b"[1,2]", JSON), 400),
        (post("/labels", b"null", JSON), 400),
        (post("/labels", b"image_id=1", "Content-Type: application/x-www-form-urlencoded"), 415),
        (post("/labels", b'{"image_id":1,"value":"normal"}'), 415),
        (post("/control/pause", b"{}", JSON), 400),
        (post("/control/shutdown", b""), 404),
        (b"GET /images/9999999999999999999999 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"GET /images/-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"GET /images/1%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"GET /images/..%2f..%2fetc%2fpasswd/file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
        (b"GET /images?limit=1&limit=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
        (b"GET /crossref/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
        (b"TRACE /stats HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /stats HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /stats HTTP/9.9\r\n\r\n", 400),
    ],
)
async def test_abuse_is_refused_with_its_code(house: House, request_bytes: bytes, status: int) -> None:
    answer = await raw(house, request_bytes)
    assert answer.split(b" ", 2)[1] == str(status).encode(), answer[:300]
    assert b"Traceback" not in answer
    assert await alive(house)


async def test_half_open_and_abandoned_connections_do_no_harm(house: House) -> None:
    halves = []
    for part in (
        b"",
        b"GET /st",
        b"POST /labels HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
        b"GET /stats HTTP/1.1\r\n",
    ):
        _, writer = await asyncio.open_unix_connection(str(house.paths.socket))
        writer.write(part)
        halves.append(writer)
    assert await alive(house)
    for writer in halves:
        writer.transport.abort()
    assert await alive(house)


async def test_a_thousand_connects_leave_no_descriptor(house: House) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if sys.platform != "linux":
        pytest.skip("descriptors are counted in /proc")
    assert await alive(house)
    before = await asyncio.to_thread(descriptors)
    for _ in range(1000):
        _, writer = await asyncio.open_unix_connection(str(house.paths.socket))
        writer.transport.abort()
    async with asyncio.timeout(10):
        while await asyncio.to_thread(descriptors) > before + 2:
            assert await alive(house)


async def test_the_socket_is_private_and_gone_at_the_end() -> None:
    async with a_house() as house:
        facts = await asyncio.to_thread(house.paths.socket.lstat)
        folder = await asyncio.to_thread(house.paths.socket.parent.lstat)
        assert stat.S_IMODE(facts.st_mode) == 0o600
        assert stat.S_IMODE(folder.st_mode) == 0o700
    assert not house.paths.socket.exists()


async def test_a_stop_with_readers_and_half_requests_takes_less_than_three_seconds() -> None:
    async with aiohttp.ClientSession() as http:
        async with a_house(tcp=True) as house:
            url = f"http://127.0.0.1:{house.tcp_port}/events"
            socket_ = await http.ws_connect(url, headers={"Authorization": f"Bearer {TOKEN}"})
            _, writer = await asyncio.open_unix_connection(str(house.paths.socket))
            writer.write(b"POST /labels HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")
            await writer.drain()
            assert await alive(house)
            began = time.monotonic()
        assert time.monotonic() - began < 3.5
        closed = await socket_.receive(timeout=30)
        assert closed.data == aiohttp.WSCloseCode.GOING_AWAY
        writer.transport.abort()


async def test_an_application_that_has_ended_is_let_go_and_holds_no_daemon() -> None:
    paths = resolve(Settings())
    store = await asyncio.to_thread(open_store, paths)
    control = SmallDaemon(store)
    context = ApiContext(store=store, control=control, hub=EventHub(), upload_limit_bytes=1, version="0")
    app = build_app(context, Settings())
    async with serving(app, paths.socket), Client(paths.socket) as client:
        await client.ask(questions.health())
    left, ended = weakref.ref(control), weakref.ref(app)
    del control, context, app
    await asyncio.to_thread(store.close)
    gc.collect()
    assert left() is None
    assert ended() is None, "aiohttp keeps it: a daemon grows with every promotion"


async def test_a_dead_socket_is_replaced_and_a_live_one_is_not(tmp_path: Path) -> None:
    async with a_house() as first:
        dead = first.paths.socket
        with pytest.raises(ConfigError, match="another daemon answers there"):
            async with a_house():
                pass
        assert await alive(first)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(dead))
    assert dead.is_socket()
    async with a_house() as second:
        assert await alive(second)


@pytest.mark.parametrize("thing", ["file", "folder", "link", "dangling", "pipe"])
async def test_what_is_no_socket_of_ours_is_left_alone(thing: str, tmp_path: Path) -> None:
    async with a_house() as house:
        path = house.paths.socket
    target = tmp_path / "target"
    match thing:
        case "file":
            path.write_text("precious")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            target.write_text("precious")
            path.symlink_to(target)
        case _:
            path.symlink_to(target)
    with pytest.raises(ConfigError, match="remove what is there"):
        async with a_house():
            pass
    assert path.is_symlink() or path.exists()


async def test_a_socket_that_is_no_longer_ours_stays() -> None:
    async with a_house() as house:
        path = house.paths.socket
        await asyncio.to_thread(path.unlink)
        await asyncio.to_thread(path.write_text, "someone else's")
    assert path.read_text() == "someone else's"


async def test_a_taken_port_is_a_mistake_in_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setattr("tests.api.conftest.free_port", lambda: taken.getsockname()[1])
        with pytest.raises(ConfigError, match="name another port or 0"):
            async with a_house(tcp=True):
                pass


async def test_curl_works(house: House) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    process = await asyncio.create_subprocess_exec(
        "curl", "--silent", "--fail", "--unix-socket", str(house.paths.socket), "http://localhost/stats",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert b'"wire_version":1' in out


async def test_answers_are_observed_by_route_never_by_path(house: House) -> None:
    await raw(house, b"GET /images/12 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    await raw(house, b"GET /secret/path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert [(path, method, status) for path, method, status, _ in house.answers] == [
        ("/images/{id}", "GET", 404),
        ("unknown", "any", 404),
    ]
