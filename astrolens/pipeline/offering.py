"""Ask the sources in turn, as long as there is room behind, and store what they offer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from astrolens.domain.clock import utc_now
from astrolens.domain.errors import ConfigError, PluginError, Unavailable
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.flow import StageCounts
from astrolens.pipeline.patience import patient
from astrolens.plugin import Fetcher
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource
from astrolens.sources.poll import poll
from astrolens.sources.rotation import Rotation
from astrolens.store.store import Store

log = logging.getLogger(__name__)

POLL_TIMEOUT_S = 120.0
_LONGEST_NAP_S = 5.0
_HEALTH_STATE = "sources.health"


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
    ) -> None:
        self.name = "offered"
        self.counts = StageCounts()
        self.errors: dict[str, int] = dict.fromkeys(sources, 0)
        self.exhausted: set[str] = set()
        self.asking: str | None = None
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
        """Ask until cancelled."""
        while True:
            await self._running.wait()
            self._wake.clear()
            open_ = self._total != 0 and await patient(self._has_room, self.name, otherwise=False)
            name = self._rotation.next_due(utc_now()) if open_ else None
            if name is not None:
                await patient(partial(self._ask, name), self.name, otherwise=None)
                continue
            wait_s = self._rotation.wait_s(utc_now())
            nap_s = _LONGEST_NAP_S if wait_s is None else min(max(wait_s, 0.05), _LONGEST_NAP_S)
            try:
                async with asyncio.timeout(nap_s):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _ask(self, name: str) -> None:
        loaded = self._sources[name]
        limit = min(loaded.settings.batch, *self._left_of(name))
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
        self.asking = name
        try:
            offers = await poll(loaded, context, POLL_TIMEOUT_S)
        except (Unavailable, PluginError, ConfigError) as error:
            await self._failed(name, error)
            return
        finally:
            self.asking = None
            self._rotation.give_back(name)
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

    def _left_of(self, name: str) -> list[int]:
        limits = [self._total, self._per_source.get(name)]
        return [limit for limit in limits if limit is not None] or [self._sources[name].settings.batch]

    async def _failed(self, name: str, error: Exception) -> None:
        self.errors[name] += 1
        self.exhausted.add(name)
        was = self._rotation.health()[name]["state"]
        asked = error.retry_after_s if isinstance(error, Unavailable) else None
        rest_s = self._rotation.record_failure(name, utc_now(), str(error), retry_after_s=asked)
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

    async def _recovered(self, name: str, *, more: bool) -> None:
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
