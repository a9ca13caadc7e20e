"""SIMBAD over a real socket: good answers, and every bad one told apart from "nothing there"."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from math import cos, radians

import pytest

from astrolens.catalog.question import Question, TooManyRows
from astrolens.catalog.simbad import Simbad, adql_of, adql_of_many
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition
from tests.catalog.fake_simbad import FakeSimbad, serving
from tests.catalog.serving import at_port
from tests.fakes.catalog_simbad import PATH, an_object, sky

HERE = SkyPosition(ra_deg=202.469575, dec_deg=47.195258, error_arcsec=0.1)
WHIRLPOOL = ("M  51", 202.469575, 47.1952583, "GiP", 3500, 0.001534, 11.2, 1.0, 0.0)
STAR = ("TYC 1-2-3", 202.4700, 47.1955, "*", 2, None, None, None, 0.0003)


@pytest.fixture
async def simbad() -> AsyncIterator[FakeSimbad]:
    async with serving(FakeSimbad()) as fake:
        yield fake


def client(fake: FakeSimbad, timeout_s: float = 5.0) -> Simbad:
    return Simbad(CatalogSettings(simbad_url=fake.url, timeout_s=timeout_s), "AstroLens/0 (test)")


def question(radius_arcsec: float = 5.0) -> Question:
    return Question(position=HERE, radius_arcsec=radius_arcsec)


async def matches(one: Simbad, asked: Question) -> tuple[CatalogMatch, ...]:
    (reply,) = await one.search([asked])
    assert reply.reason == ""
    return reply.matches


async def test_a_known_galaxy_is_found_with_its_facts(simbad: FakeSimbad) -> None:
    simbad.rows = [STAR, WHIRLPOOL]
    first, second = await matches(client(simbad), question())
    assert (first.name, first.object_type, first.references) == ("M 51", "GiP", 3500)
    assert first.size_arcsec == pytest.approx(336.0)
    assert first.redshift == pytest.approx(0.001534)
    assert first.chance_probability < 1e-6
    assert second.redshift is None
    assert second.size_arcsec is None
    assert second.separation_arcsec == pytest.approx(1.36, abs=0.05)


async def test_what_is_sent_is_one_adql_query_in_our_name(simbad: FakeSimbad) -> None:
    assert await matches(client(simbad), question()) == ()
    (sent,) = simbad.asked
    assert sent["QUERY"] == adql_of(HERE, 60.0)
    assert sent["LANG"] == "ADQL"
    assert "CIRCLE('ICRS', 202.4695750, 47.1952580, 0.0166667)" in sent["QUERY"]
    assert simbad.agents[0].startswith("AstroLens/0 (test) astroquery/")


async def test_the_same_question_twice_is_asked_twice(simbad: FakeSimbad) -> None:
    asked = client(simbad)
    assert await matches(asked, question()) == ()
    simbad.rows = [WHIRLPOOL]
    assert len(await matches(asked, question())) == 1


async def test_rows_without_a_position_or_with_nonsense_are_left_out(simbad: FakeSimbad) -> None:
    simbad.rows = [
        ("nowhere", None, None, "G", 1, None, None, None, 0.0),
        ("\x1b[31mred".replace("\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"), *WHIRLPOOL[1:]),
    ]
    (match,) = await matches(client(simbad), question())
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in match.name


@pytest.mark.parametrize(
    "mode",
    [
        "no status", "few columns", "error", "error with 200", "maintenance", "page with 200", "garbage", "nothing",
        "cut off", "elsewhere", "huge", "reset",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::astropy.io.votable.exceptions.VOWarning")
async def test_a_bad_reply_is_no_answer(simbad: FakeSimbad, mode: str) -> None:
    simbad.mode, simbad.rows = mode, [STAR] if mode == "few columns" else []
    with pytest.raises(Unavailable) as caught:
        await matches(client(simbad), question())
    assert caught.value.retry_after_s == (120.0 if mode == "maintenance" else None)


@pytest.mark.filterwarnings("ignore::pyvo.dal.exceptions.DALOverflowWarning")
async def test_a_truncated_answer_is_no_answer(simbad: FakeSimbad) -> None:
    simbad.mode = "overflow"
    with pytest.raises(Unavailable, match="OVERFLOW"):
        await matches(client(simbad), question())


@pytest.mark.parametrize("mode", ["stall", "drip"])
async def test_a_slow_server_has_a_hard_limit(simbad: FakeSimbad, mode: str) -> None:
    simbad.mode = mode
    started = time.monotonic()
    with pytest.raises(Unavailable):
        await matches(client(simbad, timeout_s=0.6), question())
    assert time.monotonic() - started < 15.0


async def test_a_closed_port_is_no_answer() -> None:
    settings = CatalogSettings(simbad_url="http://127.0.0.1:9/simbad/sim-tap", timeout_s=5.0)
    with pytest.raises(Unavailable, match="127"):
        await matches(Simbad(settings), question())


async def test_many_questions_share_no_state(simbad: FakeSimbad) -> None:
    simbad.rows = [WHIRLPOOL]
    asked = client(simbad)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(matches(asked, question())) for _ in range(8)]
    assert all(len(task.result()) == 1 for task in tasks)


async def test_many_places_are_two_requests_and_each_has_its_own_answer() -> None:
    star = an_object("HD 1", 10.0, -5.0, otype_txt="*", **{'"V"': 9.0})
    large = an_object("NGC 1", 50.0, 20.0, galdim_majaxis=6.0, galdim_minaxis=2.0, galdim_angle=90)
    fake = sky([star, large])
    east = SkyPosition(ra_deg=50.0 + 150.0 / 3600.0 / cos(radians(20.0)), dec_deg=20.0)
    north = SkyPosition(ra_deg=50.0, dec_deg=20.0 + 150.0 / 3600.0)
    places = [SkyPosition(ra_deg=10.0, dec_deg=-5.0), SkyPosition(ra_deg=11.0, dec_deg=-5.0), east, north]
    async with at_port(fake.app(PATH)) as url:
        one = Simbad(CatalogSettings(simbad_url=url + PATH, timeout_s=5.0))
        replies = await one.search([Question(position=place, radius_arcsec=5.0) for place in places])
    names = [[match.name for match in reply.matches] for reply in replies]
    assert names == [
        ["HD 1"],
        [],
        ["NGC 1"],
        [],
    ]  # 150 arcsec along its major axis is inside, across it is not
    assert fake.asked == list(adql_of_many(60.0))
    assert fake.uploaded == [4, 4]


async def test_a_reply_that_is_too_long_may_be_asked_for_in_halves(simbad: FakeSimbad) -> None:
    simbad.mode = "huge"
    with pytest.raises(TooManyRows, match="longer than"):
        await client(simbad).search([question()])


async def test_a_crowd_that_was_cut_off_is_no_answer(simbad: FakeSimbad) -> None:
    simbad.rows = [(f"S {n}", 202.46, 47.19, "*", 1, None, None, None, 0.0) for n in range(2000)]
    with pytest.raises(TooManyRows, match="more than 2000"):
        await client(simbad).search([question()])


async def test_a_star_is_found_where_it_stood_at_the_time() -> None:
    star = an_object("Barnard", 269.452, 4.693, otype_txt="*", pmra=-802.8, pmdec=10362.5, **{'"V"': 9.5})
    seen = Question(
        position=SkyPosition(ra_deg=269.452 - 0.8028 * 26 / 3600 / cos(radians(4.693)), dec_deg=4.693 + 10.3625 * 26 / 3600),
        radius_arcsec=5.0,
        epoch=datetime(2026, 1, 1, 12, tzinfo=UTC),
    )  # fmt: skip
    async with at_port(sky([star]).app(PATH)) as url:
        one = Simbad(CatalogSettings(simbad_url=url + PATH, timeout_s=5.0))
        (match,) = await matches(one, replace(seen, radius_arcsec=400.0))
        assert match.separation_arcsec < 0.2
        assert (
            await matches(one, replace(seen, epoch=datetime(2000, 1, 1, 12, tzinfo=UTC), radius_arcsec=50.0))
            == ()
        )
