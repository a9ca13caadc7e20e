"""Events: numbers that only grow, reading from a cursor."""

from astrolens.domain.event import Event, EventKind
from astrolens.store.store import Store


def an_event(number: int) -> Event:
    return Event(kind=EventKind.FINDING, at=f"t{number}", image_id=number, payload={"n": [number, None]})


def test_events_come_back_in_order_from_a_cursor(store: Store) -> None:
    assert store.events.last() == 0
    stored = store.events.add_many([an_event(number) for number in range(5)])
    assert [event.sequence for event in stored] == [1, 2, 3, 4, 5]
    assert store.events.after(0) == stored
    assert store.events.after(3) == stored[3:]
    assert store.events.after(0, 2) == stored[:2]
    assert store.events.after(5) == []
    assert store.events.last() == 5


def test_numbers_go_on_after_pruning(store: Store) -> None:
    store.events.add_many([an_event(number) for number in range(5)])
    assert store.events.prune(2) == 3
    assert [event.sequence for event in store.events.after(0)] == [4, 5]
    assert store.events.prune(2) == 0
    store.events.prune(0)
    assert store.events.last() == 5
    assert store.events.add(an_event(9)).sequence == 6
