"""Areas of the sky: zones over the wrap and the poles, the Milky Way, maps in three formats."""

import io
from math import cos, pi, radians, sin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mocpy import MOC

from astrolens.domain.sky import SkyPosition
from astrolens.sampling.coverage import Coverage, both, coverage_of
from astrolens.sampling.footprint import WHOLE_SKY, Footprint, Zone
from astrolens.sampling.healpix import middle_at_deepest
from tests.fakes.hips2fits import coverage_map

MARGIN_DEG = 0.6  # zones and the Milky Way are kept to a cell of order 8


def _holds(area: Coverage, *places: tuple[float, float]) -> list[bool]:
    return area.holds_each([SkyPosition(ra_deg=ra, dec_deg=dec) for ra, dec in places])


def test_the_whole_sky_holds_its_corners() -> None:
    area = coverage_of(WHOLE_SKY)
    assert area.share() == 1.0
    assert all(_holds(area, (0, 90), (359.999, -90), (0, 0), (180, 0)))


def test_a_zone_may_hold_right_ascension_zero() -> None:
    area = coverage_of(Footprint(zones=(Zone(dec_from=-10, dec_to=10, ra_from=350, ra_to=10),)))
    assert _holds(area, (0, 0), (355, 5), (5, -5), (180, 0), (20, 0), (0, 15)) == [True] * 3 + [False] * 3
    assert area.share() == pytest.approx(radians(20) * 2 * sin(radians(10)) / (4 * pi), rel=0.03)


def test_zones_reach_both_poles() -> None:
    north = coverage_of(Footprint(zones=(Zone(dec_from=80),)))
    south = coverage_of(Footprint(zones=(Zone(dec_to=-30),)))
    assert _holds(north, (0, 90), (123, 89.9999), (200, 78)) == [True, True, False]
    assert _holds(south, (0, -90), (300, -31), (300, -29)) == [True, True, False]


@settings(max_examples=30, deadline=None)
@given(
    low=st.floats(-90, 85),
    height=st.floats(1, 60),
    ra=st.floats(0, 359),
    width=st.floats(1, 300),
    spot=st.tuples(st.floats(0, 359.99), st.floats(-90, 90)),
)
def test_a_zone_holds_what_is_inside_and_nothing_far_outside(
    low: float, height: float, ra: float, width: float, spot: tuple[float, float]
) -> None:
    high, end = min(90.0, low + height), (ra + width) % 360.0
    area = coverage_of(Footprint(zones=(Zone(dec_from=low, dec_to=high, ra_from=ra, ra_to=end or 360.0),)))
    (held,) = _holds(area, spot)
    across = (spot[0] - ra) % 360.0
    if (
        low + MARGIN_DEG < spot[1] < high - MARGIN_DEG
        and across * cos(radians(spot[1])) > MARGIN_DEG
        and across < width
    ):
        assert held or (width - across) * cos(radians(spot[1])) < MARGIN_DEG
    if spot[1] < low - MARGIN_DEG or spot[1] > high + MARGIN_DEG:
        assert not held


def test_the_milky_way_is_left_out() -> None:
    area = coverage_of(Footprint(galactic_latitude_deg=30))
    assert area.share() == pytest.approx(0.5, abs=0.002)  # 1 - sin(30)
    centre, pole, plane = (266.405, -28.936), (192.859, 27.128), (83.0, 22.0)
    assert _holds(area, centre, pole, plane) == [False, True, False]


@pytest.mark.parametrize("kind", ["fits", "ascii", "json"])
def test_a_map_is_read_in_every_form(kind: str) -> None:
    text = {"ascii": b"2/3 17 40-41 100", "json": b'{"2": [3, 17, 40, 41, 100]}', "fits": coverage_map()}[
        kind
    ]
    area = coverage_of(Footprint(moc=text))
    assert area.share() == pytest.approx(5 / 192)
    assert (area.ranges == MOC.from_string("2/3 17 40-41 100").to_depth29_ranges).all()


@pytest.mark.parametrize(
    "damaged",
    [
        b"hello",
        b"[1",
        b"3/5-2",
        b"30/1",
        b'{"3": [1, 99999]}',
        coverage_map()[:4000],
        b"SIMPLE  = T",
        b"\xff\xfe",
    ],
)
def test_a_damaged_map_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="coverage map"):
        coverage_of(Footprint(moc=damaged))


@given(st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_no_bytes_do_more_than_be_refused(stored: bytes) -> None:
    try:
        area = coverage_of(Footprint(moc=stored))
    except ValueError:
        return
    assert 0 <= area.share() <= 1


def test_areas_are_cut_with_one_another() -> None:
    north, east = (coverage_of(Footprint(zones=(zone,))) for zone in (Zone(dec_from=0), Zone(ra_to=180)))
    assert both(north, east).share() == pytest.approx(0.25, abs=0.002)
    nothing = both(north, coverage_of(Footprint(zones=(Zone(dec_to=-10),))))
    assert nothing.share() == 0
    assert nothing.touched_at(5).shape == (0, 2)
    assert _holds(nothing, (0, 0)) == [False]
    assert not nothing.holds(np.array([5], dtype=np.uint64)).any()


@settings(max_examples=40, deadline=None)
@given(cells=st.sets(st.integers(0, 767), min_size=1, max_size=60), order=st.integers(0, 6))
def test_cells_that_touch_are_its_parents_or_children(cells: set[int], order: int) -> None:
    text = "3/" + " ".join(map(str, sorted(cells)))
    moc = MOC.from_string(text)
    area = Coverage(np.asarray(moc.to_depth29_ranges, dtype=np.uint64))
    touched = {cell for first, after in area.touched_at(order).tolist() for cell in range(first, after)}
    wanted = {cell >> 2 * (3 - order) for cell in cells} if order < 3 else None
    if wanted is None:
        finer = 4 ** (order - 3)
        wanted = {cell * finer + part for cell in cells for part in range(finer)}
    assert touched == wanted
    every = np.arange(12 * 4**order, dtype=np.uint64)
    if order >= 3:
        assert set(every[area.holds(middle_at_deepest(order, every))].tolist()) == touched


@pytest.mark.parametrize(
    "words",
    [
        {"dec_from": 10, "dec_to": 10},
        {"dec_from": -91},
        {"ra_from": 360},
        {"ra_from": 5, "ra_to": 5},
        {"dec_to": float("nan")},
    ],
)
def test_an_impossible_zone_is_refused(words: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="want"):
        Zone(**words)


def test_a_map_made_by_the_library_is_read(tmp_path: object) -> None:
    file = io.BytesIO()
    MOC.from_string("6/0-100").serialize("fits").writeto(file)
    assert coverage_of(Footprint(moc=file.getvalue())).share() == pytest.approx(101 / (12 * 4**6))
