"""Pictures of a former encoder: which can be measured again, and how many cannot."""

from dataclasses import replace

from astrolens.store.store import Store
from tests.store.samples import an_analysis, analysed


def test_pictures_of_former_encoders_are_found_newest_first(store: Store) -> None:
    ids = analysed(store, 5)
    assert store.former.to_measure("model-1", below=99, limit=9) == []
    assert store.former.to_measure("model-2", below=99, limit=3) == ids[:1:-1]
    assert store.former.to_measure("model-2", below=ids[2], limit=9) == [ids[1], ids[0]]
    assert store.former.sources() == ["sdss"]


def test_an_original_that_is_gone_is_beyond_reach(store: Store) -> None:
    ids = analysed(store, 3)
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id = ?", (ids[1],))
    assert store.former.to_measure("model-2", below=99, limit=9) == [ids[2], ids[0]]
    assert store.former.beyond_reach("model-2") == 1
    assert store.former.beyond_reach("model-1") == 0


def test_a_replaced_analysis_is_of_the_new_encoder_and_moves_nothing(store: Store) -> None:
    ids = analysed(store, 2)
    before = store.images.get(ids[0])
    new = replace(an_analysis(7, model_id="model-2"), heads={"pair": 0.9})
    store.analyses.replace(ids[0], new)
    found = store.analyses.get(ids[0])
    assert found is not None
    assert (found.model_id, found.heads) == ("model-2", {"pair": 0.9})
    assert store.images.get(ids[0]) == before
    assert store.former.to_measure("model-2", below=99, limit=9) == [ids[1]]
