"""Where to look next: the door of this room."""

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError
from astrolens.sampling.coverage import Coverage
from astrolens.sampling.footprint import Footprint
from astrolens.sampling.options import SamplingOptions
from astrolens.sampling.plan import Plan, area_of, make_plan
from astrolens.sampling.progress import Progress
from astrolens.sampling.visit import Visit

_FIRST_STEP = 64
_LONGEST_STEP = 8_192
_MOST_PER_POLL = 262_144
_SLOT = "sampling"

Skip = Callable[[Visit], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a plan was made from; the stamps tell when a file has changed."""

    options: SamplingOptions
    footprint: Footprint
    side_arcsec: float
    stamps: tuple[tuple[int, int], ...]


class Sampler:
    """Positions for one source, in an order that its options decide and its cursor remembers.

    Without ``targets`` they are the centres of equal-area cells of the footprint, in pseudo-random order, each
    once: no two pictures overlap and no place comes again. With ``targets`` they are those of the list. With
    ``revisit_days`` the same positions come again, in rounds; with ``repeat`` all of them, in another order.

    Parameters
    ----------
    source : str
        Name of the source, for messages.
    """

    def __init__(self, source: str) -> None:
        self._key = f"sources.{source}.sampling"
        self._plans: dict[_Wanted, Plan] = {}
        self._areas: dict[_Wanted, Coverage] = {}

    async def take(
        self,
        options: SamplingOptions,
        footprint: Footprint,
        *,
        side_arcsec: float,
        cursor: MutableMapping[str, Any],
        now: Callable[[], datetime],
        most: int,
        skip: Skip | None = None,
    ) -> list[Visit]:
        """Places to look at next; they count as visited.

        Parameters
        ----------
        options : SamplingOptions
            The person's.
        footprint : Footprint
            The survey's.
        side_arcsec : float
            Side of a picture, in arcsec.
        cursor : MutableMapping of str to object
            The source's; its key ``sampling`` is set.
        now : Callable
            The clock: aware UTC.
        most : int
            How many places at most.
        skip : Callable, optional
            Called in a thread: whether a visit was made already. Such a visit is passed over and counts as made.

        Returns
        -------
        list of Visit
            Fewer than ``most`` when everything was visited, when the next round is not due, or when 262,144
            places in a row were outside or known; the next call goes on from there.

        Raises
        ------
        ConfigError
            If a file cannot be used, or no place is left.
        """
        plan = await self._plan(options, footprint, side_arcsec)
        progress = Progress.of(cursor.get(_SLOT), plan.digest)
        if progress.began_at is None:
            progress = replace(progress, began_at=now())
        taken: list[Visit] = []
        looked, length, turned = 0, min(most, _FIRST_STEP), False
        while len(taken) < most and looked < _MOST_PER_POLL:
            if _is_over(plan, progress):
                if progress.done == 0:
                    raise ConfigError(
                        f"{self._key}: the area is too small for one field of {side_arcsec:g} arcsec; "
                        "choose a wider area, or name targets"
                    )
                if turned or not _next_is_due(options, progress, now()):
                    break
                progress, turned = progress.next_round(now()), True
            step = _Step(plan=plan, length=length, most=most - len(taken), skip=skip)
            found, progress = await asyncio.to_thread(step.take, progress)
            taken += found
            looked += length
            length = length if found else min(2 * length, _LONGEST_STEP)
        cursor[_SLOT] = progress.as_json()
        return taken

    async def area(self, options: SamplingOptions, footprint: Footprint) -> Coverage:
        """Part of the sky that a person and a survey share, for sources that get their positions elsewhere.

        Parameters
        ----------
        options : SamplingOptions
            The person's; only ``moc`` and ``galactic_latitude_deg`` count.
        footprint : Footprint
            The survey's.

        Returns
        -------
        Coverage
            Not empty; made once.

        Raises
        ------
        ConfigError
            If the coverage map cannot be used, or nothing is left.
        """
        wanted = await asyncio.to_thread(_wanted, options, footprint, 0.0)
        if wanted not in self._areas:
            self._areas = {wanted: await asyncio.to_thread(area_of, options, footprint, self._key)}
        return self._areas[wanted]

    async def _plan(self, options: SamplingOptions, footprint: Footprint, side_arcsec: float) -> Plan:
        wanted = await asyncio.to_thread(_wanted, options, footprint, side_arcsec)
        if wanted not in self._plans:
            plan = await asyncio.to_thread(make_plan, options, footprint, side_arcsec, self._key)
            self._plans = {wanted: plan}
        return self._plans[wanted]


def _wanted(options: SamplingOptions, footprint: Footprint, side_arcsec: float) -> _Wanted:
    stamps = tuple(_stamp(path) for path in (options.targets, options.moc) if path is not None)
    return _Wanted(options=options, footprint=footprint, side_arcsec=side_arcsec, stamps=stamps)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.expanduser().stat()
    except OSError:
        return (-1, -1)
    return (state.st_mtime_ns, state.st_size)


def _is_over(plan: Plan, progress: Progress) -> bool:
    full = plan.per_round is not None and progress.done >= plan.per_round
    return full or progress.next >= plan.places.count


def _next_is_due(options: SamplingOptions, progress: Progress, now: datetime) -> bool:
    if options.revisit_days is None:
        return options.repeat
    return progress.began_at is None or now >= progress.began_at + timedelta(days=options.revisit_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A look at the next numbers of a plan."""

    plan: Plan
    length: int
    most: int
    skip: Skip | None

    def take(self, progress: Progress) -> tuple[list[Visit], Progress]:
        """Visits of the next numbers, and the progress behind them; for a thread."""
        found: list[Visit] = []
        stop = min(progress.next + self.length, self.plan.places.count)
        for number, visit in self.plan.places.visits(progress.next, stop, progress.round):
            if len(found) >= self.most or self._is_full(progress):
                return found, progress
            progress = replace(progress, next=number + 1, done=progress.done + 1)
            if self.skip is None or not self.skip(visit):
                found.append(visit)
        return found, progress if self._is_full(progress) else replace(progress, next=stop)

    def _is_full(self, progress: Progress) -> bool:
        return self.plan.per_round is not None and progress.done >= self.plan.per_round
