"""Steps between states: what ends with a step, and what arriving bytes become."""

import sqlite3

import pytest

from astrolens.domain.image import ImageState
from astrolens.store import journey
from astrolens.store.store import Store
from tests.store.samples import a_hash, offered

NOW = "2026-11-21T03:00:00.000Z"


def test_advance_ends_claims_and_counts(store: Store) -> None:
    (image_id,) = offered(store, 1)
    store.images.waits(image_id, "no answer", NOW)
    store.images.claim([image_id], alone=True)
    store.images.count_crashes()
    store.database.write(lambda connection: journey.advance(connection, image_id, ImageState.FETCHED, NOW))
    record = store.images.get(image_id)
    assert record is not None
    assert (record.attempts, record.crashes, record.suspect, record.in_flight) == (0, 0, False, False)
    assert (record.reason, record.due_at, record.changed_at) == ("", NOW, NOW)


def test_ends_of_the_journey_are_never_due(store: Store) -> None:
    first, second, third = offered(store, 3)

    def _work(connection: sqlite3.Connection) -> None:
        journey.advance(connection, first, ImageState.DONE, NOW)
        journey.park(connection, second, "broken", NOW)
        journey.arrive(connection, third, a_hash(1), 1, (None, None), NOW)

    store.database.write(_work)
    due = [record.due_at for record in map(store.images.get, (first, second, third)) if record]
    assert due == [None, None, NOW]


def test_unknown_image_is_named(store: Store) -> None:
    with store.database.read() as connection, pytest.raises(ValueError, match="no image 42"):
        journey.state_of(connection, 42)
