"""Analyses come back as they went in; storing one is the step to ANALYSED."""

import math
from dataclasses import replace

import numpy as np
import pytest

from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState
from astrolens.domain.review import Label, LabelValue
from astrolens.domain.sky import Cone, SkyPosition
from astrolens.store.store import Store
from tests.store.samples import (
    a_hash,
    a_verdict,
    an_analysis,
    analysed,
    fetched,
    offered,
    some_facts,
)  # fmt: skip


def test_analysis_comes_back_bit_for_bit(store: Store) -> None:
    (image_id,) = fetched(store, 1)
    given = an_analysis(5, value=math.nan)
    assert store.analyses.put(image_id, given, some_facts(5)) is None
    stored = store.analyses.get(image_id)
    assert stored is not None
    assert np.array_equal(stored.embedding, given.embedding)
    assert np.array_equal(stored.logits, given.logits)
    assert (stored.model_id, stored.class_names, dict(stored.heads)) == (
        given.model_id, given.class_names, dict(given.heads),
    )  # fmt: skip
    assert all(math.isnan(number) for number in stored.morphology.numbers())
    assert stored.morphology.flags == given.morphology.flags
    assert not stored.embedding.flags.writeable


def test_near_duplicate_is_found_inside_one_transaction(store: Store) -> None:
    first, second = fetched(store, 2)
    items = [(first, an_analysis(1), some_facts(1)), (second, an_analysis(2), some_facts(1))]
    assert store.analyses.put_many(items) == [None, first]
    record = store.images.get(second)
    assert record is not None
    assert record.near_duplicate_of == first


def test_one_bad_item_stores_none(store: Store) -> None:
    (good,) = fetched(store, 1)
    with pytest.raises(ValueError, match="no image 99"):
        store.analyses.put_many([(good, an_analysis(1), some_facts(1)), (99, an_analysis(2), some_facts(2))])
    assert store.analyses.get(good) is None
    record = store.images.get(good)
    assert record is not None
    assert record.state is ImageState.FETCHED


def test_only_fetched_images_can_be_analysed(store: Store) -> None:
    (image_id,) = offered(store, 1)
    with pytest.raises(ValueError, match="only a fetched one"):
        store.analyses.put(image_id, an_analysis(1), some_facts(1))


def test_measuring_again_replaces_and_moves_nothing_back(store: Store) -> None:
    (image_id,) = analysed(store, 1)
    store.verdicts.put(image_id, a_verdict(3.0))
    store.images.done(image_id)
    store.analyses.put(image_id, an_analysis(9, model_id="model-2"), some_facts(9))
    stored = store.analyses.get(image_id)
    record = store.images.get(image_id)
    assert stored is not None
    assert record is not None
    assert (stored.model_id, record.state) == ("model-2", ImageState.DONE)


def test_position_of_the_file_makes_it_findable_and_askable(store: Store) -> None:
    (image_id,) = fetched(store, 1)
    record = store.images.get(image_id)
    assert record is not None
    assert record.catalogue is CatalogState.NO_POSITION
    place = SkyPosition(ra_deg=10.0, dec_deg=20.0)
    store.analyses.put(image_id, an_analysis(1), some_facts(1, place))
    record = store.images.get(image_id)
    assert record is not None
    assert record.catalogue is CatalogState.NOT_ASKED
    assert store.images.in_cone(Cone(centre=place, radius_arcsec=1.0)) == [image_id]


def test_embeddings_keep_the_order_asked_for(store: Store) -> None:
    numbers = analysed(store, 4)
    asked = [numbers[2], numbers[0], numbers[2]]
    found = store.analyses.embeddings(asked)
    assert found.dtype == np.float32
    assert np.array_equal(found, np.stack([an_analysis(number).embedding for number in asked]))
    assert store.analyses.embeddings([]).shape == (0, 0)
    with pytest.raises(ValueError, match="image 99 has no analysis"):
        store.analyses.embeddings([99])


def test_embeddings_of_different_models_are_never_mixed(store: Store) -> None:
    first, second = fetched(store, 2)
    store.analyses.put(first, an_analysis(1, "model-1"), some_facts(1))
    store.analyses.put(second, an_analysis(2, "model-2"), some_facts(2))
    with pytest.raises(ValueError, match="different models"):
        store.analyses.embeddings([first, second])
    assert store.analyses.count("sdss", "model-1") == 1


def test_sample_is_the_newest_or_a_seeded_draw_without_labelled_anomalies(store: Store) -> None:
    numbers = analysed(store, 10)
    analysed(store, 3, "legacy")
    store.labels.add(Label(image_id=numbers[9], value=LabelValue.ANOMALY, reviewer="r", made_at="t"))
    store.labels.add(Label(image_id=numbers[8], value=LabelValue.NORMAL, reviewer="r", made_at="t"))
    ids, analyses = store.analyses.sample("sdss", "model-1", 3)
    assert ids == numbers[6:9]
    assert [one.embedding.tolist() for one in analyses] == [an_analysis(i).embedding.tolist() for i in ids]
    assert store.analyses.sample("sdss", "model-1", 3, exclude_labelled_anomaly=False)[0] == numbers[7:]
    drawn = store.analyses.sample("sdss", "model-1", 4, seed=1)[0]
    assert drawn == sorted(set(drawn))
    assert drawn == store.analyses.sample("sdss", "model-1", 4, seed=1)[0]
    assert set(drawn) < set(numbers[:9])
    assert store.analyses.sample("sdss", "model-2", 3) == ([], [])


def test_what_waits_for_a_verdict(store: Store) -> None:
    numbers = analysed(store, 3)
    other = analysed(store, 1, "legacy")
    store.verdicts.put(numbers[0], a_verdict(3.0))
    assert store.analyses.waiting_for_verdict("sdss") == numbers[1:]
    assert store.analyses.waiting_for_verdict("sdss", 1) == numbers[1:2]
    assert store.analyses.waiting_sources() == ["legacy", "sdss"]
    store.images.parked(other[0], "broken")
    assert store.analyses.waiting_sources() == ["sdss"]
    assert a_hash(1) != a_hash(2)


def test_pixel_numbers_and_miniature_are_kept_and_may_be_missing(store: Store) -> None:
    plain, full = an_analysis(1), an_analysis(2)
    full = replace(
        full,
        pixels=np.linspace(-3, 3, 58).astype(np.float16),
        miniature=np.arange(256, dtype=np.uint8).reshape(16, 16),
    )
    ids = fetched(store, 2)
    store.analyses.put_many([(ids[0], plain, some_facts(1)), (ids[1], full, some_facts(2))])
    first, second = store.analyses.get(ids[0]), store.analyses.get(ids[1])
    assert first is not None
    assert second is not None
    assert (first.pixels.shape, first.miniature.shape) == ((0,), (0, 0))
    np.testing.assert_array_equal(second.pixels, full.pixels)
    np.testing.assert_array_equal(second.miniature, full.miniature)
    assert second.pixels.dtype == np.float16


def test_a_picture_measured_once_more_looks_like_the_same_earlier_one(store: Store) -> None:
    first, second = fetched(store, 2)
    same = some_facts(1)
    assert store.analyses.put(first, an_analysis(1), same) is None
    assert store.analyses.put(second, an_analysis(2), same) == first
    assert store.former.take_back("sdss", "model-1", {}) == 2
    assert store.analyses.put(first, an_analysis(3), same) is None
    assert store.analyses.put(second, an_analysis(4), same) == first
