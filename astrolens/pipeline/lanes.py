"""The download stage as lanes side by side: a source whose server is slow or away holds up nobody else."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.image import ImageState
from astrolens.pipeline.flow import Ledger, Stage, StageCounts
from astrolens.sources.loader import LoadedSource
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

Take = Callable[[int, Collection[int]], Awaitable[Sequence[ImageRecord]]]

_LOCAL_WORKERS = 8
_LOOK_AHEAD = 256
_STATE = ImageState.OFFERED


class FetchLanes:
    """One lane for each source with servers, and one for files, uploads and plugins that make their bytes.

    To the flow it looks like one `Stage`.

    Parameters
    ----------
    store : Store
        Where the pictures wait.
    sources : Mapping of str to LoadedSource
        Those that work, by name.
    ledger : Ledger
        How pictures are parked and put off.
    work : Callable
        Coroutine function that fetches one picture.
    rest_s : Callable
        Seconds for which the host of an address is better left alone; 0 when it may be asked.
    per_host : int
        Connections to one host.
    ready : Callable
        Coroutine function: whether the stages behind have room.
    """

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, LoadedSource],
        ledger: Ledger[ImageRecord],
        work: Callable[[ImageRecord], Awaitable[None]],
        *,
        rest_s: Callable[[str], float],
        per_host: int,
        ready: Callable[[], Awaitable[bool]],
    ) -> None:
        self.name = "downloaded"
        self.counts = StageCounts()
        self.held: set[int] = set()
        self.in_flight: set[int] = set()
        self._store = store
        self._rest_s = rest_s
        self._far = {name: 2 * per_host for name, loaded in sources.items() if loaded.hosts}
        lanes: list[tuple[Take, int]] = [(self._take_near, _LOCAL_WORKERS)]
        lanes += [(partial(self._take_far, name), workers) for name, workers in self._far.items()]
        self._lanes = [
            self._lane(Ledger(take=take, park=ledger.park, wait=ledger.wait), work, workers, ready)
            for take, workers in lanes
        ]

    def wake(self) -> None:
        """Say that something may have arrived."""
        for lane in self._lanes:
            lane.wake()

    def pause(self) -> None:
        """Take nothing new; what is in work ends."""
        for lane in self._lanes:
            lane.pause()

    def resume(self) -> None:
        """Go on."""
        for lane in self._lanes:
            lane.resume()

    @property
    def idle(self) -> bool:
        """Whether nothing is held.

        Returns
        -------
        bool
            True when all lanes are empty.
        """
        return not self.held

    async def run(self) -> None:
        """Work in all lanes until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number, lane in enumerate(self._lanes):
                group.create_task(lane.run(), name=f"{self.name}: lane {number}")

    def _lane(
        self,
        ledger: Ledger[ImageRecord],
        work: Callable[[ImageRecord], Awaitable[None]],
        workers: int,
        ready: Callable[[], Awaitable[bool]],
    ) -> Stage[ImageRecord]:
        lane = Stage(self.name, ledger, work, workers=workers, ready=ready)
        lane.counts, lane.held, lane.in_flight = self.counts, self.held, self.in_flight
        return lane

    async def _take_near(self, limit: int, held: Collection[int]) -> Sequence[ImageRecord]:
        return await self._store.run(self._near, limit, held)

    def _near(self, limit: int, held: Collection[int]) -> list[ImageRecord]:
        """Pictures of every source that has no lane of its own, also of one that was taken out."""
        names = [name for name in self._store.statistics.by_source() if name not in self._far]
        images = self._store.images
        found = [one for name in names for one in images.next_in(_STATE, limit, exclude=held, source=name)]
        return sorted(found, key=lambda one: one.image_id)[:limit]

    async def _take_far(self, name: str, limit: int, held: Collection[int]) -> Sequence[ImageRecord]:
        images = self._store.images
        while True:
            found = await self._store.run(
                images.next_in, _STATE, _LOOK_AHEAD, exclude=frozenset(held), source=name
            )
            rests = {one.image_id: self._rest_s(one.offer.url) for one in found}
            resting = [image_id for image_id, rest_s in rests.items() if rest_s > 0]
            if resting:
                due_at = iso(utc_now() + timedelta(seconds=max(rests.values())))
                await self._store.run(images.postpone, resting, due_at)
            free = [one for one in found if rests[one.image_id] <= 0]
            if free or not found:
                return free[:limit]
