"""MAST's portal and the cutouts of the Hubble Legacy Archive."""

import json
from typing import Any

from aiohttp import web

from tests.fakes.archive_pictures import jpeg
from tests.fakes.service import FakeService

OBSERVATIONS = 60


def _row(number: int) -> dict[str, Any]:
    hla = number % 2 == 0
    name = f"hst_1{number:04d}_04_acs_wfc_f814w" if hla else f"jb{number:04d}010"
    preview = (
        f"https://hla.stsci.edu/cgi-bin/preview.cgi?dataset={name}"
        if hla
        else f"mast:HST/product/{name}_drc.jpg"
    )
    return {
        "dataproduct_type": "image", "obs_collection": "HLA" if hla else "HST", "instrument_name": "ACS/WFC",
        "project": "HST", "filters": "F814W" if hla else "F606W;F814W", "target_name": f"FIELD-{number}",
        "obs_id": name, "s_ra": (number * 37.5) % 360, "s_dec": -60 + number, "calib_level": 3,
        "t_min": 52_000.0 + number, "t_max": 52_000.02 + number, "t_exptime": 1_200.0, "t_obs_release": 52_400.0 + number,
        "s_region": "POLYGON 1 1 1 2 2 2 2 1", "jpegURL": preview, "dataURL": None, "obsid": str(2_003_600_000 + number),
    }  # fmt: skip


def _reply(rows: list[dict[str, Any]], page: int, size: int) -> web.Response:
    shown = rows[(page - 1) * size : page * size]
    names = list(shown[0]) if shown else []
    return web.json_response(
        {
            "status": "COMPLETE", "msg": "", "data": shown,
            "fields": [{"name": name, "type": "string"} for name in names],
            "paging": {"page": page, "pageSize": size, "pagesFiltered": 1, "rows": len(shown),
                       "rowsFiltered": len(rows), "rowsTotal": len(rows)},
        }
    )  # fmt: skip


def _products(obsid: str) -> list[dict[str, Any]]:
    number = int(obsid) - 2_003_600_000
    name = _row(number)["obs_id"]
    wide = 50_000_000 + 4_000_000 * number
    kinds = [("DRC", "SCIENCE", wide), ("FLC", "SCIENCE", 9_000_000), ("DRC", "PREVIEW", 90_000)]
    return [
        {
            "obsID": obsid, "obs_id": name, "dataURI": f"mast:HST/product/{name}_{group.lower()}.fits",
            "productFilename": f"{name}_{group.lower()}.fits", "productType": kind,
            "productSubGroupDescription": group, "calib_level": 3, "size": size, "dataRights": "PUBLIC",
        }
        for group, kind, size in kinds
    ]  # fmt: skip


def _in_cone(row: dict[str, Any], position: str) -> bool:
    ra, dec, radius = (float(word) for word in position.split(","))
    return bool(abs(row["s_ra"] - ra) <= radius and abs(row["s_dec"] - dec) <= radius)


def build(empty: bool) -> web.Application:
    """The service; it says EXECUTING once before its first answer, as MAST does."""
    busy = [1]

    async def invoke(request: web.Request) -> web.Response:
        try:
            asked = json.loads(str((await request.post())["request"]))
        except (KeyError, ValueError):
            return web.json_response({"status": "ERROR", "msg": "no request", "data": []})
        if busy:
            busy.pop()
            return web.json_response({"status": "EXECUTING", "msg": "", "data": []})
        page, size, params = int(asked["page"]), int(asked["pagesize"]), asked["params"]
        if asked["service"] == "Mast.Caom.Products":
            return _reply([] if empty else _products(params["obsid"]), page, size)
        if asked["service"] not in {"Mast.Caom.Filtered", "Mast.Caom.Filtered.Position"}:
            return web.json_response({"status": "ERROR", "msg": "unknown service", "data": []})
        rows = [] if empty else [_row(number) for number in range(OBSERVATIONS)]
        for wanted in params["filters"]:
            if wanted["paramName"] != "t_exptime":
                rows = [row for row in rows if row[wanted["paramName"]] in wanted["values"]]
        if "position" in params:
            rows = [row for row in rows if _in_cone(row, params["position"])]
        return _reply(rows, page, size)

    async def picture(request: web.Request) -> web.Response:
        if request.path.endswith("fitscut.cgi") and "red" not in request.query:
            return web.Response(text="Error: no image specified")
        return web.Response(body=jpeg(str(request.rel_url)), content_type="image/jpeg")

    app = web.Application()
    app.router.add_post("/api/v0/invoke", invoke)
    app.router.add_get("/api/v0.1/Download/file", picture)
    app.router.add_get("/hla/cgi-bin/preview.cgi", picture)
    app.router.add_get("/hla/cgi-bin/fitscut.cgi", picture)
    return app


SERVICE = FakeService(
    name="hst",
    build=build,
    options=lambda base_url: {"base_url": base_url, "hla_url": f"{base_url}/hla"},
    pictures=frozenset({"/api/v0.1/Download/", "/hla/cgi-bin/"}),
    expected=8,
)
