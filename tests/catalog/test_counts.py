"""Star and galaxy counts against numbers that are known, and the frame they need."""

from math import exp, log, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.catalog.counts import (
    bright_density,
    chance_probability,
    galactic,
    picked_chance,
    stars_per_square_degree,
)
from astrolens.domain.sky import SkyPosition

SQUARE_DEGREE = 3600.0**2
NORTH_POLE = SkyPosition(ra_deg=192.85948, dec_deg=27.12825)


@pytest.mark.parametrize(
    ("ra", "dec", "longitude", "latitude"),
    [(266.40508, -28.93618, 0.0, 0.0), (83.63308, 22.0145, 184.5575, -5.7843), (10.68458, 41.26917, 121.1743, -21.5733)],
)  # fmt: skip
def test_galactic_coordinates_of_known_places(
    ra: float, dec: float, longitude: float, latitude: float
) -> None:
    found_l, found_b = galactic(SkyPosition(ra_deg=ra, dec_deg=dec))
    assert (found_l - longitude + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-3)
    assert found_b == pytest.approx(latitude, abs=1e-3)


def test_the_pole_holds_as_many_stars_as_were_counted() -> None:
    # The Sloan survey counts about 2,000 stars to r = 20 at the pole; the model is V, and good to a factor.
    assert 1000 < stars_per_square_degree(20.0, 0.0, 90.0) < 3000
    assert 0.02 < stars_per_square_degree(6.0, 90.0, 90.0) < 0.2


def test_galaxies_outnumber_stars_at_faint_magnitudes_at_the_pole() -> None:
    galaxies = bright_density(17.77, NORTH_POLE) * SQUARE_DEGREE - stars_per_square_degree(17.77, 0.0, 90.0)
    assert galaxies == pytest.approx(92.0, rel=0.1)


@given(st.floats(-5.0, 30.0), st.floats(0.0, 5.0), st.floats(0.0, 359.9), st.floats(-90.0, 90.0))
def test_fainter_is_never_rarer(magnitude: float, step: float, ra: float, dec: float) -> None:
    place = SkyPosition(ra_deg=ra, dec_deg=dec)
    one, other = bright_density(magnitude, place), bright_density(magnitude + step, place)
    assert 0.0 < one <= other * (1 + 1e-9)


@given(st.floats(0.0, 0.5), st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 10.0))
def test_picking_by_brightness_makes_a_coincidence_likelier(
    density: float, one: float, other: float, any_number: float
) -> None:
    near, far = sorted((one, other))
    assert chance_probability(density, near) <= picked_chance(density, near, any_number) + 1e-12
    assert picked_chance(density, near, any_number) <= picked_chance(density, far, any_number) + 1e-12
    assert 0.0 <= picked_chance(density, far, any_number) <= 1.0


def test_without_a_crowd_nothing_is_picked() -> None:
    assert picked_chance(0.01, 1.0, 0.0) == chance_probability(0.01, 1.0)
    assert picked_chance(0.0, 1.0, 3.0) == 0.0
    assert picked_chance(0.01 / pi, 1.0, 0.5) == pytest.approx(1 - exp(-0.01 * (1 + log(50))))
