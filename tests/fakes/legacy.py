"""The viewer of the Legacy Surveys: pictures at any position, dark outside the survey."""

from aiohttp import web

from tests.fakes.cutout_pictures import colour_jpeg, dark_jpeg, fits_cutout
from tests.fakes.service import FakeService

_LARGEST_PX = 3000  # a larger request is clipped without a word


def build(empty: bool) -> web.Application:
    """The viewer; with ``empty`` every tile lies outside the survey."""

    def asked(request: web.Request) -> tuple[int, str, float]:
        query = request.query
        try:
            ra, dec = float(query["ra"]), float(query["dec"])
            size, scale = int(query["size"]), float(query["pixscale"])
        except (KeyError, ValueError):
            raise web.HTTPBadRequest(text="<html>Invalid request</html>", content_type="text/html") from None
        if not (0 <= ra < 360 and -90 <= dec <= 90 and query.get("layer", "").startswith("ls-dr")):
            raise web.HTTPNotFound(text="<html>no such layer</html>", content_type="text/html")
        return min(size, _LARGEST_PX), f"{ra} {dec}", scale

    async def jpeg(request: web.Request) -> web.Response:
        size, words, _ = asked(request)
        body = dark_jpeg(size, size, 32) if empty else colour_jpeg(words, size, size)
        return web.Response(body=body, content_type="image/jpeg")

    async def fits(request: web.Request) -> web.Response:
        size, words, scale = asked(request)
        bands = request.query.get("bands", "grz")
        cards: dict[str, str | float | int] = {
            "SURVEY": "LegacySurvey", "VERSION": "DR10", "BANDS": bands,
            **{f"BAND{number}": band for number, band in enumerate(bands)},
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN",
            "CRVAL1": float(request.query["ra"]), "CRVAL2": float(request.query["dec"]),
            "CRPIX1": (size + 1) / 2, "CRPIX2": (size + 1) / 2,
            "CD1_1": -scale / 3600, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": scale / 3600,
        }  # fmt: skip
        shape = (size, size) if len(bands) == 1 else (len(bands), size, size)
        body = fits_cutout(words, shape, cards, fill=0.0 if empty else None)
        return web.Response(body=body, content_type="image/fits")

    app = web.Application()
    app.router.add_get("/viewer/jpeg-cutout", jpeg)
    app.router.add_get("/viewer/fits-cutout", fits)
    return app


SERVICE = FakeService(
    name="legacy",
    build=build,
    options=lambda base_url: {"base_url": base_url, "size_px": 64},
    pictures=frozenset({"/viewer/jpeg-cutout", "/viewer/fits-cutout"}),
    expected=8,
)
