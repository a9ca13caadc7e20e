"""Subjects of the Zooniverse: project, sets, pages."""

import json
from typing import Any

import pytest
from aiohttp import web

from astrolens.domain.errors import ConfigError, Unavailable
from tests.fakes.galaxy_zoo import SERVICE, SUBJECTS
from tests.plugins.fake_hosts import keys, says, serving

LIST = "/api/subjects"


async def test_subjects_come_with_the_position_of_their_metadata() -> None:
    async with serving(SERVICE) as host:
        offers = await host.poll({}, limit=6)
        assert (await host.picture(offers[0]))[:3] == b"\xff\xd8\xff"
        assert host.paths()[:3] == ["/api/projects", "/api/subject_sets", LIST]
        assert host.requests[0].headers["Accept"] == "application/vnd.api+json; version=1"
    assert keys(offers) == ["101000", "101001", "101002", "101003", "101004", "101004-2"]
    assert offers[0].position is not None
    assert offers[0].position.ra_deg == pytest.approx(101000 * 3.1 % 360)
    assert offers[0].position.dec_deg == -10
    assert offers[3].position is None
    assert offers[5].url.endswith("-second.png")
    assert "Galaxy Zoo" in offers[0].credit


async def test_it_goes_through_all_sets_and_passes_videos_over() -> None:
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    async with serving(SERVICE) as host:
        for _ in range(12):
            seen += keys(await host.poll(cursor, limit=7, known=set(seen)))
            cursor = json.loads(json.dumps(cursor))
            host.restart()
    subjects = {key.split("-")[0] for key in seen}
    assert len(seen) == len(set(seen))
    everything = {str(1000 * number + step) for number, count in SUBJECTS.items() for step in range(count)}
    assert subjects == {name for name in everything if name[-1] != "5"}


async def test_no_picture_of_a_subject_is_lost_at_a_limit() -> None:
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    async with serving(SERVICE) as host:
        for _ in range(7):
            seen += keys(await host.poll(cursor, limit=1, known=set(seen), subject_sets=[102]))
    assert seen == ["102000", "102001", "102002", "102003", "102004", "102004-2", "102006"]


async def test_an_unknown_project_is_a_mistake_of_the_configuration() -> None:
    async with serving(SERVICE) as host:
        with pytest.raises(ConfigError, match=r"sources\.galaxy_zoo\.project.*nobody/nothing"):
            await host.poll({}, project="nobody/nothing")


@pytest.mark.parametrize("body", ['{"errors": []}', "[]", '{"subjects": [1]}', "<html>"])
async def test_what_is_no_list_is_no_answer(body: str) -> None:
    async with serving(SERVICE) as host:
        cursor: dict[str, Any] = {}
        await host.poll(cursor, limit=2)
        before = dict(cursor)
        host.instead = says(LIST, lambda: web.Response(text=body))
        with pytest.raises(Unavailable):
            await host.poll(cursor)
        assert cursor == before


async def test_subjects_that_make_no_sense_are_left_out() -> None:
    here: list[Any] = [{"image/jpeg": "http://127.0.0.1/x.jpg"}]
    subjects = [
        {"id": "x", "locations": here},
        {"id": 1, "locations": None},
        {"id": 2, "locations": [None, {"image/jpeg": 3}]},
        {"id": 3, "locations": here, "metadata": {"RA": "x", "Dec": 4}},
    ]
    async with serving(SERVICE) as host:
        here[0]["image/jpeg"] = f"{host.base_url}/x.jpg"
        host.instead = says(LIST, lambda: web.json_response({"subjects": subjects}))
        (offer, *_) = await host.poll({}, subject_sets=[5])
    assert (offer.key, offer.position) == ("3", None)


async def test_an_empty_project_is_no_mistake() -> None:
    async with serving(SERVICE, empty=True) as host:
        assert await host.poll({}) == []
