"""A local server that speaks SDSS's wire format, and the plainest fetcher that a host could lend."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from astrolens.domain.errors import BadData, Unavailable
from astrolens.plugin import Answer
from tests.fakes.sdss import SEARCH, select


@dataclass(kw_only=True)
class Reply:
    """What the server answers instead of the truth."""

    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class SkyServer:
    """SQL search over a made-up table of galaxies; ``replies`` are given first, one for each request."""

    def __init__(self, galaxies: list[dict[str, Any]]) -> None:
        self.galaxies = galaxies
        self.replies: list[Reply] = []
        self.queries: list[str] = []
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get(SEARCH, self._search)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._runner.cleanup()

    async def _search(self, request: web.Request) -> web.Response:
        query = request.query["cmd"]
        self.queries.append(query)
        if self.replies:
            reply = self.replies.pop(0)
            return web.Response(
                status=reply.status, text=reply.body, content_type=reply.content_type, headers=reply.headers
            )
        return web.json_response([{"TableName": "Table1", "Rows": select(query, self.galaxies)}])


class PlainFetcher:
    """`astrolens.plugin.Fetcher` over a session, without limits."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        return (await self.ask(url, params=params)).body

    async def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        method = "GET" if form is None else "POST"
        async with self._session.request(method, url, params=params, data=form, headers=headers) as response:
            if response.status in also:
                return Answer(body=await response.read(), headers={}, status=response.status)
            if response.status == 429 or response.status >= 500:
                after = response.headers.get("Retry-After")
                raise Unavailable(f"{url}: {response.status}", float(after) if after else None)
            if response.status >= 400:
                raise BadData(f"{url}: {response.status}: {(await response.text())[:200]}")
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(body=await response.read(), headers=found)

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        body = await self.get_bytes(url, params)
        try:
            return json.loads(body)
        except ValueError as error:
            raise Unavailable(f"{url}: answered no JSON: {body[:40]!r}") from error
