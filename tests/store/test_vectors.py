"""The index agrees with the database whatever happens to its file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.config.paths import Paths
from astrolens.store.database import Database
from astrolens.store.store import Store, open_store
from astrolens.store.vectors import VectorIndex
from tests.store.samples import WIDTH, an_analysis, analysed, fetched, some_facts


def nearest(store: Store, number: int) -> int:
    return store.vectors.search(an_analysis(number).embedding, 1)[0][0]


def manifest(paths: Paths) -> dict[str, object]:
    text = (paths.data / "index" / "manifest.json").read_text()
    return dict(json.loads(text))


def index_file(paths: Paths) -> Path:
    return paths.data / "index" / str(manifest(paths)["file"])


def test_search_agrees_with_brute_force(store: Store) -> None:
    numbers = analysed(store, 40)
    matrix = store.analyses.embeddings(numbers).astype(np.float64)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines = matrix @ matrix[7]
    expected = [numbers[place] for place in np.argsort(-cosines)[:5]]
    found = store.vectors.search(an_analysis(numbers[7]).embedding * 100, 5)
    assert [image_id for image_id, _ in found] == expected
    assert np.allclose([cosine for _, cosine in found], np.sort(cosines)[::-1][:5], atol=1e-6)
    assert all(-1.0 <= cosine <= 1.0 for _, cosine in found)


def test_excluded_images_do_not_cost_places(store: Store) -> None:
    numbers = analysed(store, 10)
    found = store.vectors.search(an_analysis(numbers[0]).embedding, 5, exclude=numbers[:3])
    assert len(found) == 5
    assert not {image_id for image_id, _ in found} & set(numbers[:3])
    assert len(store.vectors.search(an_analysis(1).embedding, 99)) == 10


def test_what_is_measured_can_be_found_at_once(store: Store) -> None:
    assert store.vectors.search(np.ones(WIDTH, dtype=np.float32), 3) == []
    (first,) = analysed(store, 1)
    assert nearest(store, first) == first
    store.vectors.add([first], an_analysis(first).embedding[np.newaxis])
    assert len(store.vectors) == 1
    (second,) = analysed(store, 1, "legacy")
    assert nearest(store, second) == second


def test_ids_stay_after_reopening_and_the_file_is_used(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 20)
    store.close()
    before = index_file(paths)
    again = open_store(paths)
    assert [nearest(again, number) for number in numbers] == numbers
    again.close()
    assert index_file(paths) == before


def test_file_that_lags_behind_catches_up(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 5)
    store.vectors.save()
    numbers += analysed(store, 5, "legacy")
    store.analyses.put(numbers[0], an_analysis(500), some_facts(500))
    store.database.close()
    again = open_store(paths)
    assert len(again.vectors) == 10
    assert nearest(again, 500) == numbers[0]
    assert [nearest(again, number) for number in numbers[1:]] == numbers[1:]
    again.close()
    assert manifest(paths)["count"] == 10


def _truncated(paths: Paths) -> None:
    file = index_file(paths)
    file.write_bytes(file.read_bytes()[:-7])


def _flipped(paths: Paths) -> None:
    content = bytearray(index_file(paths).read_bytes())
    content[len(content) // 2] ^= 0xFF
    index_file(paths).write_bytes(content)


def _missing(paths: Paths) -> None:
    index_file(paths).unlink()


def _no_manifest(paths: Paths) -> None:
    (paths.data / "index" / "manifest.json").unlink()


def _torn_manifest(paths: Paths) -> None:
    (paths.data / "index" / "manifest.json").write_text('{"file": "vec')


def _odd_manifest(paths: Paths) -> None:
    (paths.data / "index" / "manifest.json").write_text("[1, 2]")


def _other_model(paths: Paths) -> None:
    (paths.data / "index" / "manifest.json").write_text(json.dumps(manifest(paths) | {"model_id": "other"}))


def _newer_format(paths: Paths) -> None:
    (paths.data / "index" / "manifest.json").write_text(json.dumps(manifest(paths) | {"version": 99}))


@pytest.mark.parametrize(
    "damage",
    [
        _truncated,
        _flipped,
        _missing,
        _no_manifest,
        _torn_manifest,
        _odd_manifest,
        _other_model,
        _newer_format,
    ],
)
def test_damaged_file_is_built_anew(paths: Paths, damage: Callable[[Paths], None]) -> None:
    store = open_store(paths)
    numbers = analysed(store, 6)
    store.close()
    damage(paths)
    again = open_store(paths)
    assert [nearest(again, number) for number in numbers] == numbers
    again.close()
    assert manifest(paths)["count"] == 6


def test_deleted_stay_deleted(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 4)
    store.vectors.save()
    store.vectors.remove([numbers[0], 999])
    assert nearest(store, numbers[0]) != numbers[0]
    store.database.close()
    again = open_store(paths)
    assert len(again.vectors) == 3
    again.close()
    _no_manifest(paths)
    rebuilt = open_store(paths)
    assert len(rebuilt.vectors) == 3
    rebuilt.close()


def test_file_that_knows_too_much_is_corrected(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 4)
    store.vectors.save()
    store.database.execute("DELETE FROM analyses WHERE image_id = ?", (numbers[1],))
    store.database.close()
    again = open_store(paths)
    assert len(again.vectors) == 3
    again.close()


def test_new_model_starts_afresh_and_old_images_have_no_neighbours(store: Store) -> None:
    first, second, third = fetched(store, 3)
    store.analyses.put(first, an_analysis(1, "model-1"), some_facts(1))
    assert nearest(store, 1) == first
    store.analyses.put(second, an_analysis(2, "model-2"), some_facts(2))
    store.analyses.put(third, an_analysis(3, "model-2"), some_facts(3))
    assert [row["id"] for row in store.similar(second)] == [third]
    assert store.similar(first) == []
    assert store.vectors.model_id == "model-2"


def test_nothing_is_written_for_each_image(store: Store, paths: Paths) -> None:
    analysed(store, 5)
    nearest(store, 1)
    assert not store.vectors.save_when_due()
    assert list((paths.data / "index").iterdir()) == []
    store.vectors.save()
    before = sorted((paths.data / "index").iterdir())
    store.vectors.save()
    assert sorted((paths.data / "index").iterdir()) == before
    analysed(store, 1, "legacy")
    store.vectors.save()
    assert len(list((paths.data / "index").iterdir())) == 2


def test_wrong_vectors_are_refused(store: Store) -> None:
    (image_id,) = analysed(store, 1)
    nearest(store, image_id)
    with pytest.raises(ValueError, match="do not fit"):
        store.vectors.add([1, 2], np.ones((1, WIDTH), dtype=np.float32))
    with pytest.raises(ValueError, match="wants"):
        store.vectors.add([1], np.ones((1, 3), dtype=np.float32))
    with pytest.raises(ValueError, match="finite"):
        store.vectors.add([1], np.full((1, WIDTH), np.nan, dtype=np.float32))
    with pytest.raises(ValueError, match="wants"):
        store.vectors.search(np.ones(3, dtype=np.float32), 1)


@settings(max_examples=10, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "remove", "save", "reopen"]), st.integers(0, 7)), max_size=12
    )
)
def test_any_history_ends_in_agreement(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    paths = Paths(config_file=folder / "c", data=folder / "data", runtime=folder / "run")
    store = open_store(paths)
    numbers = fetched(store, 8)
    expected: set[int] = set()
    for step, which in steps:
        image_id = numbers[which]
        if step == "add":
            store.analyses.put(image_id, an_analysis(image_id), some_facts(image_id))
            expected.add(image_id)
        elif step == "remove":
            store.vectors.remove([image_id])
            expected.discard(image_id)
        elif step == "save":
            store.vectors.save()
        else:
            store.database.close()
            store = open_store(paths)
    found = store.vectors.search(np.ones(WIDTH, dtype=np.float32), 99)
    assert {image_id for image_id, _ in found} == expected
    store.close()


def a_graph(paths: Paths, database: Database, **sizes: int) -> VectorIndex:
    index = VectorIndex(paths.data / "graph", database, **{"graph_from": 60, "tail": 8} | sizes)
    index.open()
    return index


def test_many_images_are_searched_by_a_graph_that_keeps_up(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 80)
    index = a_graph(paths, store.database)
    assert index.wait_built(20)
    assert index.is_graph
    numbers += analysed(store, 30, "legacy")
    for number in numbers:
        assert index.search(an_analysis(number).embedding, 1)[0][0] == number
    assert index.wait_built(20)
    index.remove(numbers[:5])
    assert len(index) == 105
    left = {found for found, _ in index.search(an_analysis(numbers[0]).embedding, 105)}
    assert left == set(numbers[5:])
    store.analyses.put(numbers[7], an_analysis(500), some_facts(500))
    assert index.search(an_analysis(500).embedding, 1)[0][0] == numbers[7]
    index.save()
    index.close()
    again = a_graph(paths, store.database)
    assert again.is_graph
    assert len(again) == 105
    assert again.search(an_analysis(500).embedding, 1)[0][0] == numbers[7]
    assert {found for found, _ in again.search(an_analysis(1).embedding, 200)} == set(numbers[5:])
    again.close()
    store.close()


def test_a_graph_that_lost_many_is_built_anew(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 80)
    index = a_graph(paths, store.database)
    assert index.wait_built(20)
    index.remove(numbers[:40])
    assert index.wait_built(20)
    index.save()
    assert json.loads((paths.data / "graph" / "manifest.json").read_text())["count"] == 40
    assert {found for found, _ in index.search(an_analysis(1).embedding, 99)} == set(numbers[40:])
    index.close()
    store.close()


def test_searches_go_on_while_a_graph_is_built(paths: Paths) -> None:
    store = open_store(paths)
    numbers = analysed(store, 80)
    index = a_graph(paths, store.database, graph_from=81)
    rng = np.random.default_rng(0)
    many = np.arange(10_000, 13_000)
    index.add(many.tolist(), rng.standard_normal((3000, WIDTH)).astype(np.float32))
    for number in numbers:
        assert index.search(an_analysis(number).embedding, 1)[0][0] == number
    index.add([20_000], an_analysis(777).embedding[None])
    assert index.wait_built(20)
    assert index.is_graph
    assert index.search(an_analysis(777).embedding, 1)[0][0] == 20_000
    index.close()
    store.close()
