"""One of three outcomes, whatever the catalogue does; as few turns as it bears."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from astrolens.catalog.enquiry import Enquiry
from astrolens.catalog.question import EpochUse, Question, Reply, TooManyRows, Traits
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogOutcome
from astrolens.domain.sky import SkyPosition


@dataclass
class Recorder:
    """A catalogue that notes what it is asked together."""

    traits: Traits
    most: int = 1000
    error: Unavailable | None = None
    turns: list[int] = field(default_factory=list)

    async def search(self, questions: Sequence[Question]) -> list[Reply]:
        self.turns.append(len(questions))
        if self.error is not None:
            raise self.error
        if len(questions) > self.most:
            raise TooManyRows("cut off")
        return [Reply(reason="" if one.radius_arcsec < 6 else "too wide") for one in questions]


def places(count: int, epoch: datetime | None = None) -> list[Question]:
    return [
        Question(position=SkyPosition(ra_deg=float(number), dec_deg=0.0), radius_arcsec=5.0, epoch=epoch)
        for number in range(count)
    ]


async def test_many_places_are_asked_in_parts() -> None:
    one = Recorder(Traits(name="x", per_second=100.0, most_at_once=4))
    answers = await Enquiry(one, most_per_second=100.0).look_up_many(places(10))
    assert one.turns == [4, 4, 2]
    assert [answer.outcome for answer in answers] == [CatalogOutcome.NO_MATCH] * 10


async def test_an_answer_that_is_cut_off_is_asked_again_in_halves() -> None:
    one = Recorder(Traits(name="x", per_second=100.0, most_at_once=8), most=2)
    answers = await Enquiry(one, most_per_second=100.0).look_up_many(places(8))
    assert one.turns == [8, 4, 2, 2, 4, 2, 2]
    assert {answer.outcome for answer in answers} == {CatalogOutcome.NO_MATCH}
    crowded = Recorder(Traits(name="x", per_second=100.0), most=0)
    (answer,) = await Enquiry(crowded, most_per_second=100.0).look_up_many(places(1))
    assert (answer.outcome, answer.reason) == (CatalogOutcome.NOT_ANSWERED, "cut off")
    endless = Recorder(Traits(name="x", per_second=1e3, most_at_once=250), most=0)
    answers = await Enquiry(endless, most_per_second=1e3).look_up_many(places(250))
    assert len(answers) == 250
    assert len(endless.turns) == 31  # a server that always sends too much is not asked for ever


async def test_silence_is_an_answer_for_every_place_and_the_rest_is_spared() -> None:
    one = Recorder(
        Traits(name="x", per_second=100.0, most_at_once=2), error=Unavailable("down\x1b[0m", 300.0)
    )
    answers = await Enquiry(one, most_per_second=100.0).look_up_many(places(6))
    assert one.turns == [2]
    assert {answer.outcome for answer in answers} == {CatalogOutcome.NOT_ANSWERED}
    assert answers[0].reason == "down\N{REPLACEMENT CHARACTER}[0m"
    assert "rests for 300 s" in answers[-1].reason


async def test_what_moves_is_asked_exposure_by_exposure() -> None:
    nights = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)]
    mixed = [one for pair in zip(places(3, nights[0]), places(3, nights[1]), strict=True) for one in pair]
    one = Recorder(
        Traits(name="x", epochs=EpochUse.MINUTE, needs_epoch=True, per_second=100.0, most_at_once=10)
    )
    answers = await Enquiry(one, most_per_second=100.0).look_up_many(mixed)
    assert one.turns == [3, 3]
    assert len(answers) == 6


async def test_a_place_of_its_own_may_stay_unanswered() -> None:
    one = Recorder(Traits(name="x", per_second=100.0, most_at_once=2))
    wide = Question(position=SkyPosition(ra_deg=1.0, dec_deg=1.0), radius_arcsec=7.0)
    first, second = await Enquiry(one, most_per_second=100.0).look_up_many([*places(1), wide])
    assert (first.outcome, second.outcome) == (CatalogOutcome.NO_MATCH, CatalogOutcome.NOT_ANSWERED)
    assert second.reason == "too wide"


async def test_a_given_up_question_leaves_the_gate_open() -> None:
    class Slow(Recorder):
        async def search(self, questions: Sequence[Question]) -> list[Reply]:
            await asyncio.sleep(60.0)
            return await super().search(questions)

    enquiry = Enquiry(Slow(Traits(name="x", per_second=100.0)), most_per_second=100.0)
    for _ in range(6):
        try:
            async with asyncio.timeout(0.02):
                await enquiry.look_up(places(1)[0])
        except TimeoutError:
            continue
    assert not enquiry._gate.is_open  # type: ignore[union-attr]
