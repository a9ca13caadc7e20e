"""The Transient Name Server's API for bots, and the picture services that draw the places."""

import json
from typing import Any

from aiohttp import web

from tests.fakes.archive_pictures import jpeg
from tests.fakes.service import FakeService

BOT_ID, BOT_NAME, KEY = 4711, "AstroLens_Bot", "0123456789abcdef"
OBJECTS = 20


def name_of(number: int) -> str:
    """Name of the transient with this number."""
    return f"2026a{chr(97 + number // 26)}{chr(97 + number % 26)}"


def _object(number: int) -> dict[str, Any]:
    return {
        "objname": name_of(number), "name_prefix": "AT", "objid": 190_000 + number, "object_type": {"name": None, "id": None},
        "redshift": None, "ra": "12:00:00.0", "dec": "+10:00:00.0", "radeg": (number * 17.3) % 360, "decdeg": -65.0 + 6 * number,
        "radec_err": None, "hostname": None, "host_redshift": None, "internal_names": f"ZTF26x{number}",
        "discoverer_internal_name": f"ZTF26x{number}", "discoverydate": "2026-11-19 08:11:02.400", "discoverer": "ZTF",
        "reporter": "ALeRCE", "reporterid": 66, "source": "bot", "discoverymag": 19.2, "discmagfilter": {"id": 110, "name": "g"},
        "reporting_group": {"groupid": 74, "group_name": "ALeRCE"}, "discovery_data_source": {"groupid": 48, "group_name": "ZTF"},
        "public": 1, "end_prop_period": None, "photometry": [], "spectra": [],
    }  # fmt: skip


def build(empty: bool) -> web.Application:
    """The service; it counts down what a minute allows and never starts anew."""
    left = [1_000]

    def answer(data: object, request_data: object) -> web.Response:
        left[0] -= 1
        headers = {
            "x-rate-limit-limit": "10",
            "x-rate-limit-remaining": str(left[0]),
            "x-rate-limit-reset": "60",
        }
        body = {"id_code": 200, "id_message": "OK", "data": {"received": request_data, "reply": data}}
        return web.json_response(body, headers=headers)

    async def question(request: web.Request) -> Any:
        form = await request.post()
        marker = f'tns_marker{{"tns_id":{BOT_ID},"type":"bot","name":"{BOT_NAME}"}}'
        if request.headers.get("User-Agent") != marker or form.get("api_key") != KEY:
            body = json.dumps({"id_code": 401, "id_message": "Unauthorized"})
            raise web.HTTPUnauthorized(text=body, content_type="application/json")
        return json.loads(str(form["data"]))

    async def search(request: web.Request) -> web.Response:
        asked = await question(request)
        numbers = range(0 if empty else OBJECTS)
        rows = [{"objname": name_of(step), "prefix": "AT", "objid": 190_000 + step} for step in numbers]
        return answer(rows, asked)

    async def one(request: web.Request) -> web.Response:
        asked = await question(request)
        objects = {name_of(number): _object(number) for number in range(OBJECTS)}
        return answer(objects[asked["objname"]], asked)

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=jpeg(str(request.rel_url)), content_type="image/jpeg")

    app = web.Application()
    app.router.add_post("/api/get/search", search)
    app.router.add_post("/api/get/object", one)
    app.router.add_get("/hips-image-services/hips2fits", picture)
    app.router.add_get("/viewer/jpeg-cutout", picture)
    return app


def _options(base_url: str) -> dict[str, Any]:
    bot = {"bot_id": BOT_ID, "bot_name": BOT_NAME, "api_key": KEY}
    return {"base_url": base_url, "hips_url": base_url, "legacy_url": base_url, **bot}


SERVICE = FakeService(
    name="tns",
    build=build,
    options=_options,
    pictures=frozenset({"/hips-image-services/", "/viewer/"}),
    expected=8,
)
