"""What explains a position, and what is a mere coincidence."""

from math import cos, pi, sin, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.catalog.counts import chance_probability, extended_density
from astrolens.catalog.match import CatalogObject, Odds, local_density, outline_fraction, rank
from astrolens.catalog.question import Question
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition

HERE = SkyPosition(ra_deg=10.0, dec_deg=0.0)
SPARSE = 500.0 / 3600.0**2


def at(
    east_arcsec: float, *, name: str = "x", axis_arcsec: float | None = None, **values: Any
) -> CatalogObject:
    position = SkyPosition(ra_deg=10.0 + east_arcsec / 3600.0, dec_deg=0.0)
    return CatalogObject(
        name=name, object_type="G", position=position, major_axis_arcsec=axis_arcsec, **values
    )


def ranked(
    *objects: CatalogObject, radius: float = 5.0, here: SkyPosition = HERE, magnitude: float | None = None
) -> tuple[CatalogMatch, ...]:
    odds = Odds(catalogue="simbad", floor_per_arcsec2=SPARSE, chance_limit=0.05)
    return rank(objects, Question(position=here, radius_arcsec=radius, magnitude=magnitude), odds)


def test_chance_grows_with_area_and_density() -> None:
    assert chance_probability(SPARSE, 0.0) == 0.0
    assert chance_probability(SPARSE, 5.0) == pytest.approx(SPARSE * pi * 25.0, rel=2e-3)
    assert chance_probability(1.0, 100.0) == pytest.approx(1.0)


