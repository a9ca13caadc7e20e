"""Verdicts move a picture on once; later ones replace them and leave a trace."""

import math

import pytest

from astrolens.domain.detection import Decision
from astrolens.domain.image import ImageState
from astrolens.store.store import Store
from tests.store.samples import a_verdict, analysed, fetched, judged


def state_of(store: Store, image_id: int) -> ImageState:
    record = store.images.get(image_id)
    assert record is not None
    return record.state


def test_verdict_comes_back_with_nan_where_there_was_none(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.5)])
    verdict = store.verdicts.get(image_id)
    assert verdict is not None
    assert math.isnan(verdict.scores["knn"])
    assert (verdict.decision, verdict.sigma, verdict.p_values) == (
        Decision.ANOMALY, 3.5, a_verdict(3.5).p_values,
    )  # fmt: skip
    assert state_of(store, image_id) is ImageState.JUDGED
    assert store.verdicts.get(99) is None


def test_judging_again_keeps_history_and_the_state(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    store.images.done(image_id)
    store.verdicts.put(image_id, a_verdict(1.0, Decision.NORMAL, state_id="state-2"))
    assert state_of(store, image_id) is ImageState.DONE
    (before,) = store.verdicts.history(image_id)
    assert (before["decision"], before["sigma"], before["state_id"]) == ("anomaly", 3.0, "state-1")
    assert store.statistics.of_source("sdss") == {"images": 1, "done": 1, "normal": 1}


def test_found_time_changes_only_with_the_decision(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    store.database.execute("UPDATE images SET found_at = '2000-01-01T00:00:00.000Z'")
    store.verdicts.put(image_id, a_verdict(4.0))
    assert store.verdicts.candidates()["rows"][0]["found_at"] == "2000-01-01T00:00:00.000Z"
    store.verdicts.put(image_id, a_verdict(2.5, Decision.NEAR_MISS))
    assert store.verdicts.candidates()["rows"][0]["found_at"] > "2020"


def test_why_names_the_three_oddest_detectors(store: Store) -> None:
    judged(store, [a_verdict(3.0)])
    (row,) = store.verdicts.candidates()["rows"]
    assert row["why"] == [["knn", 0.99], ["msp", 0.98], ["energy", 0.7]]


@pytest.mark.parametrize(
    ("sigma", "decision", "p_value", "words"),
    [
        (math.nan, Decision.NORMAL, 0.5, "finite"),
        (1.0, Decision.NORMAL, math.nan, "finite"),
        (math.inf, Decision.ANOMALY, 0.0, "finite"),
        (1.0, Decision.CALIBRATING, 0.5, "still calibrating"),
    ],
)
def test_verdict_that_says_nothing_is_refused(
    store: Store, sigma: float, decision: Decision, p_value: float, words: str
) -> None:
    (image_id,) = analysed(store, 1)
    with pytest.raises(ValueError, match=words):
        store.verdicts.put(image_id, a_verdict(sigma, decision, p_value))
    assert state_of(store, image_id) is ImageState.ANALYSED


def test_one_bad_item_stores_none(store: Store) -> None:
    (good,) = analysed(store, 1)
    (unready,) = fetched(store, 1, "legacy")
    with pytest.raises(ValueError, match="only an analysed one"):
        store.verdicts.put_many([(good, a_verdict(3.0)), (unready, a_verdict(3.0))])
    assert store.verdicts.get(good) is None


def test_ids_by_decision(store: Store) -> None:
    numbers = judged(
        store, [a_verdict(3.0), a_verdict(2.0, Decision.NEAR_MISS), a_verdict(1.0, Decision.NORMAL)]
    )
    judged(store, [a_verdict(3.0)], "legacy")
    assert store.verdicts.ids_with("sdss", (Decision.ANOMALY, Decision.NEAR_MISS)) == numbers[:2]
    assert store.verdicts.ids_with("sdss", ()) == []
