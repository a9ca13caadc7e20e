"""Labels: exactly what was said, once, for ever, and damage is noticed."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.domain.review import Label, LabelValue
from astrolens.store.store import Store
from tests.store.samples import a_verdict, judged, offered

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def a_label(image_id: int, value: LabelValue = LabelValue.ANOMALY, made_at: str = "t1") -> Label:
    return Label(image_id=image_id, value=value, reviewer="vera", made_at=made_at)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.sampled_from(LabelValue),
    reviewer=_WORDS,
    made_at=_WORDS,
    interest=st.none() | st.integers(0, 5),
    note=_WORDS,
)
def test_round_trip(
    store: Store, value: LabelValue, reviewer: str, made_at: str, interest: int | None, note: str
) -> None:
    (image_id,) = offered(store, 1, f"source {store.labels.count()}")
    label = Label(
        image_id=image_id, value=value, reviewer=reviewer, made_at=made_at, interest=interest, note=note
    )
    stored = store.labels.add(label)
    assert store.labels.of_image(image_id) == [stored]
    assert stored == Label(
        image_id=image_id, value=value, reviewer=reviewer, made_at=made_at, interest=interest, note=note,
        label_id=stored.label_id,
    )  # fmt: skip
    assert store.labels.verify() == []


def test_same_label_sent_twice_is_one_label(store: Store) -> None:
    (image_id,) = offered(store, 1)
    assert store.labels.add(a_label(image_id)) == store.labels.add(a_label(image_id))
    assert store.labels.count() == 1


def test_newest_that_holds_is_shown_and_undo_brings_the_one_before_back(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    store.labels.add(a_label(image_id))
    second = store.labels.add(a_label(image_id, LabelValue.ARTEFACT, "t2"))
    assert store.verdicts.candidates()["rows"][0]["label"] == "artefact"
    withdrawn = store.labels.withdraw(second.label_id, "t3")
    assert withdrawn.withdrawn
    assert store.labels.withdraw(second.label_id, "t4") == withdrawn
    assert store.verdicts.candidates()["rows"][0]["label"] == "anomaly"
    assert [label.withdrawn for label in store.labels.of_image(image_id)] == [True, False]
    assert store.labels.newest([image_id])[image_id].value is LabelValue.ANOMALY
    assert store.labels.count() == 1
    assert store.labels.verify() == []


def test_undo_of_the_only_label_leaves_none(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    label = store.labels.add(a_label(image_id))
    assert store.statistics.overview().unlabelled_anomalies == 0
    store.labels.withdraw(label.label_id, "t2")
    row = store.verdicts.candidates()["rows"][0]
    assert (row["label"], row["reviewer"], row["interest"]) == (None, None, None)
    assert store.statistics.overview().unlabelled_anomalies == 1
    assert store.labels.newest([image_id]) == {}


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM labels",
        "UPDATE labels SET value = 'normal'",
        "UPDATE labels SET note = 'x', withdrawn_at = 't'",
        "UPDATE labels SET interest = 3, withdrawn_at = 't'",
        "UPDATE labels SET checksum = 'x'",
    ],
)
def test_table_refuses_to_forget(store: Store, sql: str) -> None:
    (image_id,) = offered(store, 1)
    store.labels.add(a_label(image_id))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.database.execute(sql)


def test_damage_is_found(store: Store) -> None:
    (image_id,) = offered(store, 1)
    first = store.labels.add(a_label(image_id))
    store.labels.add(a_label(image_id, made_at="t2"))
    store.database.execute("DROP TRIGGER labels_never_changed")
    store.database.execute("UPDATE labels SET value = 'normal' WHERE id = ?", (first.label_id,))
    assert store.labels.verify() == [first.label_id]


def test_unknown_numbers_are_named(store: Store) -> None:
    with pytest.raises(ValueError, match="no image 99"):
        store.labels.add(a_label(99))
    with pytest.raises(ValueError, match="no label 99"):
        store.labels.withdraw(99, "t")