@given(st.floats(0.0, 1.0), st.floats(0.0, 500.0), st.floats(0.0, 500.0))
def test_chance_is_a_probability_and_monotonous(density: float, one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert 0.0 <= chance_probability(density, near) <= chance_probability(density, far) <= 1.0


def test_the_nearest_of_two_comes_first_and_the_far_one_not_at_all() -> None:
    matches = ranked(at(4.0, name="b"), at(1.0, name="a"), at(9.0, name="c"))
    assert [match.name for match in matches] == ["a", "b"]
    assert matches[0].separation_arcsec == pytest.approx(1.0, abs=1e-6)
    assert ranked() == ()


def test_an_extended_object_claims_its_area() -> None:
    (match,) = ranked(at(90.0, axis_arcsec=240.0))
    assert match.size_arcsec == 120.0
    assert match.chance_probability < 0.01
    assert ranked(at(130.0, axis_arcsec=240.0)) == ()


def test_in_a_crowd_a_neighbour_is_no_proof() -> None:
    crowd = [at(10.0 + 0.16 * number, name=f"s{number}") for number in range(300)]
    assert ranked(at(4.0), *crowd) == ()
    assert len(ranked(at(0.5), *crowd)) == 1


def test_a_vague_position_makes_a_match_less_surprising() -> None:
    sharp = ranked(at(1.0))[0].chance_probability
    vague = ranked(at(1.0), here=SkyPosition(ra_deg=10.0, dec_deg=0.0, error_arcsec=4.0))[
        0
    ].chance_probability
    assert vague > 10 * sharp


def test_density_is_never_below_the_mean_and_leaves_the_object_out() -> None:
    assert local_density([0.5, 1.0], match_radius_arcsec=5.0, floor_per_arcsec2=SPARSE) == SPARSE
    many = local_density([30.0] * 100, match_radius_arcsec=5.0, floor_per_arcsec2=SPARSE)
    assert many == pytest.approx(100 / (pi * (3600 - 25)))


def test_large_galaxies_are_rare() -> None:
    assert extended_density(60.0) * 3600.0**2 == pytest.approx(0.6)
    assert extended_density(600.0) == pytest.approx(extended_density(60.0) / 1000.0)


@pytest.mark.parametrize("radius", [5.0, 60.0, 120.0, 600.0])
def test_a_place_100_arcsec_from_a_bright_star_is_not_known_by_it(radius: float) -> None:
    sirius = at(100.0, name="Sirius", magnitude=-1.5)
    assert ranked(sirius, radius=radius) == ()
    assert ranked(sirius, radius=radius, magnitude=21.0) == ()
    assert ranked(sirius, radius=radius, here=SkyPosition(ra_deg=10.0, dec_deg=0.0, error_arcsec=2.0)) == ()


def test_brightness_helps_where_both_can_be_the_same_and_hurts_where_they_cannot() -> None:
    crowd = [at(8.0 + 0.5 * number, name=f"s{number}", magnitude=20.0) for number in range(100)]
    faint, bright = at(2.0, magnitude=20.5), at(2.0, magnitude=10.0)
    assert ranked(bright, *crowd)[0].chance_probability < 0.01 * chance_probability(100 / (pi * 3575), 2.0)
    assert ranked(faint, *crowd) == () or ranked(faint, *crowd)[0].chance_probability > 0.02
    assert ranked(bright, *crowd, magnitude=20.0) == ()


def test_an_ellipse_claims_no_more_than_its_area() -> None:
    edge_on = at(0.0, axis_arcsec=240.0, minor_axis_arcsec=40.0, angle_deg=90.0)
    along = SkyPosition(ra_deg=10.0 + 100.0 / 3600.0, dec_deg=0.0)
    across = SkyPosition(ra_deg=10.0, dec_deg=100.0 / 3600.0)
    assert outline_fraction(along, edge_on) == pytest.approx(100.0 / 120.0, rel=1e-3)
    assert outline_fraction(across, edge_on) == pytest.approx(5.0, rel=1e-3)
    assert len(ranked(edge_on, here=along)) == 1
    assert ranked(edge_on, here=across) == ()
    assert outline_fraction(along, at(0.0)) is None


@given(st.floats(0.0, 180.0), st.floats(1.0, 300.0), st.floats(0.05, 1.0), st.floats(0.0, 360.0))
def test_the_outline_lies_between_its_axes(angle: float, away: float, flat: float, ra: float) -> None:
    one = CatalogObject(
        name="x", object_type="G", position=SkyPosition(ra_deg=ra % 360.0, dec_deg=30.0),
        major_axis_arcsec=200.0, minor_axis_arcsec=200.0 * flat, angle_deg=angle,
    )  # fmt: skip
    there = SkyPosition(ra_deg=ra % 360.0, dec_deg=30.0 + away / 3600.0)
    fraction = outline_fraction(there, one)
    assert fraction is not None
    assert away / 100.0 * (1 - 1e-6) <= fraction <= away / (100.0 * flat) * (1 + 1e-6)


def test_words_of_strangers_are_cleaned() -> None:
    (match,) = ranked(at(1.0, name="M\x1b  51\n  A"))
    assert match.name == "M\N{REPLACEMENT CHARACTER} 51 A"


def a_field(random: np.random.Generator, density: float, *, bright: bool = False) -> list[CatalogObject]:
    """Unrelated objects within a minute of arc, as a survey has them."""
    found = []
    for number in range(random.poisson(density * pi * 3600.0)):
        away, angle = 60.0 * sqrt(random.random()), 2 * pi * random.random()
        position = SkyPosition(ra_deg=10.0 + away * cos(angle) / 3600.0, dec_deg=away * sin(angle) / 3600.0)
        magnitude = 21.0 - random.exponential(1.5) if bright else None
        found.append(
            CatalogObject(name=f"s{number}", object_type="*", position=position, magnitude=magnitude)
        )
    return found


@pytest.mark.parametrize("density", [0.002, 0.01, 0.03])
@pytest.mark.parametrize("bright", [False, True])
def test_random_places_are_known_no_more_often_than_the_limit_says(density: float, bright: bool) -> None:
    """Injection: empty places in crowded fields; 5 % of them may be matched by coincidence."""
    random = np.random.default_rng(2026)
    trials = 600
    known = sum(bool(ranked(*a_field(random, density, bright=bright), radius=10.0)) for _ in range(trials))
    assert known / trials < 0.05 + 3 * sqrt(0.05 * 0.95 / trials)


@pytest.mark.parametrize(("density", "least"), [(0.002, 0.99), (0.01, 0.97), (0.03, 0.85)])
def test_true_counterparts_are_recovered_and_come_first(density: float, least: float) -> None:
    """Injection: a counterpart 0.3 arcsec off by its errors, among unrelated objects."""
    random = np.random.default_rng(2026)
    trials, found = 300, 0
    for _ in range(trials):
        east, north = random.normal(0.0, 0.3, 2)
        position = SkyPosition(ra_deg=10.0 + east / 3600.0, dec_deg=north / 3600.0, error_arcsec=0.3)
        mine = CatalogObject(name="mine", object_type="G", position=position)
        matches = ranked(*a_field(random, density), mine)
        found += bool(matches) and matches[0].name == "mine"
    assert found / trials >= least
