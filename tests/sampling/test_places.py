"""Fields of a footprint: inside, evenly spread, each once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mocpy import MOC

from astrolens.domain.sky import separation_arcsec
from astrolens.sampling.coverage import Coverage, coverage_of
from astrolens.sampling.footprint import WHOLE_SKY, Footprint, Zone
from astrolens.sampling.healpix import order_for_field
from astrolens.sampling.places import Fields


def _area(text: str) -> Coverage:
    return Coverage(np.asarray(MOC.from_string(text).to_depth29_ranges, dtype=np.uint64))


@settings(max_examples=30, deadline=None)
@given(
    cells=st.sets(st.integers(0, 767), min_size=1, max_size=12),
    order=st.integers(2, 8),
    seed=st.integers(0, 2**63 - 1),
    cuts=st.lists(st.integers(0, 4_000), max_size=6),
)
def test_each_field_comes_once_and_lies_inside(
    cells: set[int], order: int, seed: int, cuts: list[int]
) -> None:
    area = _area("3/" + " ".join(map(str, sorted(cells))))
    fields = Fields.of(area, order, seed=seed)
    steps = sorted({0, fields.count, *(cut for cut in cuts if cut < fields.count)})
    visits = [visit for one, other in pairwise(steps) for visit in fields.visits(one, other, 0)]
    assert visits == fields.visits(0, fields.count, 0)
    assert len({visit.place for _, visit in visits}) == len(visits)
    assert all(area.holds_each([visit.position for _, visit in visits[:50]]))
    if order >= 3:
        assert len(visits) == fields.count == len(cells) * 4 ** (order - 3)


def test_fields_are_uniform_on_the_sphere() -> None:
    fields = Fields.of(coverage_of(WHOLE_SKY), 9, seed=5)
    visits = [visit for _, visit in fields.visits(0, 9_600, 0)]
    heights = np.sin(np.radians([visit.position.dec_deg for visit in visits]))
    counts = np.histogram(heights, bins=20, range=(-1, 1))[0]
    assert float(((counts - 480) ** 2 / 480).sum()) < 43.8  # chi squared, 19 degrees of freedom: p = 0.001
    around = np.histogram([visit.position.ra_deg for visit in visits], bins=24, range=(0, 360))[0]
    assert float(((around - 400) ** 2 / 400).sum()) < 49.7  # 23 degrees of freedom: p = 0.001


def test_pictures_never_overlap() -> None:
    area = coverage_of(Footprint(zones=(Zone(dec_from=88.5),)))
    side = 300.0
    fields = Fields.of(area, order_for_field(side), seed=1)
    places = [visit.position for _, visit in fields.visits(0, fields.count, 0)]
    assert len(places) > 150
    nearest = min(separation_arcsec(one, other) for i, one in enumerate(places) for other in places[:i])
    assert nearest >= side * 2**0.5


def test_a_round_may_have_its_own_order() -> None:
    area = coverage_of(WHOLE_SKY)
    same, other = (Fields.of(area, 4, seed=3, reshuffle=value) for value in (False, True))
    first, again = same.visits(0, 20, 0), same.visits(0, 20, 1)
    assert [visit.place for _, visit in first] == [visit.place for _, visit in again]
    assert [visit.key for _, visit in again] == [f"{visit.place}@2" for _, visit in first]
    assert [v.place for _, v in other.visits(0, 20, 1)] != [v.place for _, v in first]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (3072, 4000), (5, 5)])
def test_beyond_the_end_there_is_nothing(start: int, stop: int) -> None:
    assert Fields.of(coverage_of(WHOLE_SKY), 4, seed=3).visits(start, stop, 0) == []
