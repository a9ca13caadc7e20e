"""SkyView: one request makes one picture, and an error is a page with status 200."""

from aiohttp import web

from tests.fakes.cutout_pictures import dark_jpeg, fits_cutout, grey_jpeg
from tests.fakes.service import FakeService

SURVEYS = frozenset({"DSS2 Red", "DSS2R", "DSS", "NVSS"})
ERROR = "<html><head><title>SkyView</title></head><body>Error: {} </body></html>"


def build(empty: bool) -> web.Application:
    """The service; with ``empty`` no survey has seen any position."""

    async def query(request: web.Request) -> web.Response:
        asked = request.query
        try:
            ra, dec = (float(word) for word in asked["Position"].split(","))
            size, side = int(asked["Pixels"]), float(asked["Size"])
        except (KeyError, ValueError):
            return web.Response(text=ERROR.format("invalid position"), content_type="text/html")
        if asked.get("Survey") not in SURVEYS:
            return web.Response(text=ERROR.format("no such survey"), content_type="text/html")
        words = f"{ra} {dec}"
        if asked.get("Return") == "JPEG":
            body = dark_jpeg(size, size) if empty else grey_jpeg(words, size, size)
            return web.Response(body=body, content_type="image/jpeg")
        cards: dict[str, str | float | int] = {
            "ORIGIN": "Written by SkyView", "RADESYS": "FK5", "EQUINOX": 2000.0, "SURVEY": "DSS2RED",
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": ra, "CRVAL2": dec,
            "CRPIX1": (size + 1) / 2, "CRPIX2": (size + 1) / 2, "CDELT1": -side / size, "CDELT2": side / size,
        }  # fmt: skip
        body = fits_cutout(words, (size, size), cards, fill=0.0 if empty else None)
        return web.Response(body=body, content_type="image/fits")

    app = web.Application()
    app.router.add_get("/current/cgi/runquery.pl", query)
    app.router.add_get("/current/cgi/pskcall", query)
    return app


SERVICE = FakeService(
    name="skyview",
    build=build,
    options=lambda base_url: {"base_url": base_url, "size_px": 64},
    pictures=frozenset({"/current/cgi/runquery.pl", "/current/cgi/pskcall"}),
    expected=8,
)
