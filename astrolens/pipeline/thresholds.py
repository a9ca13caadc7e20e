"""Thresholds of the sources: the budget, moved by labels where they show that it is not kept."""

import logging
from typing import Any

import numpy as np

from astrolens.config.settings import DetectSettings
from astrolens.detect.sigma import sigma_of_log_p
from astrolens.detect.threshold import Said, propose
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_SLACK_SIGMA = 1e-6  # rounding; the p-value itself decides


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
            Whether its verdicts have to be held against the threshold: it moved, which was told, or it had moved
            and a kill came before `followed`.
        """
        if not settings.adaptive_threshold:
            return False
        kept = await self._kept(source, settings)
        if kept.get("open"):
            return True
        allowed = (await self.settings_of(source, settings)).budget_per_1000 / 1000.0
        said = Said(**await self._said(source, allowed))
        budget = settings.budget_per_1000
        move = propose(
            said, factor=kept["factor"], budget_per_1000=budget, labelled_before=kept.get("labelled", 0)
        )
        if move is None:
            return False
        log.info("source %s: threshold %.2f of the budget: %s", source, move.factor, move.reason)
        payload = {
            "source": source,
            "reason": move.reason,
            "from_per_1000": kept["factor"] * budget,
            "to_per_1000": move.factor * budget,
            "budget_per_1000": budget,
        }
        new = {"factor": move.factor, "budget_per_1000": budget, "open": True}
        told = Event(kind=EventKind.THRESHOLD_MOVED, at=iso(utc_now()), payload=payload)
        self._announcer.publish(
            await self._store.run(self._store.events.add_many, [told], f"threshold/{source}", new)
        )
        return True

    async def followed(self, source: str, settings: DetectSettings) -> None:
        """Say that the verdicts of a source were held against its threshold; labels from now on are new.

        Parameters
        ----------
        source : str
            Which one.
        settings : DetectSettings
            As configured.
        """
        allowed = (await self.settings_of(source, settings)).budget_per_1000 / 1000.0
        said = await self._said(source, allowed)
        kept = await self._kept(source, settings)
        new = {
            "factor": kept["factor"],
            "budget_per_1000": settings.budget_per_1000,
            "labelled": said["labelled"],
        }
        await self._store.run(self._store.state.put, f"threshold/{source}", new)

    async def _said(self, source: str, allowed: float) -> dict[str, int]:
        """What people said about what lies inside; of the rest, which is many times as much, nothing is read."""
        least = float(sigma_of_log_p(np.log([allowed]))[0]) - _SLACK_SIGMA
        return await self._store.run(self._store.nights.said_inside, source, allowed, least)

    async def _kept(self, source: str, settings: DetectSettings) -> dict[str, Any]:
        kept = await self._store.run(self._store.state.get, f"threshold/{source}", {})
        if kept.get("budget_per_1000") != settings.budget_per_1000:
            return {"factor": 1.0}
        return dict(kept)
