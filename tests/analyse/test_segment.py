"""The object in the middle is found, others are kept apart."""

import numpy as np
import pytest

from astrolens.analyse.segment import CentralObject, central_object
from tests.analyse.galaxies import noise, sersic


def found_in(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> CentralObject:
    found = central_object(plane.astype(np.float32))
    assert found is not None
    return found


def test_a_galaxy_is_found_with_its_sky() -> None:
    found = found_in(50.0 + sersic(radius=8.0) + noise(1.0))
    assert found.sky.level == pytest.approx(50.0, abs=0.2)
    assert found.sky.sigma == pytest.approx(1.0, rel=0.1)
    assert not found.touches_edge
    assert not found.bright_neighbour
    row, column = 60 - found.corner[0], 60 - found.corner[1]
    assert found.segment[row, column]
    assert 600 < np.count_nonzero(found.segment) < 4000


def test_noise_alone_is_no_object() -> None:
    assert central_object(noise(1.0, seed=4).astype(np.float32)) is None


@pytest.mark.parametrize("value", [0.0, 5.0, np.nan])
def test_nothing_there(value: float) -> None:
    assert central_object(np.full((50, 50), value, np.float32)) is None


def test_too_small_to_hold_anything() -> None:
    assert central_object(np.ones((4, 90), np.float32)) is None


def test_an_object_far_from_the_middle_is_not_taken() -> None:
    assert central_object((sersic(radius=4.0, row=40.0) + noise(1.0)).astype(np.float32)) is None


def test_a_neighbour_is_masked_and_said() -> None:
    found = found_in(sersic(radius=5.0) + sersic(radius=2.0, light=80.0, column=36.0) + noise(0.5))
    assert found.bright_neighbour
    row, column = 60 - found.corner[0], 60 + 36 - found.corner[1]
    assert found.bad[row, column]
    assert found.values[row, column] == 0.0
    assert found.everything[row, column] > 80.0


def test_an_object_over_the_border_is_said() -> None:
    assert found_in(sersic(radius=35.0, ellipticity=0.85) + noise(0.5)).touches_edge


def test_no_noise_does_not_make_everything_an_object() -> None:
    found = found_in(sersic(radius=5.0))
    assert np.count_nonzero(found.segment) < 0.5 * 121**2
    assert found.sky.sigma > 0.0
