import numpy as np
import pytest

from astrolens.detect.contamination import set_aside

WEIGHTS = (1.0, 1.0)


def _scores(normals: int, odd: int, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    distance = np.exp(0.25 * rng.standard_normal(normals + odd))
    head = rng.gumbel(size=normals + odd)
    distance[normals:] *= 2.5
    head[normals:] += 4.0
    return np.stack([distance, head])


def _aside(scores: np.ndarray, limit: float = 0.1, trusted: np.ndarray | None = None) -> np.ndarray:
    known = np.zeros(scores.shape[1], np.bool_) if trusted is None else trusted
    return set_aside(scores, distance=0, weights=WEIGHTS, trusted=known, limit=limit)


@pytest.mark.parametrize("count", [40, 300, 3000])
def test_a_clean_sample_is_left_alone(count: int) -> None:
    touched = [_aside(_scores(count, 0, seed)).any() for seed in range(50)]
    assert np.mean(touched) <= 0.04


@pytest.mark.parametrize("share", [0.03, 0.05])
def test_what_exceeds_a_normal_tail_is_set_aside(share: float) -> None:
    odd = round(1000 * share)
    found = [_aside(_scores(1000 - odd, odd, seed)) for seed in range(10)]
    assert np.mean([aside.sum() for aside in found]) == pytest.approx(odd, rel=0.6)
    assert np.mean([aside[1000 - odd :].mean() for aside in found]) > 0.5


def test_people_come_first_and_the_limit_holds() -> None:
    scores = _scores(950, 50)
    trusted = np.zeros(1000, np.bool_)
    trusted[960:] = True
    assert not _aside(scores, trusted=trusted)[960:].any()
    few = _aside(scores, limit=0.01)
    assert few.sum() == 10
    assert not few[:900].any()
    assert not _aside(scores, limit=0.0).any()


def test_the_order_and_the_unit_do_not_matter() -> None:
    scores = _scores(970, 30)
    order = np.random.default_rng(2).permutation(1000)
    plain = _aside(scores)
    np.testing.assert_array_equal(_aside(scores[:, order]), plain[order])
    np.testing.assert_array_equal(_aside(scores * np.array([[7.0], [3.0]])), plain)


def test_equal_scores_and_tiny_samples_are_left_alone() -> None:
    assert not _aside(np.ones((2, 100))).any()
    assert not _aside(_scores(4, 4)).any()


def test_refuses_nan() -> None:
    with pytest.raises(ValueError, match="NaN"):
        _aside(np.full((2, 20), np.nan))
