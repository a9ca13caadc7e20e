"""Serve a fake service, and poll the plugin that speaks to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web

from astrolens.config.settings import Settings
from astrolens.domain.image import Offer
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll
from tests.fakes.service import FakeService
from tests.plugins.sky_server import PlainFetcher

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Handler = Callable[[web.Request], web.StreamResponse | None]


def load(name: str, **options: Any) -> LoadedSource:
    """The built-in plugin, switched on; it must load."""
    tables = {"sources": {name: {"enabled": True, **options}}}
    (loaded,) = load_sources(Settings.model_validate(tables))
    assert loaded.error == ""
    return loaded


class Host:
    """One plugin and the fake service that it speaks to.

    ``requests`` holds what was asked; ``instead`` may answer in the service's place.
    """

    def __init__(self, service: FakeService, base_url: str, fetcher: PlainFetcher) -> None:
        self._service = service
        self._fetcher = fetcher
        self._loaded: dict[str, LoadedSource] = {}
        self.base_url = base_url
        self.requests: list[web.BaseRequest] = []
        self.instead: Handler = lambda request: None
        self.now = NOW

    async def poll(
        self, cursor: dict[str, Any], limit: int = 8, known: set[str] | None = None, **options: Any
    ) -> list[Offer]:
        """One poll; the plugin lives as long as its options stay the same."""
        mine = {**self._service.options(self.base_url), **options}
        if repr(mine) not in self._loaded:
            self._loaded[repr(mine)] = await asyncio.to_thread(load, self._service.name, **mine)
        loaded = self._loaded[repr(mine)]
        context = make_context(
            loaded,
            cursor=cursor,
            is_known=(known or set()).__contains__,
            fetch=self._fetcher,
            limit=limit,
            now=lambda: self.now,
        )
        return await poll(loaded, context, 10.0)

    def restart(self) -> None:
        """Forget every plugin that was loaded."""
        self._loaded.clear()

    async def picture(self, offer: Offer) -> bytes:
        """What the address of an offer leads to."""
        return await self._fetcher.get_bytes(offer.url)

    def paths(self) -> list[str]:
        """Paths that were asked for, without their queries."""
        return [request.path for request in self.requests]


@asynccontextmanager
async def serving(service: FakeService, *, empty: bool = False) -> AsyncIterator[Host]:
    """Serve it on a local port for as long as the block lasts."""
    app = service.build(empty)
    hosts: list[Host] = []

    @web.middleware
    async def watch(request: web.Request, handler: Any) -> web.StreamResponse:
        hosts[0].requests.append(request)
        await request.read()
        answer: web.StreamResponse = hosts[0].instead(request) or await handler(request)
        return answer

    app.middlewares.append(watch)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with aiohttp.ClientSession() as session:
            hosts.append(Host(service, f"http://{host}:{port}", PlainFetcher(session)))
            yield hosts[0]
    finally:
        await runner.cleanup()


def says(path: str, answer: Callable[[], web.StreamResponse]) -> Handler:
    """Answer one path otherwise."""
    return lambda request: answer() if request.path.startswith(path) else None


def keys(offers: list[Offer]) -> list[str]:
    """Their keys, in order."""
    return [offer.key for offer in offers]
