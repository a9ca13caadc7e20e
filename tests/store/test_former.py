"""Pictures of a former encoder: which can be measured again, and how many cannot."""

from dataclasses import replace

import pytest

from astrolens.domain.image import ImageState
from astrolens.store.analyses import MeasuredOtherwise
from astrolens.store.store import Store
from tests.store.samples import a_verdict, an_analysis, analysed, fetched, some_facts


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


def test_pictures_that_wait_are_taken_back_to_be_measured_again(store: Store) -> None:
    first, second, third, fourth, fifth = analysed(store, 5)
    store.verdicts.put_many([(first, a_verdict(1.0))])
    store.analyses.replace(second, an_analysis(7, model_id="model-2"))
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id = ?", (third,))
    before = store.statistics.by_state()
    assert store.former.take_back("sdss", "model-1", {"crop/sdss/model-1": "object"}) == 2
    taken = [store.images.get(number) for number in (fourth, fifth)]
    assert [one is not None and one.state for one in taken] == [ImageState.FETCHED] * 2
    assert store.images.next_in(ImageState.FETCHED, 9) == taken  # due at once
    assert sorted(store.analyses.get_many(range(99))) == [first, second, third]
    assert store.analyses.count("sdss", "model-1") == 2
    assert store.state.get("crop/sdss/model-1") == "object"
    after = store.statistics.by_state()
    assert after[ImageState.FETCHED] - before[ImageState.FETCHED] == 2
    assert store.former.take_back("no such source", "model-1", {}) == 0


def test_what_was_measured_otherwise_cannot_be_kept(store: Store) -> None:
    (image_id,) = fetched(store, 1)
    crop = ("crop/sdss/model-1", "fraction")
    store.state.put(crop[0], "object")
    with pytest.raises(MeasuredOtherwise, match="no longer fraction"):
        store.analyses.put(image_id, an_analysis(1), some_facts(1), while_true=crop)
    assert store.analyses.get(image_id) is None
    store.state.put(*crop)
    store.analyses.put(image_id, an_analysis(1), some_facts(1), while_true=crop)
    assert store.analyses.get(image_id) is not None
