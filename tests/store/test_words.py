"""Every answer of a model is kept; the newest with words is shown."""

import pytest

from astrolens.domain.description import DescribedClass, Description
from astrolens.domain.detection import Decision
from astrolens.store.store import Store
from tests.store.samples import a_verdict, judged


def a_description(image_id: int, words: str = "A ring.", at: str = "2026-11-21T00:00:00.000Z") -> Description:
    return Description(
        image_id=image_id, words=words, features=("ring",) if words else (), confidence=0.5 if words else None,
        suggested=DescribedClass.RING if words else None, reason="" if words else "no JSON",
        provider="ollama", model="llava", prompt_version="1", made_at=at,
    )  # fmt: skip


def test_words_come_back_as_they_were(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(4.0)])
    assert store.words.of_image(image_id) is None
    store.words.add(a_description(image_id, ""))
    assert store.words.of_image(image_id) == a_description(image_id, "")
    store.words.add(a_description(image_id))
    assert store.words.of_image(image_id) == a_description(image_id)
    store.words.add(a_description(image_id, "Two arms."))
    store.words.add(a_description(image_id, ""))  # a failure later takes nothing away
    assert store.words.of_image(image_id) == a_description(image_id, "Two arms.")


def test_only_done_anomalies_without_an_answer_wait(store: Store) -> None:
    decisions = (Decision.ANOMALY, Decision.NORMAL, Decision.NEAR_MISS, Decision.ANOMALY, Decision.ANOMALY)
    ids = judged(store, [a_verdict(4.0, one) for one in decisions])
    store.images.done_many(ids[:4])
    store.words.add(a_description(ids[0], ""))
    assert store.words.without(9) == [ids[3]]
    assert store.words.without(0) == []


def test_answers_are_counted_by_time(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(4.0)])
    for at in ("2026-11-21T00:00:00.000Z", "2026-11-21T01:00:00.000Z"):
        store.words.add(a_description(image_id, at=at))
    assert store.words.made_since("2026-11-21T00:30:00.000Z") == 1
    assert store.words.made_since("2026-11-20") == 2


def test_words_about_nothing_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no image 5"):
        store.words.add(a_description(5))
