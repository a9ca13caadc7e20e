"""CDS: the records and coverage maps of its MocServer, and the cutouts of hips2fits."""

import io

import numpy as np
from aiohttp import web
from astropy.io import fits

from tests.fakes.cutout_pictures import colour_jpeg, dark_jpeg, fits_cutout
from tests.fakes.service import FakeService

HIPS = "CDS/P/DSS2/color"
KNOWN = frozenset({HIPS, "CDS/P/PanSTARRS/DR1/g", "CDS/P/GALEXGR6_7/NUV", "CDS/P/DSS2/red"})
RECORD = {
    "ID": HIPS,
    "hips_creator": "CDS",
    "obs_title": "DSS colored",
    "obs_copyright": "Digitized Sky Survey - STScI/NASA, Colored & Healpixed by CDS",
    "obs_ack": "The Digitized Sky Surveys were produced at the Space Telescope Science Institute",
    "dataproduct_type": "image",
    "client_category": "Image/Optical/DSS",
    "moc_sky_fraction": "1",
}
_ORDER_2_CELLS = (3, 17, 40, 41, 100)


def coverage_map(cells: tuple[int, ...] = _ORDER_2_CELLS, order: int = 2) -> bytes:
    """A MOC as FITS: numbers 4 * 4**order + cell in one column, as the standard wants."""
    numbers = np.array([4 * 4**order + cell for cell in sorted(cells)], dtype=">i8")
    columns = [fits.Column(name="UNIQ", format="K", array=numbers)]
    hdu = fits.BinTableHDU.from_columns(columns)
    for key, value in {
        "MOCVERS": "2.0", "MOCDIM": "SPACE", "ORDERING": "NUNIQ", "COORDSYS": "C", "MOCORD_S": order, "MOCORDER": order,
    }.items():  # fmt: skip
        hdu.header[key] = value
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(file)
    return file.getvalue()


def build(empty: bool) -> web.Application:
    """The two services; with ``empty`` there is no such HiPS, and every tile is blank."""

    async def moc_server(request: web.Request) -> web.Response:
        query = request.query
        if query.get("get") == "record" and query.get("fmt") == "json":
            hips = query.get("expr", "").removeprefix("ID=")
            return web.json_response([{**RECORD, "ID": hips}] if hips in KNOWN and not empty else [])
        if query.get("get") == "moc" and query.get("ivorn", "").removeprefix("ivo://") in KNOWN:
            return web.Response(
                body=coverage_map(() if empty else _ORDER_2_CELLS), content_type="application/fits"
            )
        return web.Response(status=400, text="<html>bad request</html>", content_type="text/html")

    async def cut(request: web.Request) -> web.Response:
        query = request.query
        if query.get("hips") not in KNOWN:
            return web.json_response({"title": "Bad request", "description": "No HiPS was found"}, status=400)
        width, height = int(query["width"]), int(query["height"])
        if width * height > 50_000_000:
            return web.json_response({"title": "Bad request", "description": "too large"}, status=400)
        words = f"{query['ra']} {query['dec']}"
        if query.get("format") == "fits":
            step = float(query["fov"]) / max(width, height)
            cards: dict[str, str | float | int] = {
                "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": float(query["ra"]), "CRVAL2": float(query["dec"]),
                "CRPIX1": width / 2, "CRPIX2": height / 2, "CDELT1": -step, "CDELT2": step,
            }  # fmt: skip
            body = fits_cutout(words, (height, width), cards, fill=float("nan") if empty else None)
            return web.Response(body=body, content_type="image/fits")
        body = dark_jpeg(width, height) if empty else colour_jpeg(words, width, height)
        return web.Response(body=body, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/MocServer/query", moc_server)
    app.router.add_get("/hips-image-services/hips2fits", cut)
    return app


SERVICE = FakeService(
    name="hips2fits",
    build=build,
    options=lambda base_url: {"base_url": base_url, "hips": HIPS, "size_px": 64},
    pictures=frozenset({"/hips-image-services/hips2fits"}),
    expected=8,
)
