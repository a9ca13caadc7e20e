"""SIMBAD's table service. A test asks it as `tests.fakes.known_place` shows; `roster.build("simbad", ...)`."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.fakes.known_place import DEC_DEG, RA_DEG
from tests.fakes.service import FakeService
from tests.fakes.tap_sky import Row, Table, TapSky

PATH = "/simbad/sim-tap"
COLUMNS: dict[str, Any] = {
    "main_id": "", "ra": 0.0, "dec": 0.0, "otype_txt": "", "nbref": 0, "rvz_redshift": 0.0, "galdim_majaxis": 0.0,
    "galdim_minaxis": 0.0, "galdim_angle": 0, "coo_err_maj": 0.0, "pmra": 0.0, "pmdec": 0.0, '"V"': 0.0, '"G"': 0.0,
}  # fmt: skip


def an_object(name: str, ra: float, dec: float, **values: Any) -> Row:
    row: Row = dict.fromkeys(COLUMNS)
    return (
        row
        | {"main_id": name, "ra": ra, "dec": dec, "otype_txt": "G", "nbref": 1, "coo_err_maj": 100.0}
        | values
    )


def sky(rows: list[Row]) -> TapSky:
    table = Table(columns=COLUMNS, ra="ra", dec="dec", rows=rows, axis="galdim_majaxis")
    return TapSky(tables={"basic": table})


def whirlpool() -> Row:
    return an_object(
        "M  51", RA_DEG, DEC_DEG, otype_txt="GiP", nbref=3500, rvz_redshift=0.001534, galdim_majaxis=13.71,
        galdim_minaxis=11.67, galdim_angle=163, **{'"V"': 8.36},
    )  # fmt: skip


def build(empty: bool) -> web.Application:
    return sky([] if empty else [whirlpool()]).app(PATH)


def options(base_url: str) -> Mapping[str, Any]:
    return {"simbad_url": base_url.rstrip("/") + PATH}


SERVICE = FakeService(name="simbad", build=build, options=options)
