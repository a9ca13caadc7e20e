"""Nobody hears of an event that is not stored."""

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.store.store import Store


async def test_events_are_stored_before_they_are_published_and_keep_their_order(store: Store) -> None:
    heard: list[Event] = []
    stored_when_heard: list[int] = []

    def publish(event: Event) -> None:
        heard.append(event)
        stored_when_heard.append(last)

    announcer = Announcer(store, publish)
    last = 1
    await announcer.tell(EventKind.STARTED, payload={"pid": 7})
    last = 4
    await announcer.tell_all(
        [Event(kind=EventKind.IMAGE_DONE, at=iso(utc_now()), image_id=number) for number in (3, 1, 2)]
    )
    kept = await store.run(store.events.after, 0)
    assert [event.sequence for event in heard] == [1, 2, 3, 4]
    assert [event.image_id for event in heard] == [None, 3, 1, 2]
    assert heard == kept
    assert heard[0].payload == {"pid": 7}
    assert stored_when_heard == [1, 4, 4, 4]


async def test_nothing_to_tell_writes_nothing(store: Store) -> None:
    await Announcer(store).tell_all([])
    assert await store.run(store.events.last) == 0
