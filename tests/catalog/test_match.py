"""What explains a position, and what is a mere coincidence."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.catalog.match import CatalogObject, chance_probability, extended_density, local_density, rank
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition

HERE = SkyPosition(ra_deg=10.0, dec_deg=0.0)
SPARSE = 500.0 / 3600.0**2


def at(east_arcsec: float, *, name: str = "x", axis_arcsec: float | None = None) -> CatalogObject:
    position = SkyPosition(ra_deg=10.0 + east_arcsec / 3600.0, dec_deg=0.0)
    return CatalogObject(name=name, object_type="G", position=position, major_axis_arcsec=axis_arcsec)


def ranked(
    *objects: CatalogObject, radius: float = 5.0, here: SkyPosition = HERE
) -> tuple[CatalogMatch, ...]:
    return rank(
        objects, catalogue="simbad", position=here, radius_arcsec=radius, floor_per_arcsec2=SPARSE, chance_limit=0.05
    )  # fmt: skip


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


def test_words_of_strangers_are_cleaned() -> None:
    (match,) = ranked(at(1.0, name="M\x1b  51\n  A"))
    assert match.name == "M\N{REPLACEMENT CHARACTER} 51 A"
