"""Three outcomes, never two; a cache that forgets; a breaker that spares the service."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic
from typing import Any

import pytest
from aiohttp import web

from astrolens.catalog.question import Question
from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome, CatalogState, overall_state
from astrolens.domain.sky import SkyPosition
from tests.catalog.fake_simbad import FakeSimbad, serving
from tests.catalog.serving import at_port, services
from tests.fakes import catalog_gaia, catalog_ned, catalog_simbad, catalog_skybot, vizier
from tests.fakes.known_place import EPOCH, QUESTION
from tests.fakes.tap_sky import TapSky

HERE = SkyPosition(ra_deg=202.469575, dec_deg=47.195258)
WHIRLPOOL = ("M  51", 202.469575, 47.1952583, "GiP", 3500, 0.001534, 11.2, 1.0, 0.0)


class Memory:
    """A cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CatalogAnswer] = {}

    def cache_get_many(self, catalogue: str, cell_keys: Iterable[str]) -> dict[str, CatalogAnswer]:
        return {key: self.kept[catalogue, key] for key in cell_keys if (catalogue, key) in self.kept}

    def cache_put_many(self, catalogue: str, answers: Iterable[tuple[str, CatalogAnswer]]) -> None:
        self.kept |= {(catalogue, key): answer for key, answer in answers}


