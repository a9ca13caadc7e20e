"""The plane holds the largest variance and is the same for the same pictures."""

import numpy as np
import pytest

from astrolens.detect.plane import Plane


def cloud(seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = random.normal(scale=0.05, size=(400, 16))
    rows[:, 0] += 3.0
    rows[:, 1] += random.normal(scale=1.0, size=400)
    rows[:, 2] += random.normal(scale=0.5, size=400)
    return rows.astype(np.float32)


def test_it_is_what_singular_values_say() -> None:
    rows = cloud()
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    _, values, axes = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    plane = Plane.fit(rows)
    np.testing.assert_allclose(np.abs(plane.axes), np.abs(axes[:2]), atol=1e-5)
    np.testing.assert_allclose(plane.explained, values[:2] ** 2 / (values**2).sum(), rtol=1e-5)
    assert plane.place(rows).shape == (400, 2)
    assert plane.explained[0] > plane.explained[1]


def test_order_and_length_do_not_matter() -> None:
    rows = cloud()
    plane, other = Plane.fit(rows), Plane.fit((7.0 * rows[::-1]).astype(np.float32))
    np.testing.assert_allclose(plane.place(rows), other.place(rows), atol=1e-6)


def test_pictures_that_are_all_alike_have_a_place() -> None:
    plane = Plane.fit(np.ones((5, 4), dtype=np.float32))
    np.testing.assert_allclose(plane.place(np.zeros((2, 4), dtype=np.float32)).shape, (2, 2))
    assert plane.explained.sum() == 0.0 or np.isfinite(plane.explained).all()


@pytest.mark.parametrize("shape", [(2, 8), (8, 1), (0, 0)])
def test_too_few_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="want"):
        Plane.fit(np.zeros(shape, dtype=np.float32))
