"""ALeRCE: objects and light curves on one host, stamps on another."""

from typing import Any

from aiohttp import web

from tests.fakes.archive_pictures import gzipped_stamp, png
from tests.fakes.service import FakeService

OBJECTS = 70
FIRST_CANDID = 2_900_000_000_000_000_000


def _oid(number: int) -> str:
    return f"ZTF26aa{number:05d}"


def _item(number: int) -> dict[str, Any]:
    return {
        "oid": _oid(number), "ndethist": "23", "ncovhist": 40, "mjdstarthist": 61_350.1, "mjdendhist": 61_363.2,
        "corrected": True, "stellar": False, "ndet": 12, "g_r_max": None, "meanra": (number * 5.1) % 360,
        "meandec": -20 + number % 80, "sigmara": 0.01, "sigmadec": 0.01, "deltamjd": 13.1, "firstmjd": 61_350.0 + number / 10,
        "lastmjd": 61_363.0, "step_id_corr": "27.5.0", "object": _oid(number), "class": "SNIa",
        "classifier": "lc_classifier", "probability": 0.62,
    }  # fmt: skip


def _detection(number: int, epoch: int, has_stamp: bool) -> dict[str, Any]:
    return {
        "mjd": 61_360.25 + epoch, "candid": FIRST_CANDID + 1_000 * number + epoch, "fid": 1 + epoch % 2, "pid": 5,
        "diffmaglim": 20.4, "isdiffpos": 1, "nid": 3, "distnr": 0.4, "magpsf": 18.2, "magpsf_corr": None, "sigmapsf": 0.1,
        "ra": (number * 5.1) % 360, "dec": -20 + number % 80, "rb": 0.8, "drb": None if epoch == 0 else 0.99,
        "has_stamp": has_stamp, "corrected": True, "parent_candid": None,
    }  # fmt: skip


def build(empty: bool) -> web.Application:
    """The broker; an object whose number ends in 9 has no stamp."""

    async def objects(request: web.Request) -> web.Response:
        page, size = int(request.query["page"]), int(request.query["page_size"])
        items = [] if empty else [_item(number) for number in range(OBJECTS)]
        if "class" in request.query:
            items = [item for item in items if item["class"] == request.query["class"]]
        shown = items[(page - 1) * size : page * size]
        more = page * size < len(items)
        return web.json_response(
            {
                "total": None, "page": page, "next": page + 1 if more else None, "has_next": more,
                "prev": page - 1 or None, "has_prev": page > 1, "items": shown,
            }
        )  # fmt: skip

    async def light_curve(request: web.Request) -> web.Response:
        number = int(request.match_info["oid"][-5:])
        rows = [_detection(number, epoch, epoch < 2 and number % 10 != 9) for epoch in range(3)]
        return web.json_response(
            {"detections": rows, "non_detections": [{"mjd": 61_349.0, "fid": 1, "diffmaglim": 20.1}]}
        )

    async def stamp(request: web.Request) -> web.Response:
        words = f"{request.query['oid']} {request.query['candid']} {request.query['type']}"
        if request.query["format"] == "png":
            return web.Response(body=png(words), content_type="image/png")
        return web.Response(body=gzipped_stamp(words), content_type="application/gzip")

    app = web.Application()
    app.router.add_get("/ztf/v1/objects/", objects)
    app.router.add_get("/ztf/v1/objects/{oid}/lightcurve", light_curve)
    app.router.add_get("/avro/get_stamp", stamp)
    return app


SERVICE = FakeService(
    name="ztf",
    build=build,
    options=lambda base_url: {"base_url": base_url, "stamps_url": f"{base_url}/avro"},
    pictures=frozenset({"/avro/"}),
    expected=8,
)
