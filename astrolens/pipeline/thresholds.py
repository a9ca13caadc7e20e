"""Thresholds of the sources: the budget, moved by labels where they show that it is not kept."""

import logging
from dataclasses import asdict
from typing import Any

from astrolens.config.settings import DetectSettings
from astrolens.detect.threshold import Said, propose
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.store.store import Store

log = logging.getLogger(__name__)


class Thresholds:
    """Keeps one factor a source; it survives a restart, and begins anew with another budget.

    Parameters
    ----------
    store : Store
        Keeps factors and labels.
    announcer : Announcer
        Hears of each move.
    """

    def __init__(self, store: Store, announcer: Announcer) -> None:
        self._store = store
        self._announcer = announcer
        self._labels = -1

    async def settings_of(self, source: str, settings: DetectSettings) -> DetectSettings:
        """Settings with the threshold of a source in place of the budget.

        Parameters
        ----------
        source : str
            Which one.
        settings : DetectSettings
            As configured.

        Returns
        -------
        DetectSettings
            The same while nothing moved.
        """
        if not settings.adaptive_threshold:
            return settings
        factor = (await self._kept(source, settings))["factor"]
        budget = min(settings.budget_per_1000 * factor, 200.0)
        return settings.model_copy(update={"budget_per_1000": budget})

    async def labels_changed(self) -> bool:
        """Whether people said something since this was asked last.

        Returns
        -------
        bool
            True the first time.
        """
        count = await self._store.run(self._store.labels.count)
        changed, self._labels = count != self._labels, count
        return changed

    async def follow(self, source: str, settings: DetectSettings) -> bool:
        """Move the threshold of a source if labels ask for it.

        Parameters
        ----------
        source : str
            Which one.
        settings : DetectSettings
            As configured.

        Returns
        -------
        bool
            Whether it moved; that was told.
        """
        if not settings.adaptive_threshold:
            return False
        kept = await self._kept(source, settings)
        said = await self._store.run(self._store.nights.said, source)
        now = Said(**said)
        move = propose(
            now.since(Said(**kept["said"])), factor=kept["factor"], budget_per_1000=settings.budget_per_1000
        )
        if move is None:
            return False
        new = {"factor": move.factor, "budget_per_1000": settings.budget_per_1000, "said": asdict(now)}
        await self._store.run(self._store.state.put, f"threshold/{source}", new)
        log.info("source %s: threshold %.2f of the budget: %s", source, move.factor, move.reason)
        await self._announcer.tell(
            EventKind.THRESHOLD_MOVED,
            payload={
                "source": source,
                "reason": move.reason,
                "from_per_1000": kept["factor"] * settings.budget_per_1000,
                "to_per_1000": move.factor * settings.budget_per_1000,
                "budget_per_1000": settings.budget_per_1000,
            },
        )
        return True

    async def _kept(self, source: str, settings: DetectSettings) -> dict[str, Any]:
        kept = await self._store.run(self._store.state.get, f"threshold/{source}", {})
        if kept.get("budget_per_1000") != settings.budget_per_1000:
            return {"factor": 1.0, "said": {}}
        return dict(kept)
