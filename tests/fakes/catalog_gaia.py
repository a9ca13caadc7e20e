"""Gaia's archive at ESA."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.fakes.known_place import DEC_DEG, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import Row, Table, TapSky

PATH = "/tap-server/tap"
COLUMNS: dict[str, Any] = {
    "source_id": 0, "ra": 0.0, "dec": 0.0, "ra_error": 0.0, "parallax_over_error": 0.0, "pmra": 0.0, "pmdec": 0.0,
    "phot_g_mean_mag": 0.0,
}  # fmt: skip


def a_star(number: int, ra: float, dec: float, **values: Any) -> Row:
    row: Row = dict.fromkeys(COLUMNS)
    return (
        row | {"source_id": number, "ra": ra, "dec": dec, "ra_error": 0.1, "phot_g_mean_mag": 17.0} | values
    )


def sky(rows: list[Row]) -> TapSky:
    return TapSky(tables={"gaiadr3.gaia_source": Table(columns=COLUMNS, ra="ra", dec="dec", rows=rows)})


def build(empty: bool) -> web.Application:
    star = a_star(1550000000000000001, RA_DEG, DEC_DEG, parallax_over_error=30.0, pmra=1.0, pmdec=-2.0)
    return sky([] if empty else [star]).app(PATH)


def options(base_url: str) -> Mapping[str, Any]:
    return {"gaia_url": base_url.rstrip("/") + PATH}


SERVICE = FakeService(name="gaia", build=build, options=options)
