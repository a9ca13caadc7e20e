"""Fan-out that never waits."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from astrolens.api.hub import EventHub, Missed
from astrolens.domain.event import Event, EventKind


def an_event(sequence: int) -> Event:
    return Event(kind=EventKind.IMAGE_DONE, at="t", sequence=sequence)


async def test_every_reader_gets_every_event_in_order() -> None:
    hub = EventHub()
    with hub.subscribed() as first, hub.subscribed() as second:
        assert hub.readers() == 2
        for number in (1, 2, 3):
            hub.publish(an_event(number))
        for reader in (first, second):
            assert [await reader.wait_next() for _ in range(3)] == [an_event(n) for n in (1, 2, 3)]
    assert hub.readers() == 0


@given(st.integers(1, 20), st.integers(0, 60))
def test_a_slow_reader_loses_the_oldest_and_is_told_how_many(length: int, count: int) -> None:
    async def scenario() -> None:
        hub = EventHub(length)
        with hub.subscribed() as reader:
            for number in range(1, count + 1):
                hub.publish(an_event(number))
            got: list[int] = []
            while len(got) < min(length, count):
                item = await reader.wait_next()
                if isinstance(item, Missed):
                    assert item == Missed(count=count - length, next=count - length + 1)
                else:
                    got.append(item.sequence)
            assert got == list(range(max(0, count - length) + 1, count + 1))

    asyncio.run(scenario())


async def test_a_reader_that_waits_is_woken() -> None:
    hub = EventHub()
    with hub.subscribed() as reader:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            waiting = group.create_task(reader.wait_next(), name="wait")
            await asyncio.sleep(0)
            hub.publish(an_event(7))
        assert waiting.result() == an_event(7)


async def test_forgetting_empties_only_a_queue_that_lost_something() -> None:
    hub = EventHub(2)
    with hub.subscribed() as reader:
        hub.publish(an_event(1))
        assert not reader.forget()
        assert await reader.wait_next() == an_event(1)
        for number in (2, 3, 4):
            hub.publish(an_event(number))
        assert reader.forget()
        hub.publish(an_event(5))
        assert await reader.wait_next() == an_event(5)
