"""A survey's server that misbehaves, and a clock that nobody waits for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

from aiohttp import web

from astrolens.config.settings import DownloadSettings
from astrolens.download.fetch import HttpFetcher
from astrolens.download.gate import Timing
from astrolens.download.retry import Backoff

HOST = "127.0.0.1"
HOSTS = (HOST,)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Clock:
    """Sleeping takes no time; it only moves the clock."""

    now_s: float = 1000.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
        await asyncio.sleep(0)

    def timing(self) -> Timing:
        return Timing(now_s=lambda: self.now_s, sleep=self.sleep)

    def real_now(self) -> Timing:
        """The real clock for speeds, but still no sleep."""
        return Timing(now_s=lambda: monotonic() + self.now_s, sleep=self.sleep)


@dataclass
class Survey:
    """What the server was asked, and what it answers."""

    base: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def survey(routes: dict[str, Handler]) -> AsyncIterator[Survey]:
    seen = Survey()

    async def serve(request: web.Request) -> web.StreamResponse:
        seen.asked.append(request.path_qs)
        seen.headers.append(dict(request.headers))
        return await routes[request.path](request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    assert site._server is not None
    seen.base = f"http://{HOST}:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    try:
        yield seen
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(answer: bytes, *, hang: bool = False, reset: bool = False) -> AsyncIterator[str]:
    """A server that sends these bytes, whatever is asked."""
    ended = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if hang:
            await ended.wait()
        if reset:
            writer.transport.abort()
        writer.close()

    server = await asyncio.start_server(serve, HOST, 0)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        ended.set()
        server.close()
        await server.wait_closed()


def fetcher(
    clock: Clock,
    *,
    stall_s: float = 5.0,
    on_network: Callable[[bool], None] | None = None,
    **settings: object,
) -> HttpFetcher:
    chosen = {"allow_private_hosts": True, "requests_per_minute": 6000.0, **settings}
    return HttpFetcher(
        DownloadSettings.model_validate(chosen),
        user_agent="AstroLens/test (+https://example.org)",
        timing=clock.timing() if stall_s >= 1.0 else clock.real_now(),
        backoff=Backoff(uniform=lambda low, high: high),
        stall_s=stall_s,
        on_network=on_network,
    )
