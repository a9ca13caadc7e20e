"""The image branch, stage by stage, in reading order: offered, downloaded, measured, judged, looked up, done."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.image import ImageState
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.flow import Stage, StageCounts
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.lanes import FetchLanes
from astrolens.pipeline.late_shapes import LateShapes
from astrolens.pipeline.lookup import LookUp
from astrolens.pipeline.offering import Offering
from astrolens.pipeline.remeasuring import Remeasuring
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

MOST_OFFERED = 512
MOST_FETCHED = 256
_MOST_DELAYED = 16  # times as many may be put off before nothing more is taken
_TICK_S = 0.02
_SOON_S = 5.0  # a file that was just copied is fetched two seconds later


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage as a person reads it.

    Attributes
    ----------
    name : str
        Its name.
    state : ImageState or None
        Pictures in this state wait for it; None for the stage that asks the sources.
    counts : StageCounts
        What it did.
    in_flight : int
        Pictures in work.
    """

    name: str
    state: ImageState | None
    counts: StageCounts
    in_flight: int


class ImageFlow:
    """All stages of the image branch, and the water between them.

    Parameters
    ----------
    store : Store
        Holds every picture's state, which is the queue between the stages.
    offering : Offering
        Asks the sources.
    fetching : Stage or FetchLanes
        Brings the bytes.
    measuring : Stage
        Decodes, measures, encodes.
    encoder : EncoderLane
        Where pictures that wait together are encoded together.
    judging : Judging
        Turns analyses into verdicts.
    lookup : LookUp
        Asks the catalogues, finishes, tells.
    remeasuring : Remeasuring, optional
        Brings pictures of a former encoder up to date.
    late_shapes : LateShapes, optional
        Measures the shape of what was flagged, where the profile leaves it out.
    """

    def __init__(
        self,
        store: Store,
        *,
        offering: Offering,
        fetching: Stage[ImageRecord] | FetchLanes,
        measuring: Stage[ImageRecord],
        encoder: EncoderLane,
        judging: Judging,
        lookup: LookUp,
        remeasuring: Remeasuring | None = None,
        late_shapes: LateShapes | None = None,
    ) -> None:
        self.offering = offering
        self.fetching = fetching
        self.measuring = measuring
        self.judging = judging
        self.lookup = lookup
        self.remeasuring = remeasuring
        self._late_shapes = late_shapes
        self.paused = False
        self._store = store
        self._encoder = encoder

    async def run(self) -> None:
        """Work until cancelled; a bug in any stage ends all of them."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.offering.run(), name="offering")
            group.create_task(self.fetching.run(), name="fetching")
            group.create_task(self.measuring.run(), name="measuring")
            group.create_task(self._encoder.run(), name="encoding")
            group.create_task(self.judging.run(), name="judging")
            group.create_task(self.lookup.run(), name="look-up")
            if self.remeasuring is not None:
                group.create_task(self.remeasuring.run(), name="measuring again")
            if self._late_shapes is not None:
                group.create_task(self._late_shapes.run(), name="shapes for a person")

    def pause(self) -> None:
        """Take nothing new; what is in work ends, what is measured is judged."""
        self.paused = True
        self.offering.pause()
        self.fetching.pause()
        self.measuring.pause()

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        self.offering.resume()
        self.fetching.resume()
        self.measuring.resume()

    def lines(self) -> list[StageLine]:
        """The stages in reading order.

        Returns
        -------
        list of StageLine
            Six lines.
        """
        counts_done = self.lookup.finished
        return [
            StageLine(
                name="offered",
                state=None,
                counts=self.offering.counts,
                in_flight=int(self.offering.asking is not None),
            ),
            StageLine(
                name="downloaded",
                state=ImageState.OFFERED,
                counts=self.fetching.counts,
                in_flight=len(self.fetching.in_flight),
            ),
            StageLine(
                name="measured",
                state=ImageState.FETCHED,
                counts=self.measuring.counts,
                in_flight=len(self.measuring.in_flight),
            ),
            StageLine(
                name="judged",
                state=ImageState.ANALYSED,
                counts=self.judging.counts,
                in_flight=int(self.judging.busy),
            ),
            StageLine(
                name="looked up",
                state=ImageState.JUDGED,
                counts=self.lookup.counts,
                in_flight=len(self.lookup.in_flight),
            ),
            StageLine(name="stored", state=None, counts=counts_done, in_flight=0),
        ]

    async def is_at_rest(self) -> bool:
        """Whether nothing moves and nothing that could move now is left.

        Returns
        -------
        bool
            True when every picture is done, parked, a duplicate, waiting for a later try, or waiting for
            its source to be calibrated.
        """
        busy = self.fetching.held or self.measuring.held or self.lookup.in_flight
        if busy or self.judging.busy or self.offering.asking:
            return False
        return self.judging.settled and not await self._store.run(self._anything_due, _SOON_S)

    async def is_work_waiting(self) -> bool:
        """Whether a picture waits that could be worked on now.

        Returns
        -------
        bool
            False when all wait for a later time or for their source's calibration.
        """
        return await self._store.run(self._anything_due)

    async def wait_in_flight_done(self) -> None:
        """Wait until no picture is being fetched, measured or looked up."""
        while (
            self.fetching.in_flight or self.measuring.in_flight or self.judging.busy or self.lookup.in_flight
        ):
            await asyncio.sleep(_TICK_S)

    def _anything_due(self, within_s: float = 0.0) -> bool:
        moving = (ImageState.OFFERED, ImageState.FETCHED, ImageState.JUDGED)
        until = iso(utc_now() + timedelta(seconds=within_s))
        if any(self._store.images.next_in(state, 1, now=until) for state in moving):
            return True
        return bool(self._store.announcements.due(1, exclude=frozenset(self.lookup.held)))


def room_for(store: Store, state: ImageState, most: int) -> Callable[[], Awaitable[bool]]:
    """Whether a state has room, from the counts that the store keeps.

    Pictures that are put off, perhaps by one server that is away, take no room from those of others until they
    are very many.

    Parameters
    ----------
    store : Store
        Keeps the counts.
    state : ImageState
        The state behind.
    most : int
        Full from here on.

    Returns
    -------
    Callable
        A coroutine function.
    """

    return partial(store.run, _has_room, store, state, most)


def _has_room(store: Store, state: ImageState, most: int) -> bool:
    held = store.statistics.by_state()[state]
    if held < most:
        return True
    return held < _MOST_DELAYED * most and len(store.images.next_in(state, most)) < most
