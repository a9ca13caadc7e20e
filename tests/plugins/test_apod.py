"""The picture of the day: a few days in one request, free pictures only."""

import json
from datetime import date
from typing import Any

import pytest
from aiohttp import web

from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError, PluginError, Unavailable
from astrolens.sources.loader import load_sources
from tests.fakes.apod import SERVICE
from tests.plugins.fake_hosts import keys, says, serving

APOD = "/planetary/apod"


def _is_free(day: str) -> bool:
    number = date.fromisoformat(day).toordinal()
    return number % 7 != 0 and number % 5 != 0


async def test_free_pictures_come_with_their_day_and_no_position() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=5)
        assert (await host.picture(offers[0]))[:3] == b"\xff\xd8\xff"
        assert len(host.requests) == 2, "one request for all days"
        assert host.requests[0].query["start_date"] == "2024-01-01"
    assert len(offers) == 5
    assert all(_is_free(offer.key) and offer.position is None for offer in offers)
    assert "small_960" in offers[0].url
    assert offers[0].licence.startswith("Public domain")


async def test_it_walks_to_yesterday_and_waits() -> None:
    cursor: dict[str, Any] = {}
    seen: list[str] = []
    async with serving(SERVICE) as host:
        for _ in range(5):
            seen += keys(await host.poll(cursor, limit=9, since="2026-10-20", sharp=True))
            cursor = json.loads(json.dumps(cursor))
        assert host.requests[-1].query["end_date"] == "2026-11-19"
        asked = len(host.requests)
        assert await host.poll(cursor, since="2026-10-20", sharp=True) == []
        assert len(host.requests) == asked, "nobody is asked for tomorrow"
        host.now = host.now.replace(day=23)
        assert keys(await host.poll(cursor, since="2026-10-20", sharp=True)) == [
            day for day in ("2026-11-20", "2026-11-21", "2026-11-22") if _is_free(day)
        ]
    assert seen == sorted(set(seen))
    assert seen[0] >= "2026-10-20"


async def test_without_a_first_day_it_begins_a_month_ago() -> None:
    async with serving(SERVICE) as host:
        await host.poll({}, since=None)
        assert host.requests[0].query["start_date"] == "2026-10-20"


async def test_a_key_that_is_refused_is_a_mistake_of_the_configuration() -> None:
    async with serving(SERVICE) as host:
        with pytest.raises(ConfigError, match=r"sources\.apod\.api_key: .*https://api\.nasa\.gov"):
            await host.poll({}, api_key="wrong")


async def test_an_entry_that_makes_no_sense_is_left_out() -> None:
    good = {"date": "2024-01-03", "media_type": "image", "url": "http://apod.nasa.gov/a.jpg"}
    bad: list[dict[str, Any]] = [
        {**good, "date": "yesterday"},
        {**good, "url": None},
        {**good, "media_type": "other"},
        {**good, "copyright": "me"},
    ]
    async with serving(SERVICE) as host:
        host.instead = says(APOD, lambda: web.json_response([*bad, good]))
        (offer,) = await host.poll({})
    assert (offer.key, offer.url) == ("2024-01-03", "https://apod.nasa.gov/a.jpg")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"code": 400, "msg": "Date must be between"}, PluginError),
        (429, {"error": {"code": "OVER_RATE_LIMIT"}}, Unavailable),
        (503, {}, Unavailable),
        (200, {"hello": 1}, Unavailable),
        (200, [1], Unavailable),
    ],
)
async def test_trouble_keeps_the_cursor(status: int, body: object, kind: type[Exception]) -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        await host.poll(cursor, limit=2)
        before = dict(cursor)
        host.instead = says(APOD, lambda: web.json_response(body, status=status))
        with pytest.raises(kind):
            await host.poll(cursor)
        assert cursor == before


async def test_days_without_pictures_are_passed() -> None:
    async with serving(SERVICE, empty=True) as host:
        cursor: dict[str, Any] = {}
        assert await host.poll(cursor) == []
        assert cursor["next"] == "2024-01-21"


def test_the_key_is_not_shown_with_the_options() -> None:
    (loaded,) = load_sources(
        Settings.model_validate({"sources": {"apod": {"enabled": True, "api_key": "s3cret"}}})
    )
    assert "s3cret" not in repr(loaded.options)
