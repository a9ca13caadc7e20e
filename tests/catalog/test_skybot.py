"""SkyBoT: one cone for an exposure, an empty 204 for nothing, and no answer from anything else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from astrolens.catalog.question import Question
from astrolens.catalog.skybot import SkyBot, bodies_of
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.sky import SkyPosition
from tests.catalog.serving import at_port
from tests.fakes.catalog_skybot import PATH, Bodies, Body, julian_day, votable
from tests.fakes.known_place import DEC_DEG, EPOCH, QUESTION, RA_DEG

NEAR = SkyPosition(ra_deg=RA_DEG + 0.3, dec_deg=DEC_DEG)


def asked_at(url: str) -> SkyBot:
    return SkyBot(CatalogSettings(skybot_url=url, timeout_s=5.0, observatory="I41"))


async def test_one_cone_serves_all_places_of_an_exposure() -> None:
    body = Body("Ceres", RA_DEG, DEC_DEG, julian_day())
    other = Body("Vesta", RA_DEG + 0.3, DEC_DEG, julian_day())
    fake = Bodies([body, other])
    async with at_port(fake.app()) as url:
        replies = await asked_at(url).search([QUESTION, replace(QUESTION, position=NEAR)])
    assert [[match.name for match in reply.matches] for reply in replies] == [["Ceres"], ["Vesta"]]
    (query,) = fake.asked
    assert (query["-loc"], query["-mime"], query["-refsys"]) == ("I41", "votable", "EQJ2000")
    assert float(query["-ep"]) == pytest.approx(julian_day(), abs=1e-6)
    assert 0.28 < float(query["-rd"]) < 0.31


async def test_without_an_epoch_there_is_no_answer_and_no_request() -> None:
    fake = Bodies([])
    async with at_port(fake.app()) as url:
        (reply,) = await asked_at(url).search([replace(QUESTION, epoch=None)])
    assert "no epoch" in reply.reason
    assert fake.asked == []


async def test_the_first_failure_ends_the_turn_but_not_what_was_answered() -> None:
    fake = Bodies([])
    seen = 0

    async def sometimes(request: web.Request) -> web.Response:
        nonlocal seen
        seen += 1
        return await fake.cone(request) if seen == 1 else web.Response(status=500, text="crash")

    app = web.Application()
    app.router.add_get(PATH, sometimes)
    far = Question(position=SkyPosition(ra_deg=10.0, dec_deg=0.0), radius_arcsec=5.0, epoch=EPOCH)
    async with at_port(app) as url:
        first, second = await asked_at(url).search([QUESTION, far])
        assert (first.reason, first.matches) == ("", ())
        assert "status 500" in second.reason
        with pytest.raises(Unavailable, match="500"):
            await asked_at(url).search([replace(far, epoch=EPOCH + timedelta(days=1))])


@pytest.mark.parametrize(
    "reply",
    [b"", b"<html><body>busy</body></html>", b"{}", votable([])[:300].encode(), votable([]).replace("OK", "ERROR").encode()],
)  # fmt: skip
def test_what_is_no_whole_table_is_no_answer(reply: bytes) -> None:
    with pytest.raises(Unavailable):
        bodies_of(reply)


def test_an_empty_table_holds_no_bodies() -> None:
    assert bodies_of(votable([]).encode()) == []
