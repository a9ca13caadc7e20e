"""Ellipses that are known come back; shapes tell a lone galaxy from a pair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.bench.ellipse import NAMES, Ellipse, ellipse_features, fit_ellipse


def points(ellipse: Ellipse, count: int = 60) -> np.ndarray:
    turn = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    along, across = ellipse.major * np.cos(turn), ellipse.minor * np.sin(turn)
    cos, sin = np.cos(ellipse.angle), np.sin(ellipse.angle)
    return np.column_stack([ellipse.x + along * cos - across * sin, ellipse.y + along * sin + across * cos])


@given(
    st.floats(-500, 500), st.floats(-500, 500), st.floats(2, 100), st.floats(0.2, 0.95), st.floats(-1.5, 1.5)
)
def test_a_known_ellipse_comes_back(x: float, y: float, major: float, share: float, angle: float) -> None:
    asked = Ellipse(x=x, y=y, major=major, minor=share * major, angle=angle)
    found = fit_ellipse(points(asked))
    assert found is not None
    assert (found.x, found.y) == pytest.approx((x, y), abs=1e-3 * major)
    assert (found.major, found.minor) == pytest.approx((major, share * major), rel=1e-3)
    assert np.cos(2.0 * (found.angle - angle)) == pytest.approx(1.0, abs=1e-3)
    assert asked.distances(points(asked)).max() < 1e-6


@pytest.mark.parametrize("bad", [np.zeros((4, 2)), np.zeros((30, 2)), np.column_stack([np.arange(30.0)] * 2)])
def test_what_is_no_ellipse_is_none(bad: np.ndarray) -> None:
    assert fit_ellipse(bad) is None


def picture(*centres: tuple[float, float]) -> np.ndarray:
    rows, columns = np.mgrid[:120, :120]
    light = sum(np.exp(-((columns - x) ** 2 + 2.0 * (rows - y) ** 2) / 300.0) for x, y in centres)
    noise = np.random.default_rng(1).normal(0.0, 0.01, (3, 120, 120))
    return np.asarray(np.clip(light + noise, 0.0, 1.0), np.float32)


def test_a_pair_fits_its_ellipses_worse_than_a_lone_galaxy() -> None:
    lone, pair = ellipse_features(picture((60, 60))), ellipse_features(picture((45, 50), (78, 72)))
    assert lone.shape == (len(NAMES),)
    farthest = NAMES.index("farthest_50")
    assert pair[farthest] > 2.0 * lone[farthest]


def test_a_blank_picture_gives_nothing() -> None:
    assert np.isnan(ellipse_features(np.zeros((3, 50, 50), np.float32))).all()
