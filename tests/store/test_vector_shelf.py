"""A shelf gives back what was put on it; a graph finds nearly all of what is near."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from astrolens.store.vector_shelf import Shelf, one_thread

DIMENSION = 24


def unit(count: int, seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def filled(shelf: Shelf, count: int) -> Shelf:
    one_thread()
    shelf.put(np.arange(count, dtype=np.int64) + 100, unit(count))
    return shelf


@pytest.mark.parametrize("shelf", [Shelf.flat(DIMENSION), Shelf.graph(DIMENSION)])
def test_what_was_put_in_is_there(shelf: Shelf) -> None:
    assert shelf.search(unit(1)[0], 3)[0].size == 0
    filled(shelf, 50)
    assert (len(shelf), shelf.dimension) == (50, DIMENSION)
    assert sorted(shelf.ids().tolist()) == list(range(100, 150))
    np.testing.assert_allclose(shelf.vectors(np.array([107, 103])), unit(50)[[7, 3]], atol=1e-3)
    assert shelf.holds(107, unit(50)[7])
    assert not shelf.holds(107, unit(50)[8])
    assert shelf.vectors(np.zeros(0, np.int64)).shape == (0, DIMENSION)


def test_a_graph_finds_nearly_all_that_a_whole_search_finds() -> None:
    exact, graph = filled(Shelf.flat(DIMENSION), 4000), filled(Shelf.graph(DIMENSION), 4000)
    shared = 0
    for question in unit(50, seed=9):
        want, found = exact.search(question, 10), graph.search(question, 10)
        shared += len(set(want[0].tolist()) & set(found[0].tolist()))
        cosines = dict(zip(want[0].tolist(), want[1].tolist(), strict=True))
        for image_id, cosine in zip(found[0].tolist(), found[1].tolist(), strict=True):
            assert cosine == pytest.approx(cosines.get(image_id, cosine), abs=1e-3)
    assert shared >= 0.95 * 500


def test_the_same_pixels_have_a_cosine_of_one_in_a_graph_too() -> None:
    ids, cosines = filled(Shelf.graph(DIMENSION), 200).search(unit(200)[42], 1)
    assert ids.tolist() == [142]
    assert cosines[0] > 1.0 - 1e-6


def test_of_an_image_put_in_twice_the_later_vector_counts() -> None:
    graph = filled(Shelf.graph(DIMENSION), 60)
    graph.put(np.array([107]), unit(1, seed=5))
    assert graph.holds(107, unit(1, seed=5)[0])
    ids, cosines = graph.search(unit(1, seed=5)[0], 2)
    assert dict(zip(ids.tolist(), cosines.tolist(), strict=True))[107] == pytest.approx(1.0, abs=1e-6)


def test_off_a_flat_shelf_vectors_can_be_taken() -> None:
    flat = filled(Shelf.flat(DIMENSION), 10)
    flat.take_out([103])
    assert 103 not in flat.search(unit(10)[3], 10)[0]


@pytest.mark.parametrize("kind", ["flat", "graph"])
def test_it_survives_the_disk(kind: str, tmp_path: Path) -> None:
    shelf = filled(getattr(Shelf, kind)(DIMENSION), 30)
    shelf.write(tmp_path / "x")
    again = Shelf.read(tmp_path / "x")
    assert (again.is_graph, len(again)) == (kind == "graph", 30)
    assert again.search(unit(30)[4], 1)[0].tolist() == [104]
    again.put(np.array([7]), unit(1, seed=3))
    assert again.holds(7, unit(1, seed=3)[0])


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes UTF-8 alone")
def test_a_folder_whose_name_is_no_text_takes_it_too(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"gal\xff")
    folder.mkdir()
    filled(Shelf.flat(DIMENSION), 30).write(folder / "a.faiss")
    assert len(Shelf.read(folder / "a.faiss")) == 30
