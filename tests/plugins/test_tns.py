"""TNS: new names, their positions, a picture of each place; the bot's manners."""

import json
from typing import Any

import pytest
from aiohttp import web

from astrolens.domain.errors import PluginError, Unavailable
from tests.fakes.tns import BOT_ID, BOT_NAME, KEY, OBJECTS, SERVICE, name_of
from tests.plugins.cutout_source import refusal
from tests.plugins.fake_hosts import Host, keys, says, serving

SEARCH, OBJECT = "/api/get/search", "/api/get/object"


async def _questions(host: Host, path: str) -> list[dict[str, Any]]:
    forms = [await request.post() for request in host.requests if request.path == path]
    assert all(form["api_key"] == KEY for form in forms)
    return [json.loads(str(form["data"])) for form in forms]


async def test_places_come_with_a_picture_that_has_no_epoch() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=8)
        assert (await host.picture(offers[0]))[:3] == b"\xff\xd8\xff"
        assert host.requests[0].headers["User-Agent"] == (
            f'tns_marker{{"tns_id":{BOT_ID},"type":"bot","name":"{BOT_NAME}"}}'
        )
        (search,) = await _questions(host, SEARCH)
        objects = await _questions(host, OBJECT)
    assert keys(offers) == [name_of(number) for number in range(8)]
    assert search == {"public_timestamp": "2026-11-13 11:00:00"}
    assert objects[0] == {"objname": "2026aaa", "objid": "", "photometry": "0", "spectra": "0"}
    south, north = offers[0], offers[7]
    assert south.position is not None
    assert (south.position.ra_deg, south.position.dec_deg, south.position.error_arcsec) == (0.0, -65.0, 0.5)
    assert "hips=CDS%2FP%2FDSS2%2Fcolor&" in south.url
    assert "hips=CDS%2FP%2FPanSTARRS%2FDR1%2Fcolor-z-zg-g&" in north.url
    assert "&width=256&height=256&projection=TAN&coordsys=icrs&" in south.url
    assert "fov=0.017777778" in south.url
    assert (south.pixel_scale_arcsec, south.observed_at) == (0.25, None)


async def test_the_legacy_surveys_may_draw_where_they_looked() -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        offers = [offer for _ in range(3) for offer in await host.poll(cursor, pictures="legacy")]
        assert (await host.picture(offers[0]))[:3] == b"\xff\xd8\xff"
    layers = {offer.url.split("layer=")[1].split("&")[0]: offer for offer in offers}
    assert set(layers) == {"ls-dr10", "ls-dr9-north"}
    assert layers["ls-dr9-north"].position is not None
    assert layers["ls-dr9-north"].position.dec_deg > 32
    assert "Legacy Surveys" in offers[0].credit


async def test_names_wait_their_turn_over_restarts_and_the_next_search_goes_on() -> None:
    cursor: dict[str, Any] = {}
    seen: list[str] = []
    async with serving(SERVICE) as host:
        for _ in range(3):
            seen += keys(await host.poll(cursor))
            cursor = json.loads(json.dumps(cursor))
            host.restart()
        assert host.paths().count(SEARCH) == 1
        assert host.paths().count(OBJECT) == OBJECTS
        host.now = host.now.replace(hour=15)
        assert await host.poll(cursor, known=set(seen)) == []
        assert (await _questions(host, SEARCH))[1] == {"public_timestamp": "2026-11-20 11:00:00"}
        assert host.paths().count(OBJECT) == OBJECTS, "known ones are not looked up"
    assert seen == [name_of(number) for number in range(OBJECTS)]


def test_without_a_bot_it_says_what_to_do_before_anybody_is_asked() -> None:
    bot = {"bot_id": BOT_ID, "bot_name": BOT_NAME, "api_key": KEY}
    assert refusal("tns").splitlines() == [
        "sources.tns.bot_id: is missing; it has no default (Number of your bot; register one at www.wis-tns.org/bots)",
        "sources.tns.bot_name: is missing; it has no default (Name of your bot)",
        "sources.tns.api_key: is missing; it has no default (Key of your bot)",
    ]
    for key, empty in (("bot_id", 0), ("bot_name", ""), ("api_key", "")):
        (line,) = refusal("tns", **bot | {key: empty}).splitlines()
        assert line.startswith(f"sources.tns.{key}: got ")
    assert refusal("tns", **bot) == ""


async def test_a_bot_that_is_refused_is_told() -> None:
    async with serving(SERVICE) as host:
        with pytest.raises(PluginError, match=r"refuses this bot with 401; check sources\.tns\.bot_id"):
            await host.poll({}, api_key="wrong")


async def test_it_stops_at_the_limit_of_the_minute_and_keeps_what_it_has() -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        await host.poll(cursor, limit=2)
        limits = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "45"}
        facts = {"id_code": 200, "data": {"objname": "x", "radeg": 10, "decdeg": 20}}
        host.instead = says(OBJECT, lambda: web.json_response(facts, headers=limits))
        asked = len(host.requests)
        assert len(await host.poll(cursor)) == 1, "newer deployments leave the level reply out"
        assert len(host.requests) == asked + 1
        assert cursor["not_before"] == "2026-11-20T12:00:45+00:00"
        assert await host.poll(cursor) == []
        assert len(host.requests) == asked + 1
        host.now = host.now.replace(second=46)
        assert len(await host.poll(cursor)) == 1


@pytest.mark.parametrize(
    ("path", "status", "body", "kind"),
    [
        (SEARCH, 429, {}, Unavailable),
        (SEARCH, 200, {"id_code": 400}, Unavailable),
        (SEARCH, 200, {"id_code": 200, "data": {"reply": 5}}, Unavailable),
        (SEARCH, 200, [], Unavailable),
        (OBJECT, 200, {"id_code": 200, "data": {"reply": []}}, Unavailable),
        (OBJECT, 403, {}, PluginError),
        (OBJECT, 500, {}, Unavailable),
    ],
)
async def test_trouble_keeps_the_cursor(path: str, status: int, body: object, kind: type[Exception]) -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        host.instead = says(path, lambda: web.json_response(body, status=status))
        with pytest.raises(kind):
            await host.poll(cursor)
        assert cursor == {}


async def test_what_has_no_place_or_is_not_public_is_left_out() -> None:
    facts: dict[str, Any] = {"radeg": "10.5", "decdeg": None}
    async with serving(SERVICE) as host:
        host.instead = says(OBJECT, lambda: web.json_response({"id_code": 200, "data": {"reply": [facts]}}))
        assert await host.poll({}) == []
        facts.update(decdeg=3.0, public="0")
        assert await host.poll({}) == []
        facts.update(public=1)
        assert len(await host.poll({})) == 8
        host.instead = says(
            SEARCH, lambda: web.json_response({"id_code": 200, "data": [{"objname": "../x"}, 4]})
        )
        assert await host.poll({}) == []


async def test_a_quiet_night_is_no_mistake() -> None:
    async with serving(SERVICE, empty=True) as host:
        assert await host.poll({}) == []
