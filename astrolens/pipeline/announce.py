"""What happened, committed to the event log and then told to everyone who listens."""

import logging
from collections.abc import Callable, Mapping, Sequence

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import Unavailable
from astrolens.domain.event import Event, EventKind
from astrolens.store.store import Store

log = logging.getLogger(__name__)


class Announcer:
    """Writes events before anyone hears of them.

    Parameters
    ----------
    store : Store
        Keeps the log.
    publish : Callable
        Takes one stored event; must not block.
    """

    def __init__(self, store: Store, publish: Callable[[Event], None] = lambda _event: None) -> None:
        self._store = store
        self._publish = publish

    async def tell(
        self, kind: EventKind, image_id: int | None = None, payload: Mapping[str, object] | None = None
    ) -> None:
        """Store one event, then publish it.

        Parameters
        ----------
        kind : EventKind
            What happened.
        image_id : int, optional
            The picture it is about.
        payload : Mapping of str to object, optional
            JSON-able details.
        """
        await self.tell_all([Event(kind=kind, at=iso(utc_now()), image_id=image_id, payload=payload or {})])

    async def tell_all(self, events: Sequence[Event]) -> None:
        """Store several events in one transaction, then publish them in order.

        Parameters
        ----------
        events : Sequence of Event
            Not yet stored.
        """
        if not events:
            return
        try:
            stored = await self._store.run(self._store.events.add_many, list(events))
        except Unavailable as error:  # a full disk: the work itself is safe, only its story is lost
            log.error("%d events are not kept: %s", len(events), error)
            return
        self.publish(stored)

    def publish(self, events: Sequence[Event]) -> None:
        """Tell everyone who listens of events that were stored together with what they are about.

        Parameters
        ----------
        events : Sequence of Event
            With their numbers.
        """
        for event in events:
            self._publish(event)
