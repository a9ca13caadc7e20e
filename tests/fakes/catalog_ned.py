"""NED's table service, which takes many cones in one query and says J2000 for its frame."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.fakes.known_place import DEC_DEG, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import Row, Table, TapSky

PATH = "/tap"
COLUMNS: dict[str, Any] = {"prefname": "", "ra": 0.0, "dec": 0.0, "prefphytype": "", "z": 0.0}


def an_object(name: str, ra: float, dec: float, kind: str = "G", z: float | None = None) -> Row:
    return {"prefname": name, "ra": ra, "dec": dec, "prefphytype": kind, "z": z}


def sky(rows: list[Row]) -> TapSky:
    return TapSky(
        tables={"NEDTAP.objdir": Table(columns=COLUMNS, ra="ra", dec="dec", rows=rows)}, uploads=False
    )


def build(empty: bool) -> web.Application:
    return sky([] if empty else [an_object("MESSIER 051", RA_DEG, DEC_DEG, z=0.001534)]).app(PATH)


def options(base_url: str) -> Mapping[str, Any]:
    return {"ned_url": base_url.rstrip("/") + PATH}


SERVICE = FakeService(name="ned", build=build, options=options)
