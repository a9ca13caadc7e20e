"""The image server of Pan-STARRS1: the list of files, and cutouts of them."""

from math import degrees, radians, tan

from aiohttp import web

from tests.fakes.cutout_pictures import colour_jpeg, fits_cutout, grey_jpeg
from tests.fakes.service import FakeService

PIXEL_DEG = 6.94444461259988e-05
HEADER = "projcell subcell ra dec filter mjd type filename shortname badflag"


def line(ra: str, dec: str, band: str, cell: str = "1784.059", kind: str = "stack", bad: int = 0) -> str:
    """One file of the list."""
    projection, sub = cell.split(".")
    ending = "stk." + band + ".unconv.fits" if kind == "stack" else "wrp." + band + ".fits"
    short = f"rings.v3.skycell.{cell}.{ending}"
    path = f"/rings.v3.skycell/{projection}/{sub}/{short}"
    return f"{projection} {sub} {ra} {dec} {band} 0 {kind} {path} {short} {bad}"


def table(lines: list[str]) -> str:
    """The list as the service sends it."""
    return "\n".join([HEADER, *lines]) + "\n"


def build(empty: bool) -> web.Application:
    """The server; with ``empty`` the survey has not seen any position."""

    async def names(request: web.Request) -> web.Response:
        try:
            ra, dec = request.query["ra"], request.query["dec"]
            seen = not empty and float(dec) > -30
        except (KeyError, ValueError):
            return web.Response(text="Error: ra and dec are needed\n", content_type="text/plain")
        lines = [line(ra, dec, band) for band in request.query.get("filters", "grizy")] if seen else []
        return web.Response(text=table(lines), content_type="text/plain")

    async def cut(request: web.Request) -> web.Response:
        query = request.query
        if not query.get("red", "").startswith("/rings.v3.skycell/"):
            return web.Response(text="Error: parameter red is required\n", content_type="text/plain")
        size = int(query["size"])
        if query.get("format") == "fits":
            cards: dict[str, str | float | int] = {
                "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
                "CRVAL1": float(query["ra"]), "CRVAL2": float(query["dec"]) - 7.0,
                "CRPIX1": (size + 1) / 2, "CRPIX2": (size + 1) / 2 - degrees(tan(radians(7.0))) / PIXEL_DEG,
                "CDELT1": -PIXEL_DEG, "CDELT2": PIXEL_DEG,
                "BOFFSET": 0.12, "BSOFTEN": 2.4, "EXPTIME": 731.0,
            }  # fmt: skip
            body = fits_cutout(query["red"] + query["ra"], (size, size), cards)
            return web.Response(body=body, content_type="image/fits")
        side = int(query.get("output_size", size))
        draw = colour_jpeg if "green" in query and "blue" in query else grey_jpeg
        return web.Response(body=draw(query["red"] + query["ra"], side, side), content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/cgi-bin/ps1filenames.py", names)
    app.router.add_get("/cgi-bin/fitscut.cgi", cut)
    return app


SERVICE = FakeService(
    name="panstarrs",
    build=build,
    options=lambda base_url: {"base_url": base_url, "size_px": 64},
    pictures=frozenset({"/cgi-bin/fitscut.cgi"}),
    expected=8,
)
