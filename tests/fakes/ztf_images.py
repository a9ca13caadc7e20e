"""IRSA's image base engine: a table of ZTF exposures, and cutouts of them."""

from aiohttp import web

from tests.fakes.archive_pictures import fits_file
from tests.fakes.service import FakeService

HEADER = "field,ccdid,qid,filtercode,imgtypecode,filefracday,obsjd,exptime,seeing,infobits"
_FIRST_JD = 2_461_300.75


def build(empty: bool) -> web.Application:
    """The service: five good exposures of every place."""

    async def search(request: web.Request) -> web.Response:
        lines = [HEADER]
        if not empty:
            field = 245 + int(float(request.query["POS"].split(",")[0]))
            lines += [
                f"{field},9,3,zr,o,2026101{night}517338,{_FIRST_JD + night},30,{1.5 + night / 10},0"
                for night in range(5)
            ]
        return web.Response(text="\n".join(lines) + "\n", content_type="text/csv")

    async def cutout(request: web.Request) -> web.Response:
        if not request.query["center"].endswith("deg") or not request.query["size"].endswith("arcsec"):
            raise web.HTTPBadRequest(text="center and size want units")
        ra, dec = (float(word) for word in request.query["center"].removesuffix("deg").split(","))
        body = fits_file(str(request.rel_url), 118, ra, dec)
        return web.Response(body=body, content_type="image/fits")

    app = web.Application()
    app.router.add_get("/ibe/search/ztf/products/sci", search)
    app.router.add_get("/ibe/data/ztf/products/sci/{year}/{day}/{fraction}/{name}", cutout)
    return app


SERVICE = FakeService(
    name="ztf_images",
    build=build,
    options=lambda base_url: {"base_url": base_url},
    pictures=frozenset({"/ibe/data/"}),
    expected=8,
)
