"""A server that speaks SIMBAD's TAP, and all the ways in which it can fail to."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

from aiohttp import web
from aiohttp.test_utils import TestServer

COLUMNS = (
    ("main_id", 'datatype="char" arraysize="*"'),
    ("ra", 'datatype="double" unit="deg"'),
    ("dec", 'datatype="double" unit="deg"'),
    ("otype_txt", 'datatype="char" arraysize="*"'),
    ("nbref", 'datatype="int"'),
    ("rvz_redshift", 'datatype="double"'),
    ("galdim_majaxis", 'datatype="float" unit="arcmin"'),
    ("coo_err_maj", 'datatype="float" unit="mas"'),
    ("away", 'datatype="double" unit="deg"'),
    ("galdim_minaxis", 'datatype="float" unit="arcmin"'),
    ("galdim_angle", 'datatype="short" unit="deg"'),
    ("pmra", 'datatype="double" unit="mas/yr"'),
    ("pmdec", 'datatype="double" unit="mas/yr"'),
    ("V", 'datatype="double"'),
    ("G", 'datatype="double"'),
)
Row = tuple[object, ...]


def votable(rows: Sequence[Row], *, status: str | None = "OK", columns: int = len(COLUMNS)) -> str:
    fields = "".join(f'<FIELD name="{name}" {kind}/>' for name, kind in COLUMNS[:columns])
    data = "".join(
        "<TR>"
        + "".join(
            f"<TD>{'' if value is None else escape(str(value))}</TD>"
            for value in (*row, *[None] * len(COLUMNS))[:columns]
        )
        + "</TR>"
        for row in rows
    )
    info = "" if status is None else f'<INFO name="QUERY_STATUS" value="{status}">words</INFO>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">'
        f"{info}<TABLE>{fields}<DATA><TABLEDATA>{data}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )


@dataclass
class FakeSimbad:
    """What it answers, and what it was asked."""

    mode: str = "rows"
    rows: list[Row] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    url: str = ""

    async def sync(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.asked.append({name: str(value) for name, value in form.items()})
        self.agents.append(request.headers.get("User-Agent", ""))
        self.asked_at.append(time.monotonic())
        xml = "application/x-votable+xml"
        match self.mode:
            case "rows":
                return web.Response(text=votable(self.rows), content_type=xml)
            case "overflow":
                return web.Response(text=votable(self.rows, status="OVERFLOW"), content_type=xml)
            case "no status":
                return web.Response(text=votable(self.rows, status=None), content_type=xml)
            case "few columns":
                return web.Response(text=votable(self.rows, columns=3), content_type=xml)
            case "error":
                return web.Response(status=400, text=votable([], status="ERROR"), content_type=xml)
            case "error with 200":
                return web.Response(text=votable([], status="ERROR"), content_type=xml)
            case "maintenance":
                page = "<html><body>SIMBAD is down</body></html>"
                headers = {"Retry-After": "120"}
                return web.Response(status=503, text=page, content_type="text/html", headers=headers)
            case "page with 200":
                return web.Response(text="<html><body>Sign in</body></html>", content_type="text/html")
            case "garbage":
                return web.Response(body=bytes(range(256)) * 40, content_type=xml)
            case "nothing":
                return web.Response(body=b"", content_type=xml)
            case "cut off":
                return web.Response(text=votable(self.rows)[:-60], content_type=xml)
            case "elsewhere":
                raise web.HTTPTemporaryRedirect("http://localhost:9/simbad/sim-tap/sync")
            case "huge":
                return web.Response(body=b" " * 9_000_000, content_type=xml)
            case "drip":
                return await self._drip(request)
            case "stall":
                await asyncio.sleep(60)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(600):
            await response.write(b" ")
            await asyncio.sleep(0.1)
        return response


@asynccontextmanager
async def serving(simbad: FakeSimbad) -> AsyncIterator[FakeSimbad]:
    app = web.Application()
    app.router.add_post("/simbad/sim-tap/sync", simbad.sync)
    server = TestServer(app, shutdown_timeout=0.1)
    async with server:
        simbad.url = str(server.make_url("/simbad/sim-tap"))
        yield simbad
