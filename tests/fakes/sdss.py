"""SDSS's SkyServer: galaxies by SQL, colour pictures by position, a black tile where nothing was imaged."""

import json
import re
from typing import Any

from aiohttp import web

from tests.fakes.cutout_pictures import colour_jpeg, dark_jpeg
from tests.fakes.service import FakeService

SEARCH = "/dr18/SkyServerWS/SearchTools/SqlSearch"
CUTOUT = "/dr18/SkyServerWS/ImgCutout/getjpeg"
FIRST_OBJID = 1237648720142532800


def galaxies(count: int = 3_000) -> list[dict[str, Any]]:
    """A made-up table ``Galaxy``, about three rows in each slice of a thousand and nine."""
    return [
        {
            "objid": FIRST_OBJID + 977 * number,
            "ra": (number * 7.31) % 360,
            "dec": -10 + (number % 700) / 10,
            "petroRad_r": 5.0 + number % 20,
            "modelMag_r": 16.0,
        }
        for number in range(count)
    ]


def select(query: str, table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one slice of the table; a query of another form is refused as the server does."""
    words = re.search(r"TOP (\d+) .* % (\d+) = (\d+) AND p.objid > (\d+) ORDER BY p.objid$", query)
    if words is None:
        raise web.HTTPBadRequest(text=json.dumps({"ErrorCode": 400, "ErrorMessage": "Incorrect syntax"}))
    top, modulus, part, after = map(int, words.groups())
    rows = [row for row in table if row["objid"] % modulus == part and row["objid"] > after]
    return sorted(rows, key=lambda row: int(row["objid"]))[:top]


def build(empty: bool) -> web.Application:
    """The server; with ``empty`` the table has no rows and every position lies outside the survey."""
    table = [] if empty else galaxies()

    async def search(request: web.Request) -> web.Response:
        rows = select(request.query["cmd"], table)
        return web.json_response([{"TableName": "Table1", "Rows": rows}])

    async def cutout(request: web.Request) -> web.Response:
        query = request.query
        width, height = int(query["width"]), int(query["height"])
        if not (64 <= width <= 2048 and 64 <= height <= 2048):
            raise web.HTTPBadRequest(text="<html>Invalid size</html>", content_type="text/html")
        words = f"{query['ra']} {query['dec']} {query['scale']}"
        body = dark_jpeg(width, height) if empty else colour_jpeg(words, width, height)
        return web.Response(body=body, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get(SEARCH, search)
    app.router.add_get(CUTOUT, cutout)
    return app


SERVICE = FakeService(
    name="sdss",
    build=build,
    options=lambda base_url: {"base_url": base_url, "size_px": 64},
    pictures=frozenset({CUTOUT}),
    expected=8,
)
