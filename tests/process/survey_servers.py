"""Five surveys of one's own on the loopback network, each with its manners, counting what is asked of them."""

import asyncio
import io
import json
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Self

import numpy as np
from aiohttp import web
from PIL import Image

SLOW_S = 10.0
BURST = 4
PLUGIN = '''
"""A survey that lists numbered pictures."""

from astrolens.plugin import Field, Offer, SourceOptions, Unavailable


class Options(SourceOptions):
    base_url: str = Field("https://survey.example", description="Where it is.")


class Source:
    name = "NAME"
    title = "NAME"
    licence = "CC0"
    credit = "nobody"
    hosts = ("survey.example",)
    poll_interval_s = 0.5
    Options = Options

    async def offers(self, context):
        base = context.options.base_url
        after = context.cursor.get("after", 0)
        rows = await context.fetch.get_json(f"{base}/list", {"after": str(after), "limit": str(context.limit)})
        if not isinstance(rows, list):
            raise Unavailable(f"no list: {rows!r}")
        for number in rows:
            context.cursor["after"] = number
            yield Offer(source=self.name, key=f"{number:05d}", url=f"{base}/picture/{number}.jpg")
'''


@cache
def picture(seed: int) -> bytes:
    """One round blob with noise, different for each seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :48] - 24 + rng.normal(0, 0.5, (2, 1, 1))
    light = np.exp(-np.hypot(x, y / rng.uniform(0.5, 1.0)) / rng.uniform(3, 6))
    noisy = light[..., None] * (1.0, 0.8, 0.6) + rng.normal(0.06, 0.015, (48, 48, 3))
    packed = io.BytesIO()
    Image.fromarray(np.clip(255 * noisy, 0, 255).astype(np.uint8)).save(packed, "JPEG", quality=92)
    return packed.getvalue()


@dataclass
class Survey:
    """One server on an address of its own."""

    name: str
    address: str
    pictures: int
    per_second: float
    kind: str = "healthy"
    port: int = 0
    served: Counter[int] = field(default_factory=Counter)
    served_at: list[float] = field(default_factory=list)
    lists: int = 0
    most_at_once: int = 0
    over_limit: int = 0
    _at_once: int = 0
    _tokens: float = BURST
    _seen_at: float = 0.0
    _runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        return f"http://{self.address}:{self.port}"

    def is_garbage(self, number: int) -> bool:
        return self.kind == "garbage" and number % 10 == 3

    def per_s(self) -> float:
        """Pictures a second, from the first to the last."""
        return (len(self.served_at) - 1) / (self.served_at[-1] - self.served_at[0])

    async def open(self) -> None:
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/list", self._list)
        app.router.add_get("/picture/{number}.jpg", self._picture)
        self._runner = web.AppRunner(app, shutdown_timeout=0.05, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.address, self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _counted(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        now = monotonic()
        self._tokens = min(BURST, self._tokens + (now - (self._seen_at or now)) * self.per_second) - 1
        self._seen_at = now
        self.over_limit += self._tokens < 0
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await handler(request)
        finally:
            self._at_once -= 1

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.lists += 1
        if self.kind == "dead" and self.lists > 1:
            await asyncio.sleep(3600)
        first = int(request.query["after"]) + 1
        last = min(first + int(request.query["limit"]), self.pictures + 1)
        return web.json_response(list(range(first, last)))

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        if self.kind == "dead":
            await asyncio.sleep(3600)
        if self.kind == "slow":
            await asyncio.sleep(SLOW_S)
        if self.is_garbage(number):
            return await self._spoilt(request, number)
        self.served[number] += 1
        self.served_at.append(monotonic())
        seed = sum(self.name.encode()) * 100_000 + number
        return web.Response(body=picture(seed), content_type="image/jpeg")

    async def _spoilt(self, request: web.Request, number: int) -> web.StreamResponse:
        match (number // 10) % 4:
            case 0:
                return web.Response(text="<html>no image available</html>", content_type="image/jpeg")
            case 1:
                return web.Response(body=picture(number)[:400], content_type="image/jpeg")
            case 2:
                return web.Response(status=404)
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(picture(number)[:400])
        if request.transport is not None:
            request.transport.abort()
        return response


class Sky:
    """Surveys in a thread, beside the test that waits for a daemon."""

    def __init__(self, *surveys: Survey) -> None:
        self.surveys = surveys
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="surveys", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def open(self) -> None:
        for survey in self.surveys:
            asyncio.run_coroutine_threadsafe(survey.open(), self._loop).result(10)

    def shut(self) -> None:
        for survey in self.surveys:
            asyncio.run_coroutine_threadsafe(survey.close(), self._loop).result(10)


def configure(config: Path, surveys: tuple[Survey, ...], *, batch: int = 16, **download: float) -> None:
    """Write a plugin file for each survey and name them all in a configuration that has its other tables."""
    folder = config.parent / "plugins"
    folder.mkdir(exist_ok=True)
    for survey in surveys:
        (folder / f"{survey.name}.py").write_text(PLUGIN.replace("NAME", survey.name))
    files = [str(folder / f"{survey.name}.py") for survey in surveys]
    rates = ", ".join(f'"{survey.address}" = {60 * survey.per_second}' for survey in surveys)
    lines = [f"plugin_files = {json.dumps(files)}", config.read_text(), "[download]"]
    lines += ["allow_private_hosts = true", f"host_requests_per_minute = {{ {rates} }}"]
    lines += [f"{key} = {value}" for key, value in download.items()]
    for survey in surveys:
        lines += [f"[sources.{survey.name}]", "enabled = true", f'base_url = "{survey.base}"']
        lines += ["interval_s = 0.5", f"batch = {batch}"]
    with suppress(FileNotFoundError):
        config.write_text("\n".join(lines) + "\n")
