import numpy as np
import pytest

from astrolens.detect.patch_bank import LARGEST_BANK, PatchBank, directions, tail_mean


def tokens(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 6, 6, 12)).astype(np.float32)


def test_memory_is_bounded_and_drawn_the_same_twice() -> None:
    one, other = (PatchBank.fit(tokens(200, 1), 5) for _ in range(2))
    assert one.bank.shape == (LARGEST_BANK, 12)
    assert one.bank.dtype == np.float16
    np.testing.assert_array_equal(one.bank, other.bank)
    assert PatchBank.fit(tokens(3, 1), 5, largest=10).bank.shape == (10, 12)


def test_a_known_patch_is_near_and_its_length_does_not_matter() -> None:
    known = tokens(4, 2)
    memory = PatchBank.fit(known, 0)
    assert memory.distances(7.0 * known).max() < 2e-3
    assert memory.distances(tokens(4, 3)).mean() > 0.1
    np.testing.assert_allclose(memory.distances(known.astype(np.float16)), memory.distances(known), atol=2e-3)


def test_tail_is_the_mean_of_the_largest_hundredth() -> None:
    distances = np.random.default_rng(4).random((3, 20, 20)).astype(np.float32)
    by_hand = np.sort(distances.reshape(3, -1), axis=1)[:, -4:].mean(axis=1)
    np.testing.assert_allclose(tail_mean(distances), by_hand, rtol=1e-6)
    assert tail_mean(distances[:, :2, :2])[0] == pytest.approx(distances[0, :2, :2].max())


def test_a_zero_patch_stays_zero() -> None:
    assert directions(np.zeros((1, 4), np.float32)).sum() == 0.0
