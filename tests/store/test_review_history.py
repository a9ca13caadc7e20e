"""Steps back and forth: with what they did in one transaction, per person, and across a restart."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.config.paths import Paths
from astrolens.domain.review import AskedBecause, Label, LabelValue, Remark, RemarkKind
from astrolens.store.store import Store, open_store
from tests.store.samples import a_verdict, judged, offered

T = "2026-11-21T00:00:00.{:03d}Z"


def a_label(
    image_id: int, value: LabelValue = LabelValue.ANOMALY, reviewer: str = "vera", at: int = 0
) -> Label:
    return Label(image_id=image_id, value=value, reviewer=reviewer, made_at=T.format(at))


def held(store: Store, image_id: int) -> list[tuple[str, str]]:
    return [
        (label.reviewer, label.value.value)
        for label in store.labels.of_image(image_id)
        if not label.withdrawn
    ]


def test_undo_restores_the_former_and_redo_says_it_again(store: Store) -> None:
    first, second = offered(store, 2)
    store.history.judge([a_label(first)])
    store.history.judge([a_label(first, LabelValue.NORMAL)])  # in the same millisecond
    store.history.judge([a_label(first, LabelValue.NORMAL, at=1), a_label(second, LabelValue.NORMAL, at=1)])
    assert store.history.depth("vera") == (3, 0)
    step = store.history.undo("vera", T.format(2))
    assert step is not None
    assert [label.image_id for label in step.labels] == [second], "the first said so already"
    store.history.undo("vera", T.format(2))
    assert held(store, first) == [("vera", "anomaly")]
    assert store.history.depth("vera") == (1, 2)
    step = store.history.redo("vera", T.format(2))
    assert step is not None
    assert held(store, first) == [("vera", "normal"), ("vera", "anomaly")]
    step = store.history.redo("vera", T.format(2))
    assert held(store, second) == [("vera", "normal")]
    assert store.history.redo("vera", T.format(3)) is None
    assert store.labels.verify() == []


def test_several_pictures_are_one_step_and_all_or_nothing(store: Store) -> None:
    numbers = offered(store, 5)
    store.history.judge([a_label(number) for number in numbers])
    with pytest.raises(ValueError, match="no image 99"):
        store.history.judge([a_label(numbers[0], LabelValue.NORMAL), a_label(99)])
    assert all(held(store, number) == [("vera", "anomaly")] for number in numbers)
    assert store.history.depth("vera") == (1, 0)
    step = store.history.undo("vera", T.format(1))
    assert step is not None
    assert len(step.labels) == 5
    assert not any(held(store, number) for number in numbers)


def test_nobodys_step_touches_what_others_said(store: Store) -> None:
    (image_id,) = judged(store, [a_verdict(3.0)])
    store.history.judge([a_label(image_id, reviewer="jan")])
    store.history.judge([a_label(image_id, LabelValue.NORMAL)])
    assert store.history.undo("eva", T.format(1)) is None
    store.history.undo("vera", T.format(1))
    assert store.history.undo("vera", T.format(1)) is None
    assert held(store, image_id) == [("jan", "anomaly")]
    row = store.verdicts.candidates()["rows"][0]
    assert (row["label"], row["reviewer"]) == ("anomaly", "jan")


def test_a_new_step_ends_what_could_be_redone(store: Store) -> None:
    first, second = offered(store, 2)
    store.history.judge([a_label(first)])
    store.history.undo("vera", T.format(1))
    store.history.judge([a_label(second, at=2)])
    assert store.history.redo("vera", T.format(3)) is None
    assert store.history.depth("vera") == (1, 0)


def test_what_was_withdrawn_by_its_number_is_passed_over(store: Store) -> None:
    first, second = offered(store, 2)
    store.history.judge([a_label(first)])
    (said,) = store.history.judge([a_label(second)])
    store.labels.withdraw(said.label.label_id, T.format(1))
    step = store.history.undo("vera", T.format(2))
    assert step is not None
    assert [label.image_id for label in step.labels] == [first]


def test_tags_and_notes_are_steps_too(store: Store) -> None:
    (image_id,) = offered(store, 1)
    tag = Remark(image_id=image_id, kind=RemarkKind.TAG, words="ring", reviewer="vera", made_at=T.format(0))
    assert store.history.remark(tag) == store.history.remark(tag)
    assert store.history.depth("vera") == (1, 0)
    assert [one.words for one in store.remarks.of_image(image_id)] == ["ring"]
    store.history.undo("vera", T.format(1))
    assert store.remarks.of_image(image_id) == []
    step = store.history.redo("vera", T.format(2))
    assert step is not None
    assert [one.words for one in step.remarks] == ["ring"]
    with pytest.raises(Exception, match="append-only"):
        store.database.execute("DELETE FROM remarks")
    with pytest.raises(Exception, match="append-only"):
        store.database.execute("UPDATE remarks SET words = 'x'")


def test_150_steps_survive_a_restart(paths: Paths) -> None:
    store = open_store(paths)
    numbers = offered(store, 150)
    for number in numbers:
        store.history.judge([a_label(number, LabelValue.NORMAL)])
    store.history.undo("vera", T.format(1))
    store.close()
    store = open_store(paths)
    assert store.history.depth("vera") == (149, 1)
    assert store.history.redo("vera", T.format(2)) is not None
    for number in reversed(numbers):
        step = store.history.undo("vera", T.format(3))
        assert step is not None
        assert [label.image_id for label in step.labels] == [number]
    assert store.labels.count() == 0
    assert store.labels.verify() == []
    store.close()


def test_why_it_was_asked_is_kept_and_checked(store: Store) -> None:
    (image_id,) = offered(store, 1)
    label = Label(
        image_id=image_id, value=LabelValue.NORMAL, reviewer="vera", made_at=T.format(0),
        asked_because=AskedBecause.AUDIT,
    )  # fmt: skip
    store.history.judge([label])
    assert store.labels.of_image(image_id)[0].asked_because is AskedBecause.AUDIT
    assert store.labels.verify() == []
    with pytest.raises(Exception, match="append-only"):
        store.database.execute("UPDATE labels SET asked_because = 'chosen', withdrawn_at = 't'")
    store.database.execute("DROP TRIGGER labels_never_changed")
    store.database.execute("UPDATE labels SET asked_because = 'chosen'")
    assert store.labels.verify() == [1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["a", "n", "u", "r"]), max_size=25))
def test_any_sequence_of_keys_agrees_with_a_model(store: Store, keys: list[str]) -> None:
    (image_id,) = offered(store, 1, f"source {uuid4()}")
    reviewer = f"r{image_id}"
    done: list[LabelValue] = []
    undone: list[LabelValue] = []
    for tick, key in enumerate(keys):
        if key in "an":
            value = LabelValue.ANOMALY if key == "a" else LabelValue.NORMAL
            if not done or done[-1] is not value:
                done.append(value)
                undone.clear()
            store.history.judge([a_label(image_id, value, reviewer, tick)])
        elif key == "u":
            assert (store.history.undo(reviewer, T.format(tick)) is not None) == bool(done)
            if done:
                undone.append(done.pop())
        else:
            assert (store.history.redo(reviewer, T.format(tick)) is not None) == bool(undone)
            if undone:
                done.append(undone.pop())
        newest = store.labels.newest([image_id]).get(image_id)
        assert (None if newest is None else newest.value) == (done[-1] if done else None)
    assert store.history.depth(reviewer) == (len(done), len(undone))
