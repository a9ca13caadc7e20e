"""Ask the sources, each as often as it may be, as long as there is room behind, and store what they offer."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic

from astrolens.domain.clock import utc_now
from astrolens.domain.errors import ConfigError, PluginError, Unavailable
from astrolens.domain.event import EventKind
from astrolens.domain.image import ImageState
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.patience import patient
from astrolens.plugin import Fetcher
from astrolens.sources.apart import Apart
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource
from astrolens.sources.poll import poll
from astrolens.sources.rotation import Rotation
from astrolens.store.store import Store

log = logging.getLogger(__name__)

POLL_TIMEOUT_S = 120.0
_LONGEST_NAP_S = 5.0
_SHORTEST_NAP_S = 0.05
_MOST_WAITING = 64
_BATCHES_WAITING = 2
_YOUNG_S = 2.0
_HEALTH_STATE = "sources.health"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Poll:
    """A source that is being asked."""

    limit: int
    begun_s: float = field(default_factory=monotonic)


class Offering:
    """The stage that fills the store with offers.

    Parameters
    ----------
    store : Store
        Takes offers and cursors.
    sources : Mapping of str to LoadedSource
        Those that work, by name.
    rotation : Rotation
        Whose turn it is.
    fetchers : Mapping of str to Fetcher
        The way to a server for sources that declare hosts.
    announcer : Announcer
        Hears when a source's health changes.
    on_offered : Callable
        Wakes the stage behind.
    has_room : Callable
        Coroutine function: whether the stages behind may get more.
    is_online : Callable
        Whether this machine has a network; without one only sources that need none are asked.
    poll_timeout_s : float
        Time of one poll, in seconds.
    """

    def __init__(
        self,
        store: Store,
        sources: Mapping[str, LoadedSource],
        rotation: Rotation,
        fetchers: Mapping[str, Fetcher],
        announcer: Announcer,
        *,
        on_offered: Callable[[], None],
        has_room: Callable[[], Awaitable[bool]],
        is_online: Callable[[], bool] = lambda: True,
        poll_timeout_s: float = POLL_TIMEOUT_S,
    ) -> None:
        self.name = "offered"
        self.counts = StageCounts()
        self.errors: dict[str, int] = dict.fromkeys(sources, 0)
        self.exhausted: set[str] = set()
        self._asking: dict[str, _Poll] = {}
        self._apart = {name: Apart(f"source {name}") for name in sources}
        self._is_online = is_online
        self._poll_timeout_s = poll_timeout_s
        self._network_news: deque[bool] = deque()
        self._unanswered: set[str] = set()
        self._store = store
        self._sources = sources
        self._rotation = rotation
        self._fetchers = fetchers
        self._announcer = announcer
        self._on_offered = on_offered
        self._has_room = has_room
        self._wake = asyncio.Event()
        self._running = asyncio.Event()
        self._running.set()
        self._total: int | None = None
        self._per_source: dict[str, int] = {}
        self._polls = 0

    @property
    def asking(self) -> str | None:
        """Who is being asked.

        Returns
        -------
        str or None
            One of the sources that are being asked now.
        """
        return next(iter(self._asking), None)

    def network_turned(self, online: bool) -> None:
        """Note that the network went or came back; `run` tells it and catches up.

        Parameters
        ----------
        online : bool
            What it is now.
        """
        self._network_news.append(online)
        self._wake.set()

    def wake(self, source: str | None = None) -> None:
        """Look for something to do now.

        Parameters
        ----------
        source : str, optional
            A source that becomes due at once.
        """
        if source is not None:
            self._rotation.wake(source)
        self._wake.set()

    def pause(self) -> None:
        """Ask nobody."""
        self._running.clear()

    def resume(self) -> None:
        """Ask again."""
        self._running.set()
        self._wake.set()

    async def hold(self, source: str, *, held: bool) -> None:
        """Pause one source, or let it go on; kept over restarts.

        Parameters
        ----------
        source : str
            Which one.
        held : bool
            True: it is not asked until a person lets it go on.
        """
        self._rotation.hold(source, held=held)
        await self._save_health()
        word = "paused" if held else self._rotation.health()[source]["state"]
        await self._announcer.tell(
            EventKind.SOURCE_CHANGED, payload={"source": source, "state": word, "reason": ""}
        )
        self._wake.set()

    async def rest(self, source: str, error: PluginError) -> float:
        """Ask a source no more for a while, and tell of it: its plugin failed outside of a poll.

        Parameters
        ----------
        source : str
            Which one.
        error : PluginError
            What it did.

        Returns
        -------
        float
            Seconds that it rests.
        """
        rest_s = await self._rest(source, error, polled=False)
        self._wake.set()
        return rest_s

    def limit_to(self, total: int | None, per_source: Mapping[str, int] | None = None) -> None:
        """Take at most so many more offers, and look at every source afresh.

        Parameters
        ----------
        total : int or None
            From all sources together; None: no limit.
        per_source : Mapping of str to int, optional
            From one source; a source that is not named has no limit of its own.
        """
        self._total = total
        self._per_source = dict(per_source or {})
        self.exhausted.clear()
        for name in self._sources:
            self._rotation.wake(name)
        self._wake.set()

    def has_given_all(self) -> bool:
        """Whether every source has given what it has, or what may be taken.

        Returns
        -------
        bool
            True when nothing more will come before the next poll is due.
        """
        return self._total == 0 or self.exhausted >= set(self._sources)

    async def run(self) -> None:
        """Ask until cancelled; each source at its own pace, so that one that is slow holds up no other."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._tell_network()
                await self._running.wait()
                self._wake.clear()
                name = await patient(self._next, self.name, otherwise=None)
                if name is not None:
                    self._asking[name] = _Poll(limit=self._limit_of(name))
                    group.create_task(self._asked(name), name=f"ask {name}")
                    continue
                wait_s = self._rotation.wait_s(utc_now())
                nap_s = _LONGEST_NAP_S if wait_s is None else min(wait_s, _LONGEST_NAP_S)
                try:
                    async with asyncio.timeout(max(nap_s, _SHORTEST_NAP_S)):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def _next(self) -> str | None:
        if self._total == 0 or not await self._has_room():
            return None
        skip = {name for name in self._rotation.due(utc_now()) if not await self._may_be_asked(name)}
        return self._rotation.next_due(utc_now(), skip=skip)

    async def _may_be_asked(self, name: str) -> bool:
        loaded = self._sources[name]
        if loaded.hosts and not self._is_online():
            self.exhausted.add(name)
            return False
        if self._total is not None and self._asking:
            return False  # a common limit is shared out one after the other
        # Sources without a server share the processor by their weights; one that hangs is not waited for.
        young = {other for other, poll in self._asking.items() if monotonic() - poll.begun_s < _YOUNG_S}
        if not loaded.hosts and any(not self._sources[other].hosts for other in young):
            return False
        most = max(_MOST_WAITING, _BATCHES_WAITING * loaded.settings.batch)
        counts = await self._store.run(self._store.statistics.of_source, name)
        if counts.get(ImageState.OFFERED.value, 0) < most:
            return True
        if not await self._store.run(self._store.images.next_in, ImageState.OFFERED, 1, source=name):
            self.exhausted.add(name)  # its server keeps all of them waiting
        return False

    async def _asked(self, name: str) -> None:
        try:
            await patient(partial(self._ask, name), self.name, otherwise=None)
        finally:
            del self._asking[name]
            self._rotation.give_back(name)
            self._wake.set()

    async def _tell_network(self) -> None:
        while self._network_news:
            online = self._network_news.popleft()
            await self._announcer.tell(EventKind.NETWORK_CHANGED, payload={"online": online})
            if online:
                await patient(self._catch_up, self.name, otherwise=None)

    async def _catch_up(self) -> None:
        for name, loaded in self._sources.items():
            if loaded.hosts:
                await self._store.run(self._store.images.hasten, ImageState.OFFERED, name)
                self.exhausted.discard(name)
        for name in self._unanswered:
            self._rotation.wake(name)
        self._on_offered()

    async def _ask(self, name: str) -> None:
        loaded, limit = self._sources[name], self._asking[name].limit
        if limit == 0:
            self.exhausted.add(name)
            self._rotation.record_ok(name, utc_now())
            return
        cursor = dict(await self._store.run(self._store.state.get, _cursor_state(name), {}))
        context = make_context(
            loaded,
            cursor=cursor,
            is_known=partial(self._store.images.is_known, name),
            fetch=self._fetchers.get(name),
            limit=limit,
            seed=await self._seed(name),
        )
        try:
            offers = await poll(loaded, context, self._poll_timeout_s, self._apart[name])
        except (Unavailable, PluginError, ConfigError) as error:
            await self._failed(name, error)
            return
        new = await self._store.run(self._store.images.offer_many, offers, _cursor_state(name), cursor)
        if self._total is not None:
            self._total = max(0, self._total - len(new))
        if name in self._per_source:
            self._per_source[name] = max(0, self._per_source[name] - len(new))
        self.counts.finished(len(new))
        # A server is asked at its own interval, unless a person wants so many now.
        at_once = not loaded.hosts or self._total is not None or name in self._per_source
        more = bool(new) and len(offers) >= limit and at_once
        (self.exhausted.discard if more else self.exhausted.add)(name)
        await self._recovered(name, more=more)
        if new:
            self._on_offered()

    async def _seed(self, name: str) -> int:
        """Another one for each poll, also after a restart: a source that draws must not draw the same again."""
        self._polls += 1
        taken = await self._store.run(self._store.statistics.by_source)
        return 1_000_000 * taken.get(name, 0) + self._polls

    def _limit_of(self, name: str) -> int:
        limits = (self._sources[name].settings.batch, self._total, self._per_source.get(name))
        return min(limit for limit in limits if limit is not None)

    async def _failed(self, name: str, error: Exception) -> None:
        self.exhausted.add(name)
        self._unanswered.discard(name)
        if isinstance(error, Unavailable):
            self._unanswered.add(name)
            if self._sources[name].hosts and not self._is_online():
                log.info("source %s is asked again when the network is back", name)
                return
        await self._rest(name, error)

    async def _rest(self, name: str, error: Exception, *, polled: bool = True) -> float:
        self.errors[name] += 1
        was = self._rotation.health()[name]["state"]
        asked = error.retry_after_s if isinstance(error, Unavailable) else None
        rest_s = self._rotation.record_failure(
            name, utc_now(), str(error), retry_after_s=asked, polled=polled
        )
        log.warning("source %s rests %.0f s: %s", name, rest_s, error)
        await self._save_health()
        if was == "ok":
            payload = {
                "source": name,
                "state": "resting",
                "rest_s": round(rest_s),
                "reason": str(error)[:300],
            }
            await self._announcer.tell(EventKind.SOURCE_CHANGED, payload=payload)
        return rest_s

    async def _recovered(self, name: str, *, more: bool) -> None:
        self._unanswered.discard(name)
        was = self._rotation.health()[name]["state"]
        self._rotation.record_ok(name, utc_now(), more=more)
        if was != "ok":
            await self._save_health()
            await self._announcer.tell(
                EventKind.SOURCE_CHANGED, payload={"source": name, "state": "ok", "reason": ""}
            )

    async def _save_health(self) -> None:
        await self._store.run(self._store.state.put, _HEALTH_STATE, self._rotation.health())


def saved_health(store: Store) -> dict[str, dict[str, object]]:
    """Health of the sources as it was before the last stop.

    Parameters
    ----------
    store : Store
        Where it was kept.

    Returns
    -------
    dict of str to dict
        As `Rotation.health` gave it; empty at the first start.
    """
    return dict(store.state.get(_HEALTH_STATE, {}))


def _cursor_state(name: str) -> str:
    return f"sources.{name}.cursor"
