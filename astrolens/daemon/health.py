"""Feeds the watchdog only while the loop turns and the flow moves, or rests for a stated reason."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_LOG = logging.getLogger(__name__)

LAG_LIMIT_S = 2.0
STALL_LIMIT_S = 300.0
_LONGEST_BEAT_S = 10.0
_LAG_SAMPLE_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the flow says about itself.

    Attributes
    ----------
    finished : int
        Steps done since the process started; grows with every stage of every picture.
    waiting : int
        Pictures that could be worked on now.
    resting : str
        Why nothing needs to move (paused, calibrating on nothing, disk full, offline); "" when it should.
    """

    finished: int
    waiting: int
    resting: str = ""


class Alive(Protocol):
    """Who is told that we live."""

    def alive(self) -> None:
        """Feed the watchdog."""
        ...


@dataclass(kw_only=True)
class Health:
    """Judges whether the process still does its work.

    Attributes
    ----------
    progress : Callable
        Asks the flow.
    lag_limit_s : float
        A loop that turns later than this is not healthy.
    stall_limit_s : float
        Work that waits this long without a step done is stuck.
    clock : Callable
        Monotonic seconds.
    """

    progress: Callable[[], Progress]
    lag_limit_s: float = LAG_LIMIT_S
    stall_limit_s: float = STALL_LIMIT_S
    clock: Callable[[], float] = time.monotonic
    _finished: int = -1
    _moved_at: float | None = None
    _lag_s: float = 0.0

    def saw_lag(self, lag_s: float) -> None:
        """Note how late the loop was.

        Parameters
        ----------
        lag_s : float
            Seconds beyond the time that was asked for.
        """
        self._lag_s = lag_s

    def complaint(self) -> str:
        """What is wrong now.

        Returns
        -------
        str
            "" when all is well.
        """
        if self._lag_s > self.lag_limit_s:
            return f"the event loop turned {self._lag_s:.1f} s late"
        now = self.clock()
        seen = self.progress()
        if self._moved_at is None or seen.finished != self._finished or seen.resting or seen.waiting == 0:
            self._finished = seen.finished
            self._moved_at = now
        still_s = now - self._moved_at
        if still_s > self.stall_limit_s:
            return f"{seen.waiting} pictures wait and none moved for {still_s:.0f} s"
        return ""


async def watch(
    health: Health,
    supervisor: Alive,
    *,
    watchdog_s: float | None,
    observe_lag: Callable[[float], None] | None = None,
) -> None:
    """Measure the loop and feed the watchdog, until cancelled.

    Parameters
    ----------
    health : Health
        Who judges.
    supervisor : Alive
        Who is fed.
    watchdog_s : float or None
        Its limit; it is fed three times as often. None when it does not watch: then only the loop is
        measured.
    observe_lag : Callable, optional
        Gets every measured lag, in seconds.
    """
    beat_s = _LONGEST_BEAT_S if watchdog_s is None else min(watchdog_s / 3, _LONGEST_BEAT_S)
    sample_s = min(_LAG_SAMPLE_S, beat_s)
    worst_s, next_beat, said = 0.0, 0.0, ""
    while True:
        asked_at = health.clock()
        await asyncio.sleep(sample_s)
        now = health.clock()
        lag_s = max(0.0, now - asked_at - sample_s)
        worst_s = max(worst_s, lag_s)
        if observe_lag is not None:
            observe_lag(lag_s)
        if now < next_beat:
            continue
        health.saw_lag(worst_s)
        complaint = health.complaint()
        if not complaint:
            supervisor.alive()
        elif complaint != said:
            _LOG.error("the watchdog is not fed: %s", complaint)
        worst_s, next_beat, said = 0.0, now + beat_s, complaint
