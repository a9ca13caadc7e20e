"""A server in front of a good one that spoils single answers on the wire, where nothing softens it."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from aiohttp import web
from astropy.io import fits
from PIL import Image, ImageDraw

DRIP_S = 0.01
LIMIT_MB = 4
RETRY_AFTER_S = 120
_HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>No image available</body></html>"
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "date", "server"})


@dataclass(kw_only=True)
class Reply:
    """What the good server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def head(self, *, status: str = "200 OK", length: int | None, **changed: str) -> bytes:
        """Status line and headers; without a length the end of the connection ends the body."""
        headers = {**self.headers, **{name.replace("_", "-"): value for name, value in changed.items()}}
        if length is not None:
            headers["Content-Length"] = str(length)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *lines, "", ""]).encode("latin-1")


Spoil = Callable[[Reply, asyncio.StreamWriter, "Spoiler"], Awaitable[None]]


@dataclass
class Spoiler:
    """What is spoiled how, and what went through."""

    spoil: Spoil | None
    is_spoiled: Callable[[str], bool]
    app_port: int = 0
    base: str = ""
    trap: str = ""
    trapped: int = 0
    spoilt: int = 0
    good: dict[str, bytes] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _read_request(reader)
            path = request.split(b" ", 2)[1].decode("latin-1")
            reply = await self._ask(request)
            self.good[path] = reply.body
            if self.spoil is not None and self.is_spoiled(path):
                self.spoilt += 1
                await self.spoil(reply, writer, self)
            else:
                writer.write(reply.head(status=f"{reply.status} X", length=len(reply.body)) + reply.body)
                await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        self.open.discard(writer)

    async def wait_closed(self) -> None:
        """Let everybody go who still waits for an answer."""
        self.ended.set()
        while self.open:
            for writer in self.open:
                writer.transport.abort()
            await asyncio.sleep(0.001)

    async def _ask(self, request: bytes) -> Reply:
        head, _, body = request.partition(b"\r\n\r\n")
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.app_port)
        writer.write(b"\r\n".join([*kept, b"Connection: close", b"", body]))
        answer = await reader.read()
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        if headers.get("Transfer-Encoding") == "chunked":
            body = _joined(body)
        headers = {name: value for name, value in headers.items() if name.lower() not in _HOP}
        return Reply(status=int(first.split()[1]), headers=headers, body=body)


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.split(b":")[1]))
    return head


def _joined(chunked: bytes) -> bytes:
    body, rest = b"", chunked
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        body, rest = body + rest[:length], rest[length + 2 :]
    return body


@asynccontextmanager
async def spoiling(
    app: web.Application, spoil: Spoil | None, is_spoiled: Callable[[str], bool]
) -> AsyncIterator[Spoiler]:
    """Serve an app through a spoiler, with a trap beside it that nobody may walk into."""
    spoiler = Spoiler(spoil, is_spoiled)
    runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    spoiler.app_port = runner.addresses[0][1]

    async def trap(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoiler.trapped += 1
        writer.close()

    front = await asyncio.start_server(spoiler.serve, "127.0.0.1", 0)
    pit = await asyncio.start_server(trap, "127.0.0.1", 0)
    spoiler.base = f"http://127.0.0.1:{front.sockets[0].getsockname()[1]}"
    spoiler.trap = f"http://localhost:{pit.sockets[0].getsockname()[1]}/inside"
    try:
        yield spoiler
    finally:
        await spoiler.wait_closed()
        for server in (front, pit):
            server.close()
            await server.wait_closed()
        await runner.cleanup()


async def _sent(writer: asyncio.StreamWriter, *parts: bytes) -> None:
    for part in parts:
        writer.write(part)
    await writer.drain()


async def html(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(_HTML)), _HTML)


