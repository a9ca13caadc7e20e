"""VizieR's table service with the survey tables that we ask; each has its own fake service."""

from collections.abc import Mapping
from typing import Any

from tests.fakes.known_place import DEC_DEG, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import Row, Table, TapSky

PATH = "/TAPVizieR/tap"
TABLES: dict[str, tuple[str, dict[str, Any], Row]] = {
    "sdss": (
        '"V/154/sdss16"',
        {"RA_ICRS": 0.0, "DE_ICRS": 0.0, "SDSS16": "", "mode": 0, '"class"': 0, "rmag": 0.0, "zsp": 0.0, "spCl": ""},
        {"SDSS16": "J132952.71+471142.9", "mode": 1, '"class"': 3, "rmag": 15.2, "zsp": 0.00155, "spCl": "GALAXY"},
    ),
    "gaia-vizier": (
        '"I/355/gaiadr3"',
        {"RA_ICRS": 0.0, "DE_ICRS": 0.0, "Source": 0, "RPlx": 0.0, "pmRA": 0.0, "pmDE": 0.0, "Gmag": 0.0},
        {"Source": 1550000000000000001, "RPlx": 30.0, "pmRA": 1.0, "pmDE": -2.0, "Gmag": 17.0},
    ),
    "panstarrs": (
        '"II/349/ps1"',
        {"RAJ2000": 0.0, "DEJ2000": 0.0, "objID": 0, "rmag": 0.0},
        {"objID": 164632024696300001, "rmag": 17.1},
    ),
    "galex": ('"II/335/galex_ais"', {"RAJ2000": 0.0, "DEJ2000": 0.0, "NUVmag": 0.0}, {"NUVmag": 19.0}),
    "twomass": (
        '"II/246/out"',
        {"RAJ2000": 0.0, "DEJ2000": 0.0, '"2MASS"': "", "Jmag": 0.0},
        {'"2MASS"': "13295271+4711429", "Jmag": 13.1},
    ),
}  # fmt: skip


def table_of(name: str, rows: list[Row] | None = None) -> dict[str, Table]:
    written, columns, _ = TABLES[name]
    ra, dec = list(columns)[:2]
    return {written: Table(columns=columns, ra=ra, dec=dec, rows=rows or [])}


def a_row(name: str, ra: float, dec: float, **values: Any) -> Row:
    _, columns, sample = TABLES[name]
    along_ra, along_dec = list(columns)[:2]
    return {along_ra: ra, along_dec: dec, **sample, **values}


def neighbours(name: str) -> list[Row]:
    """What any dense survey holds around a place that it has looked at."""
    return [a_row(name, RA_DEG + 0.02, DEC_DEG), a_row(name, RA_DEG, DEC_DEG - 0.012)]


def service(name: str) -> FakeService:
    def build(empty: bool) -> Any:
        rows = neighbours(name) if empty else [a_row(name, RA_DEG, DEC_DEG), *neighbours(name)]
        return TapSky(tables=table_of(name, rows)).app(PATH)

    def options(base_url: str) -> Mapping[str, Any]:
        return {"vizier_url": base_url.rstrip("/") + PATH}

    return FakeService(name=name, build=build, options=options)
