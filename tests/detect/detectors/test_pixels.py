from dataclasses import replace

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from astrolens.detect.detectors.pixels import PixelStatistics
from tests.detect.conftest import MakeFeatures


def test_equals_scikit_learn_in_units_of_the_scatter(make_every_head: MakeFeatures) -> None:
    normals, asked = make_every_head(300, seed=1), make_every_head(1500, seed=2)
    fitted = PixelStatistics.fit(normals, 0)

    def units(rows: np.ndarray) -> np.ndarray:
        return np.nan_to_num(np.clip((rows - fitted.centre) / fitted.scale, -8.0, 8.0), nan=0.0)

    known = normals.pixels[np.isfinite(normals.pixels).all(axis=1)]
    oracle = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(units(known))
    distance, _ = oracle.kneighbors(units(asked.pixels))
    np.testing.assert_allclose(fitted.score(asked), distance.mean(axis=1), rtol=1e-6)


def test_one_wild_number_cannot_count_for_ever(make_every_head: MakeFeatures) -> None:
    normals = make_every_head(200, seed=1)
    wild = make_every_head(2, seed=3)
    wild.pixels[0] = np.median(normals.pixels[np.isfinite(normals.pixels).all(axis=1)], axis=0)
    wild.pixels[1] = wild.pixels[0]
    wild.pixels[0, 0], wild.pixels[1, 0] = 1e4, 1e8
    first, second = PixelStatistics.fit(normals, 0).score(wild)
    assert first == pytest.approx(second)
    assert first < 9.0


def test_needs_pixel_numbers(make_every_head: MakeFeatures) -> None:
    rows = make_every_head(4, seed=1)
    assert PixelStatistics.applies(rows)
    assert not PixelStatistics.applies(replace(rows, pixels=np.full_like(rows.pixels, np.nan)))
