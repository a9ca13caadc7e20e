"""Blocks are one flat shelf to whoever uses them."""

import numpy as np
import pytest

from astrolens.store import vector_blocks
from astrolens.store.vector_blocks import Blocks
from astrolens.store.vector_shelf import Shelf


def unit(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    rows = np.random.default_rng(1).standard_normal((count, 12)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> Blocks:
    monkeypatch.setattr(vector_blocks, "BLOCK", 7)
    made = Blocks(12)
    made.put(np.arange(30), unit(50)[:30])
    made.put(np.arange(30, 50), unit(50)[30:])
    return made


def test_they_search_as_one_shelf(blocks: Blocks) -> None:
    assert len(blocks) == 50
    shelf = Shelf.flat(12)
    shelf.put(np.arange(50), unit(50))
    for question in unit(60)[50:]:
        ids, cosines = shelf.search(question, 5)
        ranked = sorted(blocks.search(question, 5), key=lambda pair: -pair[1])[:5]
        assert [one for one, _ in ranked] == ids.tolist()
        np.testing.assert_allclose([cosine for _, cosine in ranked], cosines, atol=1e-6)


def test_what_is_taken_out_is_gone_and_the_rest_is_not(blocks: Blocks) -> None:
    some = blocks.last(3)
    assert len(some) <= 3
    blocks.take_out([*range(20), *some.tolist()])
    left = sorted(set(range(20, 50)) - set(some.tolist()))
    assert sorted({one for one, _ in blocks.search(unit(1)[0], 99)}) == left
    np.testing.assert_array_equal(blocks.vectors(np.array(left[::-1])), unit(50)[left[::-1]])
    assert blocks.holds(left[0], unit(50)[left[0]])
    assert not blocks.holds(3, unit(50)[3])
    assert sorted(blocks.whole().ids().tolist()) == left
    blocks.take_out(left)
    assert len(blocks) == 0
    blocks.put(np.array([4]), unit(1))
    assert [one for one, _ in blocks.search(unit(1)[0], 1)] == [4]
