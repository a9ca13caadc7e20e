"""SkyBoT: bodies of the solar system in a cone at a time; nothing there is status 204 without a body."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import web

from tests.fakes.known_place import DEC_DEG, EPOCH, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import apart_deg

PATH = "/webservices/skybot/api/conesearch.php"
FIELDS = (
    ("num", "Num", 'datatype="char" arraysize="6"'),
    ("name", "Name", 'datatype="char" arraysize="32"'),
    ("ra", "RA", 'datatype="char" arraysize="13" unit="h:m:s"'),
    ("de", "DEC", 'datatype="char" arraysize="13" unit="d:m:s"'),
    ("class", "Class", 'datatype="char" arraysize="24"'),
    ("magV", "Mv", 'datatype="float" width="13" precision="2"'),
    ("errpos", "ErrPos", 'datatype="float" unit="arcsec"'),
    ("angdist", "d", 'datatype="float" unit="arcsec"'),
    ("dracosdec", "dRAcosDec", 'datatype="double" unit="arcsec/h"'),
    ("ddec", "dDEC", 'datatype="double" unit="arcsec/h"'),
    ("_raj2000", "_RAJ2000", 'datatype="double" unit="deg"'),
    ("_decj2000", "_DECJ2000", 'datatype="double" unit="deg"'),
)


@dataclass(frozen=True)
class Body:
    """A body that moves evenly, with where it stood at a time."""

    name: str
    ra: float
    dec: float
    at_jd: float
    east: float = 30.0  # arcsec an hour
    north: float = 10.0
    error: float = 0.2

    def place(self, jd: float) -> tuple[float, float]:
        hours = (jd - self.at_jd) * 24.0
        return self.ra + self.east * hours / 3600.0, self.dec + self.north * hours / 3600.0


@dataclass
class Bodies:
    """What moves, and which cones were asked for."""

    bodies: list[Body]
    asked: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get(PATH, self.cone)
        return app

    async def cone(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        self.asked.append(query)
        jd, ra, dec, radius = (float(query[key]) for key in ("-ep", "-ra", "-dec", "-rd"))
        if query["-mime"] != "votable" or radius > 10.0:
            return web.Response(status=400, text="bad request")
        placed = [(body, *body.place(jd)) for body in self.bodies]
        inside = [one for one in placed if apart_deg(ra, dec, one[1], one[2]) <= radius]
        if not inside:
            return web.Response(status=204)
        return web.Response(text=votable(inside), content_type="text/xml")


def votable(found: list[tuple[Body, float, float]]) -> str:
    fields = "".join(
        f'<vot:FIELD ID="{ident}" name="{name}" {kind}></vot:FIELD>' for ident, name, kind in FIELDS
    )
    rows = ""
    for body, ra, dec in found:
        cells = ("-", body.name, "", "", "MB&gt;Outer", 19.4, body.error, 0.1, body.east, body.north, ra, dec)
        written = [escape(cell) if cell == body.name else cell for cell in cells]
        rows += "<vot:TR>" + "".join(f"<vot:TD>{cell}</vot:TD>" for cell in written) + "</vot:TR>"
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        '<vot:VOTABLE version="1.3" xmlns:vot="http://www.ivoa.net/xml/VOTable/v1.3">'
        '<vot:INFO ID="status" name="QUERY_STATUS" value="OK"/><vot:RESOURCE name="Skybot.ConeSearch">'
        '<vot:INFO name="QUERY_STATUS" value="OK"/><vot:TABLE name="SkybotConeSearch">'
        f"{fields}<vot:DATA><vot:TABLEDATA>{rows}</vot:TABLEDATA></vot:DATA></vot:TABLE>"
        "</vot:RESOURCE></vot:VOTABLE>"
    )


def julian_day() -> float:
    return EPOCH.timestamp() / 86_400.0 + 2_440_587.5


def build(empty: bool) -> web.Application:
    body = Body(name="G!kun||'homdima", ra=RA_DEG, dec=DEC_DEG, at_jd=julian_day())
    return Bodies([] if empty else [body]).app()


def options(base_url: str) -> Mapping[str, Any]:
    return {"skybot_url": base_url.rstrip("/")}


SERVICE = FakeService(name="skybot", build=build, options=options)