async def page_of_words(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    body = await asyncio.to_thread(_no_coverage)
    await _sent(writer, reply.head(length=len(body), Content_Type="image/jpeg"), body)


async def blank(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    body = await asyncio.to_thread(_blank_like, reply.body)
    await _sent(writer, reply.head(length=len(body)), body)


async def not_found(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(status="404 Not Found", length=len(_HTML)), _HTML)


async def too_many(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    head = reply.head(status="429 Too Many Requests", length=0, Retry_After=str(RETRY_AFTER_S))
    await _sent(writer, head)


async def broken(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(status="500 Internal Server Error", length=len(_HTML)), _HTML)


async def drip(reply: Reply, writer: asyncio.StreamWriter, spoiler: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(reply.body) + 10_000))
    for number in range(len(reply.body) + 10_000):
        await _sent(writer, reply.body[number : number + 1] or b" ")
        with suppress(TimeoutError):
            await asyncio.wait_for(spoiler.ended.wait(), DRIP_S)
            return


async def stall(reply: Reply, writer: asyncio.StreamWriter, spoiler: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(reply.body)), reply.body[: len(reply.body) // 2])
    await spoiler.ended.wait()


async def silence(_: Reply, __: asyncio.StreamWriter, spoiler: Spoiler) -> None:
    await spoiler.ended.wait()


async def reset(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(reply.body)), reply.body[: len(reply.body) // 2])
    writer.transport.abort()


async def truncated(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(length=None), reply.body[: len(reply.body) // 2])


async def length_too_large(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(reply.body) + 1000), reply.body)


async def length_too_small(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    await _sent(writer, reply.head(length=len(reply.body) // 2), reply.body)


async def other_type(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    body = _gif()
    await _sent(writer, reply.head(length=len(body)), body)


async def wrong_label(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    headers = {name: value for name, value in reply.headers.items() if name.lower() != "content-type"}
    labelled = Reply(status=200, headers={**headers, "Content-Type": "audio/midi"}, body=reply.body)
    await _sent(writer, labelled.head(length=len(reply.body)), reply.body)


async def oversize(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    size = (LIMIT_MB + 1) * 1_000_000
    await _sent(writer, reply.head(length=size), reply.body, bytes(size - len(reply.body)))


async def endless(reply: Reply, writer: asyncio.StreamWriter, spoiler: Spoiler) -> None:
    await _sent(writer, reply.head(length=None), reply.body)
    while not spoiler.ended.is_set():
        await _sent(writer, bytes(2**18))


async def to_loopback(reply: Reply, writer: asyncio.StreamWriter, spoiler: Spoiler) -> None:
    await _sent(writer, reply.head(status="302 Found", length=0, Location=spoiler.trap))


async def gz_bomb(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    body = await asyncio.to_thread(_bomb, b"")
    await _sent(writer, reply.head(length=len(body), Content_Encoding="gzip"), body)


async def fits_bomb(reply: Reply, writer: asyncio.StreamWriter, _: Spoiler) -> None:
    cards = [
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    2",
    ]
    cards += ["NAXIS1  =                 8192", "NAXIS2  =                 8192", "END"]
    body = await asyncio.to_thread(_bomb, "".join(card.ljust(80) for card in cards).encode().ljust(2880))
    await _sent(writer, reply.head(length=len(body)), body)


@cache
def _bomb(start: bytes) -> bytes:
    return gzip.compress(start + bytes(64 * 2**20), compresslevel=9, mtime=0)


@cache
def _gif() -> bytes:
    packed = io.BytesIO()
    Image.fromarray(np.arange(64 * 64, dtype=np.uint32).astype(np.uint8).reshape(64, 64)).save(packed, "GIF")
    return packed.getvalue()


@cache
def _no_coverage() -> bytes:
    page = Image.new("RGB", (256, 256), (96, 96, 96))
    ImageDraw.Draw(page).text((80, 120), "No coverage here", fill=(255, 255, 255))
    packed = io.BytesIO()
    page.save(packed, "JPEG")
    return packed.getvalue()


def _blank_like(body: bytes) -> bytes:
    """The same kind of file, as surveys answer it outside their footprint."""
    packed = io.BytesIO()
    if body.startswith(b"\x1f\x8b"):
        return gzip.compress(_blank_like(gzip.decompress(body)), mtime=0)
    if body.startswith(b"SIMPLE"):
        with fits.open(io.BytesIO(body)) as layers:
            for layer in layers:
                if layer.data is not None:
                    layer.data = np.zeros_like(np.asarray(layer.data))
            layers.writeto(packed)
        return packed.getvalue()
    with Image.open(io.BytesIO(body)) as picture:
        kind: Any = picture.format
        Image.new(picture.mode, picture.size).save(packed, kind)
    return packed.getvalue()
