"""A second peak is measured by its height, a smooth galaxy has none."""

import numpy as np
import pytest

from astrolens.analyse.peaks import second_peak_ratio
from astrolens.analyse.segment import central_object
from tests.analyse.galaxies import noise, sersic


def ratio(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]], petrosian: float = 20.0) -> float:
    found = central_object(plane.astype(np.float32))
    assert found is not None
    return second_peak_ratio(found, 60.0 - found.corner[0], 60.0 - found.corner[1], petrosian)


@pytest.mark.parametrize("seed", range(5))
def test_a_smooth_galaxy_has_one_peak(seed: int) -> None:
    assert ratio(sersic(radius=9.0) + noise(1.0, seed=seed)) < 0.1


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_two_nuclei(share: float) -> None:
    nucleus = sersic(radius=3.0, light=40.0, column=-8.0)
    plane = nucleus + share * sersic(radius=3.0, light=40.0, column=8.0) + noise(0.3)
    assert ratio(plane) == pytest.approx(share, abs=0.08)


def test_a_neighbour_that_outshines_counts_as_one() -> None:
    plane = sersic(radius=3.0) + sersic(radius=2.0, light=200.0, column=25.0) + noise(0.3)
    assert ratio(plane) == 1.0


def test_beyond_the_surroundings_nothing_counts() -> None:
    plane = sersic(radius=3.0) + sersic(radius=2.0, light=30.0, column=45.0) + noise(0.3)
    assert ratio(plane, petrosian=8.0) < 0.1
