"""A finding is noted with its verdict, written once, and stays on the list until somebody was told."""

import pytest

from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.image import ImageState
from astrolens.store.store import Store
from tests.store.samples import a_verdict, analysed

ODD = a_verdict(5.0, Decision.ANOMALY)
NEAR = a_verdict(3.0, Decision.NEAR_MISS)
NORMAL = a_verdict(1.0, Decision.NORMAL)


def kinds(store: Store) -> list[tuple[EventKind, int | None]]:
    return [(event.kind, event.image_id) for event in store.events.after(0)]


def test_done_event_and_finding_are_one_transaction(store: Store) -> None:
    odd, normal = analysed(store, 2)
    store.verdicts.put_many([(odd, ODD), (normal, NORMAL)])
    assert store.announcements.due() == []  # not before it is done
    events = store.announcements.finish([odd, normal])
    assert [(event.kind, event.image_id) for event in events] == kinds(store)
    assert kinds(store) == [
        (EventKind.IMAGE_DONE, odd),
        (EventKind.FINDING, odd),
        (EventKind.IMAGE_DONE, normal),
    ]
    assert events[1].payload == {
        "source": "sdss", "decision": "anomaly", "sigma": 5.0, "catalogue": "no_position", "key": "key-0",
    }  # fmt: skip
    assert store.announcements.due() == [odd]  # written, not yet told
    assert store.announcements.finish([odd, normal]) == []
    store.announcements.told([odd])
    assert store.announcements.due() == []


def test_a_failure_leaves_nothing_behind(store: Store) -> None:
    odd, early = analysed(store, 2)
    store.verdicts.put(odd, ODD)
    with pytest.raises(ValueError, match="analysed"):
        store.announcements.finish([odd, early])
    with pytest.raises(ValueError, match="no image"):
        store.announcements.finish([odd, 99])
    assert kinds(store) == []
    record = store.images.get(odd)
    assert record is not None
    assert record.state is ImageState.JUDGED


def test_a_later_calibration_makes_a_finding_once(store: Store) -> None:
    (image_id,) = analysed(store, 1)
    store.verdicts.put(image_id, NORMAL)
    store.announcements.finish([image_id])
    store.verdicts.put(image_id, ODD)
    assert store.announcements.due() == [image_id]
    assert store.announcements.due(exclude=[image_id]) == []
    store.announcements.told([image_id])  # nothing was written yet: it stays
    assert store.announcements.due() == [image_id]
    assert [event.kind for event in store.announcements.finish([image_id])] == [EventKind.FINDING]
    store.announcements.told([image_id])
    for verdict in (NEAR, ODD, NORMAL, ODD):
        store.verdicts.put(image_id, verdict)
    assert store.announcements.due() == []
    assert store.announcements.finish([image_id]) == []


def test_what_is_no_anomaly_any_more_before_it_was_told_is_not_told(store: Store) -> None:
    (image_id,) = analysed(store, 1)
    store.verdicts.put(image_id, ODD)
    store.verdicts.put(image_id, NEAR)
    assert [event.kind for event in store.announcements.finish([image_id])] == [EventKind.IMAGE_DONE]
    assert store.announcements.due() == []
