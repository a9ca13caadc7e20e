"""The door: restarts, revisits, repeats, what is known, what is empty."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from astrolens.domain.errors import ConfigError
from astrolens.domain.sky import SkyPosition
from astrolens.sampling.footprint import WHOLE_SKY, Footprint, Zone
from astrolens.sampling.options import SamplingOptions
from astrolens.sampling.sampler import Sampler
from astrolens.sampling.visit import Visit

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
SMALL = Footprint(moc=b"6/100-104")  # 20 fields of order 7
SIDE = 800.0  # fits order 7


class Walker:
    """A source with a clock, whose cursor goes through JSON after each poll."""

    def __init__(self, footprint: Footprint = SMALL, side_arcsec: float = SIDE, **options: Any) -> None:
        self.options = SamplingOptions.model_validate(options)
        self.footprint = footprint
        self.side_arcsec = side_arcsec
        self.now = START
        self.cursor: dict[str, Any] = {}
        self.sampler = Sampler("x")

    async def take(self, most: int, skip: Any = None) -> list[Visit]:
        visits = await self.sampler.take(
            self.options,
            self.footprint,
            side_arcsec=self.side_arcsec,
            cursor=self.cursor,
            now=lambda: self.now,
            most=most,
            skip=skip,
        )
        self.cursor = json.loads(json.dumps(self.cursor))
        return visits

    def restart(self) -> None:
        self.sampler = Sampler("x")


@settings(max_examples=20, deadline=None)
@given(steps=st.lists(st.integers(0, 9), max_size=12), seed=st.integers(0, 2**63 - 1))
def test_a_restart_gives_the_same_sequence(steps: list[int], seed: int) -> None:
    async def walk() -> None:
        whole = await Walker(seed=seed).take(100)
        assert len(whole) == 20
        walker, found = Walker(seed=seed), []
        for step in steps:
            found += await walker.take(step)
            walker.restart()
        assert found == whole[: sum(steps)]
        assert len({visit.place for visit in found}) == len(found)

    asyncio.run(walk())


async def test_the_whole_sky_needs_a_small_cursor() -> None:
    walker = Walker(WHOLE_SKY, 30.0)
    for _ in range(5):
        assert len(await walker.take(300)) == 300
    assert walker.cursor["sampling"]["next"] == 1500
    assert len(json.dumps(walker.cursor)) < 200


async def test_everything_was_visited_and_nothing_comes_again() -> None:
    walker = Walker()
    assert len(await walker.take(100)) == 20
    walker.now += timedelta(days=1000)
    assert await walker.take(100) == []


async def test_when_asked_all_come_again_in_another_order() -> None:
    walker = Walker(repeat=True)
    first, second, third = [await walker.take(20) for _ in range(3)]
    assert [len(first), len(second), len(third)] == [20, 20, 20]
    assert {visit.place for visit in first} == {visit.place for visit in second}
    assert [visit.place for visit in first] != [visit.place for visit in second]
    assert len({visit.key for visit in first + second + third}) == 60


async def test_a_poll_across_the_end_goes_into_one_new_round_only() -> None:
    walker = Walker(Footprint(moc=b"7/9"), repeat=True)
    assert [visit.key for visit in await walker.take(50)] == ["7-9", "7-9@2"]


async def test_the_same_positions_come_back_after_the_interval() -> None:
    walker = Walker(revisit_days=2, revisit_fields=6)
    first = await walker.take(4) + await walker.take(4)
    assert len(first) == 6
    assert await walker.take(4) == []
    walker.now += timedelta(days=1.9)
    assert await walker.take(4) == []
    walker.now += timedelta(days=0.2)
    walker.restart()
    second = await walker.take(100)
    assert [visit.position for visit in second] == [visit.position for visit in first]
    assert [visit.key for visit in second] == [f"{visit.key}@2" for visit in first]
    assert await walker.take(4) == []
    walker.now += timedelta(days=30)
    assert [visit.round for visit in await walker.take(100)] == [2] * 6


async def test_targets_come_in_their_order_with_their_radius(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,ra,dec,radius\nM 51,202.5,47.25,300\n,10,-5,\n")
    one, other = await Walker(WHOLE_SKY, targets=str(file)).take(10)
    assert (one.key, one.side_arcsec(60.0)) == ("M 51 202.500000+47.250000", 600.0)
    assert (other.key, other.side_arcsec(60.0)) == ("10.000000-5.000000", 60.0)
    assert one.position == SkyPosition(ra_deg=202.5, dec_deg=47.25)


async def test_a_list_that_grows_is_read_again_and_what_is_known_is_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    lines = ["ra,dec", *(f"{number},{number / 10}" for number in range(200))]
    file.write_text("\n".join(lines))
    walker = Walker(WHOLE_SKY, targets=str(file))
    known = {visit.key for visit in await walker.take(500)}
    assert len(known) == 200
    file.write_text("\n".join([*lines, "300,45"]))
    assert [v.position.ra_deg for v in await walker.take(500, lambda visit: visit.key in known)] == [300.0]


async def test_all_targets_are_gone_back_to(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("ra,dec\n" + "\n".join(f"{number},0" for number in range(7)))
    walker = Walker(WHOLE_SKY, targets=str(file), revisit_days=1, revisit_fields=2)
    assert len(await walker.take(50)) == 7
    walker.now += timedelta(days=1)
    assert len(await walker.take(50)) == 7


async def test_an_area_smaller_than_a_field_is_said() -> None:
    walker = Walker(Footprint(moc=b"12/5"), 800.0)
    with pytest.raises(ConfigError, match=r"^sources\.x\.sampling: .*too small for one field of 800 arcsec"):
        await walker.take(5)


async def test_an_empty_area_is_said() -> None:
    polar = Footprint(zones=(Zone(dec_from=25, dec_to=29, ra_from=190, ra_to=195),))
    walker = Walker(Footprint(zones=(Zone(dec_to=-80),), moc=b"0/0"), 60.0)
    with pytest.raises(ConfigError, match="share no sky"):
        await walker.take(5)
    assert await Walker(polar, 60.0, galactic_latitude_deg=80).take(3)


async def test_sparse_areas_are_walked_in_bounded_polls() -> None:
    cells = " ".join(str(4**7 * 2 + 257 * number) for number in range(60))
    walker = Walker(Footprint(moc=f"11/{cells}".encode()), 30.0)
    found = [visit for _ in range(3) for visit in await walker.take(40)]
    assert len(found) == len({visit.place for visit in found}) > 0
    area = await walker.sampler.area(walker.options, walker.footprint)
    assert all(await asyncio.to_thread(area.holds_each, [visit.position for visit in found]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": -1},
        {"revisit_days": 0},
        {"galactic_latitude_deg": 81},
        {"target": "x"},
        {"revisit_fields": 0},
    ],
)
def test_wrong_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SamplingOptions.model_validate(wrong)
