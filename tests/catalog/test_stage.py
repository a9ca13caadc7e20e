"""Three outcomes, never two; a cache that forgets; a breaker that spares the service."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from astrolens.catalog.stage import CrossMatcher
from astrolens.config.settings import CatalogSettings
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome, CatalogState, overall_state
from astrolens.domain.sky import SkyPosition
from tests.catalog.fake_simbad import FakeSimbad, serving

HERE = SkyPosition(ra_deg=202.469575, dec_deg=47.195258)
WHIRLPOOL = ("M  51", 202.469575, 47.1952583, "GiP", 3500, 0.001534, 11.2, 1.0, 0.0)


class Memory:
    """A cache in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CatalogAnswer] = {}

    def cache_get(self, catalogue: str, cell_key: str) -> CatalogAnswer | None:
        return self.kept.get((catalogue, cell_key))

    def cache_put(self, catalogue: str, cell_key: str, answer: CatalogAnswer) -> None:
        self.kept[catalogue, cell_key] = answer


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


def matcher(fake: FakeSimbad, memory: Memory, calendar: Calendar | None = None) -> CrossMatcher:
    settings = CatalogSettings(simbad_url=fake.url, timeout_s=5.0, requests_per_second=4.0)
    return CrossMatcher(settings, memory, now=calendar or Calendar())


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
    settings = CatalogSettings(simbad_url=simbad.url, timeout_s=5.0, requests_per_second=4.0)
    one = CrossMatcher(settings, Memory())
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
