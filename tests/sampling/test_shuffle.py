"""The deck: every card once, the same order for the same seed, no order that shows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.sampling.shuffle import Shuffle


@given(count=st.integers(1, 3_000), seed=st.integers(0, 2**63 - 1))
def test_every_number_comes_once(count: int, seed: int) -> None:
    numbers = Shuffle(count=count, seed=seed).at(np.arange(count, dtype=np.uint64))
    assert sorted(numbers.tolist()) == list(range(count))


@given(
    count=st.integers(1, 2**60),
    seed=st.integers(0, 2**63 - 1),
    places=st.lists(st.integers(0, 2**60), min_size=1, max_size=20, unique=True),
)
def test_a_part_is_computed_without_the_rest(count: int, seed: int, places: list[int]) -> None:
    inside = sorted({place % count for place in places})
    deck = Shuffle(count=count, seed=seed)
    together = deck.at(np.array(inside, dtype=np.uint64))
    alone = [int(deck.at(np.array([place], dtype=np.uint64))[0]) for place in inside]
    assert together.tolist() == alone
    assert len(set(alone)) == len(inside)
    assert all(0 <= number < count for number in alone)


def test_orders_of_different_seeds_share_nothing() -> None:
    places = np.arange(20_000, dtype=np.uint64)
    orders = [Shuffle(count=20_000, seed=seed).at(places).astype(float) for seed in (0, 1, 2**62)]
    for number, one in enumerate(orders):
        assert abs(np.corrcoef(one, places.astype(float))[0, 1]) < 0.03
        assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03
        for other in orders[number + 1 :]:
            assert abs(np.corrcoef(one, other)[0, 1]) < 0.03


@pytest.mark.parametrize("count", [0, -1, 2**60 + 1])
def test_an_impossible_deck_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        Shuffle(count=count, seed=1)


def test_the_order_is_for_ever() -> None:
    cards = Shuffle(count=1_000_003, seed=2026).at(np.arange(5, dtype=np.uint64)).tolist()
    assert cards == [162463, 150098, 469912, 536449, 533416]
