"""A table service (TAP, sync, with uploads) over rows in memory, with real geometry."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from math import asin, cos, degrees, radians, sin, sqrt
from typing import Any

from aiohttp import web

_CIRCLE = re.compile(r"CIRCLE\('\w+', ([-\d.]+), ([-\d.]+), ([-\d.]+)\)")
_UPLOADED = re.compile(r"CIRCLE\('\w+', t\.ra, t\.dec, ([-\d.]+)\)")
_TABLE = re.compile(r"(?:FROM|JOIN) ((?!TAP_UPLOAD)[\w./\"]+)(?: AS \w+)?")
XML = "application/x-votable+xml"
Row = dict[str, Any]


def kind_of(value: Any) -> str:
    if isinstance(value, int):
        return 'datatype="long"'
    return 'datatype="double"' if isinstance(value, float) else 'datatype="char" arraysize="*"'


def votable(columns: dict[str, str], rows: Sequence[Row], status: str = "OK", words: str = "") -> str:
    fields = "".join(f'<FIELD name="{escape(name)}" {kind}/>' for name, kind in columns.items())
    data = "".join(
        "<TR>"
        + "".join(f"<TD>{'' if row.get(name) is None else escape(str(row[name]))}</TD>" for name in columns)
        + "</TR>"
        for row in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results">'
        f'<INFO name="QUERY_STATUS" value="{status}">{escape(words)}</INFO>'
        f"<TABLE>{fields}<DATA><TABLEDATA>{data}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
    )


def apart_deg(ra_1: float, dec_1: float, ra_2: float, dec_2: float) -> float:
    a, b, c, d = map(radians, (ra_1, dec_1, ra_2, dec_2))
    half = sin((d - b) / 2) ** 2 + cos(b) * cos(d) * sin((c - a) / 2) ** 2
    return degrees(2 * asin(min(1.0, sqrt(half))))


@dataclass
class Table:
    """One table: its columns as ADQL names them (with a sample for the type), and its rows."""

    columns: dict[str, Any]
    ra: str
    dec: str
    rows: list[Row] = field(default_factory=list)
    axis: str = ""  # column of major axes in arcmin, where the query asks for large galaxies


@dataclass
class TapSky:
    """What it holds, and what it was asked."""

    tables: dict[str, Table]
    asked: list[str] = field(default_factory=list)
    uploaded: list[int] = field(default_factory=list)
    most_rows: int = 1_000_000
    uploads: bool = True

    def app(self, path: str) -> web.Application:
        app = web.Application(client_max_size=64_000_000)
        app.router.add_post(f"{path}/sync", self.sync)
        return app

    async def sync(self, request: web.Request) -> web.Response:
        form = await request.post()
        adql = str(form["QUERY"])
        self.asked.append(adql)
        places: list[tuple[int, float, float]] = []
        if "UPLOAD" in form:
            if not self.uploads:
                return refused("uploads are not supported")
            name, _, part = str(form["UPLOAD"]).partition(",param:")
            file = form[part]
            assert name == "places"
            assert isinstance(file, web.FileField)
            places = places_in(file.file.read())
            self.uploaded.append(len(places))
        if form.get("REQUEST") != "doQuery" or form.get("LANG") != "ADQL":
            return refused("REQUEST and LANG are needed")
        table = next((self.tables[name] for name in _TABLE.findall(adql) if name in self.tables), None)
        if table is None:
            return refused(f"no such table in {adql}")
        wanted = adql.split(" FROM ", 1)[0].split("SELECT ", 1)[1]
        wanted = re.sub(r"^TOP \d+ |, DISTANCE\(.*$", "", wanted)
        names = [name.strip().split(".", 1)[-1] for name in wanted.split(", ")]
        known = {"n": 1, **table.columns}
        if unknown := [name for name in names if name not in known]:
            return refused(f"unknown columns {unknown}")
        found = self._search(table, adql, places)
        limit = min(self.most_rows, int(str(form.get("MAXREC", self.most_rows))))
        status = "OVERFLOW" if len(found) > limit else "OK"
        columns = {name.strip('"'): kind_of(known[name]) for name in names}
        text = votable(columns, found[:limit], status)
        return web.Response(text=text, content_type=XML)

    def _search(self, table: Table, adql: str, places: Sequence[tuple[int, float, float]]) -> list[Row]:
        cones = [(0, float(ra), float(dec), float(radius)) for ra, dec, radius in _CIRCLE.findall(adql)]
        if places:
            (radius,) = _UPLOADED.findall(adql)
            cones = [(n, ra, dec, float(radius)) for n, ra, dec in places]
        large = re.search(r"galdim_majaxis > ([\d.]+)", adql)
        only_large = "WHERE b.galdim_majaxis" in adql
        found: list[Row] = []
        seen: set[tuple[int, int]] = set()
        for n, ra, dec, radius in cones:
            for row in table.rows:
                away = apart_deg(ra, dec, row[table.ra], row[table.dec])
                if away > radius or (n, id(row)) in seen:
                    continue
                if large and radius > 0.3:
                    axis = row.get(table.axis) or 0.0
                    near = float(large[1]) / 120.0
                    if axis <= float(large[1]) or away * 120.0 >= axis or (only_large and away <= near):
                        continue
                seen.add((n, id(row)))
                found.append({"n": n, **{name.strip('"'): value for name, value in row.items()}})
        return found


def refused(words: str) -> web.Response:
    return web.Response(status=400, text=votable({}, [], "ERROR", words), content_type=XML)


def places_in(upload: bytes) -> list[tuple[int, float, float]]:
    from astropy.io.votable import parse_single_table

    table = parse_single_table(BytesIO(upload)).to_table()
    return [(int(row["n"]), float(row["ra"]), float(row["dec"])) for row in table]
