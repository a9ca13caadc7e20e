"""ZTF alerts through ALeRCE: objects, light curves, stamps."""

import gzip
import json
from typing import Any

import pytest
from aiohttp import web

from astrolens.domain.errors import Unavailable
from tests.fakes.ztf import FIRST_CANDID, OBJECTS, SERVICE
from tests.plugins.fake_hosts import keys, says, serving

LIST = "/ztf/v1/objects/"


async def test_stamps_come_with_position_band_and_time() -> None:
    async with serving(SERVICE) as host:
        first, second, *_ = await host.poll({}, limit=3)
        stamp = await host.picture(first)
        query = host.requests[0].query
    assert gzip.decompress(stamp)[:6] == b"SIMPLE"
    assert first.key == "ZTF26aa00000"
    asked = f"oid=ZTF26aa00000&candid={FIRST_CANDID + 1}&type=science&format=fits"
    assert first.url == f"{host.base_url}/avro/get_stamp?{asked}", "the latest detection that has a stamp"
    assert second.position is not None
    assert (second.position.ra_deg, second.position.dec_deg) == (5.1, -19)
    assert first.observed_at is not None
    assert first.observed_at.isoformat() == "2026-11-17T06:00:00+00:00"
    assert (first.bands, first.pixel_scale_arcsec) == (("r",), 1.01)
    assert query["classifier"] == "lc_classifier"
    assert [round(float(day), 3) for day in query.getall("firstmjd")] == [61350.5, 61364.5]
    assert "class" not in query


async def test_the_class_is_named_as_the_wire_wants_it() -> None:
    async with serving(SERVICE) as host:
        assert await host.poll({}, object_class="SNIa")
        assert host.requests[0].query["class"] == "SNIa"
        assert host.requests[0].query["probability"] == "0.5"
        assert await host.poll({}, object_class="AGN") == []


async def test_pages_go_on_over_restarts_and_a_new_round_begins() -> None:
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    async with serving(SERVICE) as host:
        for _ in range(8):
            seen += keys(await host.poll(cursor, limit=9, known=set(seen)))
            cursor = json.loads(json.dumps(cursor))
            host.restart()
    assert len(seen) == len(set(seen)) == OBJECTS * 9 // 10, "those whose number ends in 9 have no stamp"
    assert "ZTF26aa00069" not in seen


async def test_known_objects_cost_no_light_curve() -> None:
    async with serving(SERVICE) as host:
        known = {f"ZTF26aa{number:05d}" for number in range(OBJECTS)}
        assert await host.poll({}, known=known) == []
        assert host.paths() == [LIST, LIST]


async def test_templates_and_differences_are_pictures_of_their_own() -> None:
    async with serving(SERVICE) as host:
        (template,) = await host.poll({}, limit=1, stamp="template", form="png")
        (difference,) = await host.poll({}, limit=1, stamp="difference")
        assert (await host.picture(template))[:4] == b"\x89PNG"
    assert (template.key, template.observed_at) == ("ZTF26aa00000#template", None)
    assert difference.key == "ZTF26aa00000#difference"
    assert difference.observed_at is not None


async def test_rows_without_sense_are_left_out() -> None:
    items: list[Any] = [{"oid": "../x"}, {"oid": None}, {"oid": "ZTF1"}]
    curve = [
        3,
        {"candid": 1.5e18, "has_stamp": True},
        {"candid": "12x", "has_stamp": True},
        {"candid": 5, "has_stamp": False},
    ]
    async with serving(SERVICE) as host:
        host.instead = lambda request: web.json_response(
            {"items": items, "has_next": "yes"} if request.path == LIST else {"detections": curve}
        )
        assert await host.poll({}) == []
        curve.append({"candid": "5", "has_stamp": True, "mjd": "x", "ra": -9999, "fid": 9})
        (offer,) = await host.poll({})
    assert (offer.key, offer.position, offer.observed_at, offer.bands) == ("ZTF1", None, None, ())


async def test_a_broker_that_never_ends_is_left() -> None:
    async with serving(SERVICE) as host:
        host.instead = says(LIST, lambda: web.json_response({"items": [{"oid": "!"}], "has_next": True}))
        cursor: dict[str, Any] = {}
        await host.poll(cursor)
        assert (len(host.requests), cursor["page"]) == (3, 4)
        cursor["page"] = 200
        await host.poll(cursor)
        assert cursor == {}


@pytest.mark.parametrize("body", ["", "[]", '{"items": 1}', '{"items": [1]}', "<html>"])
async def test_what_is_no_list_of_objects_is_no_answer(body: str) -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        await host.poll(cursor, limit=2)
        before = dict(cursor)
        host.instead = says(LIST, lambda: web.Response(text=body))
        with pytest.raises(Unavailable):
            await host.poll(cursor)
        assert cursor == before


async def test_nothing_new_is_no_mistake() -> None:
    async with serving(SERVICE, empty=True) as host:
        assert await host.poll({}) == []
