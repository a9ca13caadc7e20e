"""What the tests of the cutout sources share: a served fake, a poll, a picture that was really decoded."""

import asyncio
import json
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web

from astrolens.config.settings import Settings
from astrolens.domain.image import Image, Offer
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import read_image
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll
from tests.fakes.service import FakeService
from tests.plugins.sky_server import PlainFetcher, Reply


class CutoutSource:
    """A plugin against its fake server; ``replies`` are given first, one for each request of the poll."""

    def __init__(self, service: FakeService, *, empty: bool = False) -> None:
        self.service = service
        self.replies: list[Reply] = []
        self.requests: list[str] = []
        self.cursor: dict[str, Any] = {}
        self.known: set[str] = set()
        self.url = ""
        self._app = service.build(empty)
        self._loaded: dict[str, LoadedSource] = {}

    async def __aenter__(self) -> Self:
        @web.middleware
        async def spoil(request: web.Request, handler: Any) -> web.StreamResponse:
            return await self._spoil(request, handler)

        self._app.middlewares.append(spoil)
        self._runner = web.AppRunner(self._app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def ask(self, limit: int = 5, **options: Any) -> list[Offer]:
        """One poll; the cursor goes through JSON, the plugin lives on while its options stay."""
        loaded = await asyncio.to_thread(self._load, options)
        context = make_context(
            loaded,
            cursor=self.cursor,
            is_known=self.known.__contains__,
            fetch=PlainFetcher(self._session),
            limit=limit,
        )
        offers = await poll(loaded, context, 10.0)
        self.cursor = json.loads(json.dumps(self.cursor))
        return offers

    def restart(self) -> None:
        """Forget the plugin, keep the cursor."""
        self._loaded.clear()

    async def picture(self, offer: Offer, tmp_path: Path) -> Image:
        """The offered file, decoded as the house does."""
        body = await PlainFetcher(self._session).get_bytes(offer.url)
        return await asyncio.to_thread(_decoded, body, tmp_path / "picture")

    def _load(self, options: dict[str, Any]) -> LoadedSource:
        table = {"enabled": True, **self.service.options(self.url), **options}
        name = json.dumps(table, default=str)
        if name not in self._loaded:
            (loaded,) = load_sources(Settings.model_validate({"sources": {self.service.name: table}}))
            assert loaded.error == ""
            self._loaded = {name: loaded}
        return self._loaded[name]

    async def _spoil(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(request.raw_path)
        if self.replies:
            reply = self.replies.pop(0)
            return web.Response(
                status=reply.status, text=reply.body, content_type=reply.content_type, headers=reply.headers
            )
        response: web.StreamResponse = await handler(request)
        return response


def _decoded(body: bytes, path: Path) -> Image:
    path.write_bytes(body)
    return read_image(path, DecodeLimits())


def refusal(name: str, **options: Any) -> str:
    """Why a table cannot be used."""
    (loaded,) = load_sources(Settings.model_validate({"sources": {name: {"enabled": True, **options}}}))
    return loaded.error
