"""Transient Name Server: search, object, and the daily list of everything, for registered bots only."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.known_place import DEC_DEG, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import apart_deg

KEY = "key-of-a-bot"
LIST = "/system/files/tns_public_objects/tns_public_objects.csv.zip"
COLUMNS = ("objid", "name_prefix", "name", "ra", "declination", "redshift", "type", "discoverydate")


@dataclass(frozen=True)
class Transient:
    """One public object."""

    name: str
    ra: float
    dec: float
    kind: str | None = "SN Ia"
    redshift: float | None = 0.01
    found: str = "2026-02-20 06:00:00.000"


@dataclass
class Server:
    """What it holds, and what it was asked."""

    transients: list[Transient]
    asked: list[str] = field(default_factory=list)
    bare: bool = False  # newer deployments leave the level "reply" out

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/get/search", self.search)
        app.router.add_post("/api/get/object", self.object)
        app.router.add_post(LIST, self.everything)
        return app

    async def _form(self, request: web.Request) -> dict[str, Any]:
        self.asked.append(request.path)
        form = await request.post()
        marker = request.headers.get("User-Agent", "")
        if not marker.startswith('tns_marker{"tns_id":') or form.get("api_key") != KEY:
            raise web.HTTPUnauthorized(text='{"id_code":401,"id_message":"Unauthorized"}')
        return dict(json.loads(str(form.get("data", "{}"))))

    def _reply(self, reply: Any) -> web.Response:
        data = reply if self.bare else {"received": {}, "reply": reply}
        headers = {"x-rate-limit-limit": "10", "x-rate-limit-remaining": "9", "x-rate-limit-reset": "60"}
        return web.json_response({"id_code": 200, "id_message": "OK", "data": data}, headers=headers)

    async def search(self, request: web.Request) -> web.Response:
        asked = await self._form(request)
        ra, dec, radius = float(asked["ra"]), float(asked["dec"]), float(asked["radius"]) / 3600.0
        near = [one for one in self.transients if apart_deg(ra, dec, one.ra, one.dec) <= radius]
        return self._reply([{"objname": one.name, "prefix": "SN", "objid": 7} for one in near])

    async def object(self, request: web.Request) -> web.Response:
        asked = await self._form(request)
        (one,) = [one for one in self.transients if one.name == asked["objname"]]
        return self._reply(
            {
                "objname": one.name, "name_prefix": "SN", "objid": 7, "object_type": {"name": one.kind, "id": 3},
                "redshift": one.redshift, "radeg": one.ra, "decdeg": one.dec, "discoverydate": one.found,
            }
        )  # fmt: skip

    async def everything(self, request: web.Request) -> web.Response:
        await self._form(request)
        lines = ['"2026-11-21 00:00:00"', ",".join(f'"{name}"' for name in COLUMNS)]
        for one in self.transients:
            cells = ("7", "SN", one.name, one.ra, one.dec, one.redshift or "", one.kind or "", one.found)
            lines.append(",".join(f'"{cell}"' for cell in cells))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("tns_public_objects.csv", "\n".join(lines))
        return web.Response(body=packed.getvalue(), content_type="application/zip")


def build(empty: bool) -> web.Application:
    return Server([] if empty else [Transient("2026abc", RA_DEG, DEC_DEG)]).app()


def options(base_url: str) -> Mapping[str, Any]:
    return {
        "tns_url": base_url.rstrip("/"),
        "tns_bot_id": 12,
        "tns_bot_name": "astrolens_test",
        "tns_api_key": KEY,
    }


SERVICE = FakeService(name="tns", build=build, options=options)