class Calendar:
    """A clock in UTC that we set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def simbad() -> AsyncIterator[FakeSimbad]:
    async with serving(FakeSimbad()) as fake:
        yield fake


def only_simbad(url: str) -> CatalogSettings:
    return CatalogSettings(
        ask=("simbad",), required=("simbad",), simbad_url=url, timeout_s=5.0, requests_per_second=4.0
    )


def matcher(fake: FakeSimbad, memory: Memory, calendar: Calendar | None = None) -> CrossMatcher:
    return CrossMatcher(only_simbad(fake.url), memory, now=calendar or Calendar())


async def outcome(one: CrossMatcher, position: SkyPosition = HERE) -> CatalogOutcome:
    (answer,) = await one.cross_match(position)
    return answer.outcome


async def test_three_outcomes(simbad: FakeSimbad) -> None:
    one = matcher(simbad, Memory())
    places = [SkyPosition(ra_deg=202.469575, dec_deg=47.195258 + step / 36000) for step in range(3)]
    simbad.rows = [WHIRLPOOL]
    (known,) = await one.cross_match(places[0])
    simbad.rows = []
    (unknown,) = await one.cross_match(places[1])
    simbad.mode = "maintenance"
    (silent,) = await one.cross_match(places[2])
    assert known.outcome is CatalogOutcome.MATCH
    assert known.matches[0].name == "M 51"
    assert (unknown.outcome, unknown.matches, unknown.reason) == (CatalogOutcome.NO_MATCH, (), "")
    assert silent.outcome is CatalogOutcome.NOT_ANSWERED
    assert "503" in silent.reason
    states = [overall_state([answer], ["simbad"], True) for answer in (known, unknown, silent)]
    assert states == [CatalogState.KNOWN, CatalogState.UNKNOWN, CatalogState.NOT_ANSWERED]
    assert known.asked_at == "2026-11-21T00:00:00.000Z"
    assert known.radius_arcsec == 5.0


async def test_answers_are_remembered_for_their_time_and_silence_never(simbad: FakeSimbad) -> None:
    memory, calendar = Memory(), Calendar()
    one = matcher(simbad, memory, calendar)
    simbad.mode = "reset"
    assert await outcome(one) is CatalogOutcome.NOT_ANSWERED
    assert memory.kept == {}
    simbad.mode = "rows"
    assert await outcome(one) is CatalogOutcome.NO_MATCH
    asked = len(simbad.asked)
    simbad.rows = [WHIRLPOOL]
    assert await outcome(one) is CatalogOutcome.NO_MATCH
    assert len(simbad.asked) == asked
    calendar.now += timedelta(days=8)
    assert await outcome(one) is CatalogOutcome.MATCH
    assert len(simbad.asked) == asked + 1


async def test_a_service_that_stays_away_is_left_in_peace(simbad: FakeSimbad) -> None:
    simbad.mode = "error"
    one = CrossMatcher(only_simbad(simbad.url), Memory())
    reasons = []
    for step in range(7):
        (answer,) = await one.cross_match(SkyPosition(ra_deg=10.0 + step, dec_deg=0.0))
        assert answer.outcome is CatalogOutcome.NOT_ANSWERED
        reasons.append(answer.reason)
    assert len(simbad.asked) == 5
    assert "rests" in reasons[-1]


async def test_questions_are_spaced(simbad: FakeSimbad) -> None:
    one = matcher(simbad, Memory())
    for step in range(3):
        await one.cross_match(SkyPosition(ra_deg=10.0 + step, dec_deg=0.0))
    gaps = [later - earlier for earlier, later in pairwise(simbad.asked_at)]
    assert min(gaps) > 0.15


def test_the_radius_follows_error_and_size_within_bounds() -> None:
    one = CrossMatcher(CatalogSettings(), Memory())
    vague = SkyPosition(ra_deg=1.0, dec_deg=2.0, error_arcsec=3.0)
    assert one.radius_arcsec(HERE, None) == 5.0
    assert one.radius_arcsec(HERE, float("nan")) == 5.0
    assert one.radius_arcsec(HERE, 7.5) == 7.5
    assert one.radius_arcsec(vague, 7.5) == 9.0
    assert one.radius_arcsec(HERE, 1e6) == 60.0


async def test_without_catalogues_there_are_no_answers() -> None:
    assert await CrossMatcher(CatalogSettings(), Memory(), catalogues=()).cross_match(HERE) == ()


def scattered(count: int) -> list[Question]:
    """Places far from one another, in one night: three exposures a night apart."""
    return [
        Question(
            position=SkyPosition(ra_deg=30.0 + 0.01 * (number % 50), dec_deg=-5.0 + 0.01 * (number // 50)),
            radius_arcsec=5.0,
            epoch=EPOCH + timedelta(days=number % 3),
        )
        for number in range(count)
    ]


async def test_a_thousand_places_are_at_most_20_requests_to_each_catalogue() -> None:
    questions = scattered(1000)
    known = [one.position for one in questions[::10]]
    simbad = catalog_simbad.sky(
        [catalog_simbad.an_object(f"G {n}", one.ra_deg, one.dec_deg) for n, one in enumerate(known)]
    )
    ned = catalog_ned.sky(
        [catalog_ned.an_object(f"N {n}", one.ra_deg, one.dec_deg) for n, one in enumerate(known)]
    )
    gaia = catalog_gaia.sky([])
    tables = TapSky(
        tables=vizier.table_of("sdss", [vizier.a_row("sdss", one.ra_deg, one.dec_deg) for one in known])
    )
    bodies = catalog_skybot.Bodies([])
    fakes = services()
    async with AsyncExitStack() as stack:
        options: dict[str, object] = {}
        for name, app in (
            ("simbad", simbad.app(catalog_simbad.PATH)), ("ned", ned.app(catalog_ned.PATH)),
            ("gaia", gaia.app(catalog_gaia.PATH)), ("sdss", tables.app(vizier.PATH)), ("skybot", bodies.app()),
        ):  # fmt: skip
            options |= fakes[name].options(await stack.enter_async_context(at_port(app)))
        settings = CatalogSettings.model_validate({**options, "timeout_s": 20.0, "requests_per_second": 4.0})
        one = CrossMatcher(settings, Memory())
        answers = await one.cross_match_many(questions)
    assert (len(simbad.asked), len(ned.asked), len(gaia.asked), len(tables.asked)) == (8, 10, 4, 4)
    assert len(bodies.asked) == 3
    said = [{answer.catalogue: answer.outcome for answer in each} for each in answers]
    assert [each["openngc-offline"] for each in said] == [CatalogOutcome.NO_MATCH] * 1000
    assert [each["simbad"] for each in said].count(CatalogOutcome.MATCH) == 100
    assert [number for number, each in enumerate(said) if each["ned"] is CatalogOutcome.MATCH] == list(
        range(0, 1000, 10)
    )
    assert {each["skybot"] for each in said} == {CatalogOutcome.NO_MATCH}
    states = [overall_state(each, settings.required, True) for each in answers]
    assert (states.count(CatalogState.KNOWN), states.count(CatalogState.UNKNOWN)) == (100, 900)


async def test_every_table_of_a_shared_server_is_one_server_to_it() -> None:
    """Five tables of VizieR, 1,000 places: 4 requests to each, and all of them together within its rate."""
    names = ("sdss", "gaia-vizier", "panstarrs", "galex", "twomass")
    begun: list[float] = []
    open_now = most = 0
    tables = TapSky(
        tables={table: rows for name in names for table, rows in vizier.table_of(name, []).items()}
    )

    @web.middleware
    async def counted(request: web.Request, handler: Any) -> web.StreamResponse:
        nonlocal open_now, most
        begun.append(monotonic())
        open_now += 1
        most = max(most, open_now)
        try:
            answer: web.StreamResponse = await handler(request)
            return answer
        finally:
            open_now -= 1

    app = tables.app(vizier.PATH)
    app.middlewares.append(counted)
    async with at_port(app) as url:
        options = services()["sdss"].options(url)
        settings = CatalogSettings.model_validate(
            {**options, "ask": names, "required": [], "timeout_s": 20.0}
        )
        one = CrossMatcher(settings, Memory())
        answers = await one.cross_match_many([replace(place, epoch=None) for place in scattered(300)])
    assert len(tables.asked) == len(begun) == 10
    assert most <= 2
    assert begun[-1] - begun[0] >= 2.0  # five gates of their own would let all ten through in half a second
    assert {each.catalogue for each in answers[0]} == set(names)


async def test_the_offline_list_answers_first_and_without_a_network() -> None:
    settings = CatalogSettings(
        ask=("simbad", "openngc-offline"), required=("simbad",), simbad_url="http://127.0.0.1:9/tap", timeout_s=5.0
    )  # fmt: skip
    offline, simbad = await CrossMatcher(settings, Memory()).cross_match(HERE)
    assert (offline.catalogue, offline.outcome) == ("openngc-offline", CatalogOutcome.MATCH)
    assert offline.matches[0].name == "NGC5194 = M51"
    assert offline.matches[0].chance_probability < 1e-6
    assert simbad.outcome is CatalogOutcome.NOT_ANSWERED
    assert overall_state([offline, simbad], ["simbad"], True) is CatalogState.KNOWN


async def test_what_moves_is_known_at_its_time_and_place_only() -> None:
    fake = services()["skybot"]
    async with at_port(fake.build(False)) as url:
        settings = CatalogSettings.model_validate(
            {"ask": ["skybot"], "required": ["skybot"], "timeout_s": 5.0, **fake.options(url)}
        )
        one = CrossMatcher(settings, Memory())
        later = replace(QUESTION, epoch=EPOCH + timedelta(hours=2))
        (now,), (then,), untimed = await one.cross_match_many(
            [QUESTION, later, replace(QUESTION, epoch=None)]
        )
        moved = SkyPosition(
            ra_deg=QUESTION.position.ra_deg + 60.0 / 3600.0, dec_deg=QUESTION.position.dec_deg + 20.0 / 3600.0
        )
        ((followed,),) = await one.cross_match_many([replace(later, position=moved)])
    assert now.matches[0].name == "G!kun||'homdima"
    assert now.matches[0].object_type == "solar system: MB>Outer"
    assert (then.outcome, untimed) == (CatalogOutcome.NO_MATCH, ())
    assert followed.outcome is CatalogOutcome.MATCH
    assert one.required(None) == ()
    assert one.required(EPOCH) == ("skybot",)


async def test_the_same_place_at_another_time_is_another_question_to_what_moves_alone() -> None:
    fakes = services()
    memory = Memory()
    async with at_port(fakes["skybot"].build(False)) as sky, at_port(fakes["ned"].build(False)) as ned:
        settings = CatalogSettings.model_validate(
            {
                "ask": ["ned", "skybot"],
                "required": [],
                **fakes["skybot"].options(sky),
                **fakes["ned"].options(ned),
            }
        )
        one = CrossMatcher(settings, memory)
        await one.cross_match_many([QUESTION, replace(QUESTION, epoch=EPOCH + timedelta(days=400))])
    assert sorted(name for name, _ in memory.kept) == ["ned", "skybot", "skybot"]
