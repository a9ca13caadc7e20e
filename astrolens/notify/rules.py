"""When a person may be disturbed."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from astrolens.config.settings import NotifySettings
from astrolens.domain.finding import CatalogState, Finding

_REMEMBERED = 10_000
_MOST_HELD = 1_000


class Told(StrEnum):
    """What became of a finding."""

    SHOWN = "shown"
    HELD = "held"  # will be in the next digest
    WEAK = "weak"  # below the least sigma, or no sigma yet
    KNOWN = "known"  # only unknown objects are wanted
    REPEATED = "repeated"  # this picture was told about before
    OFF = "off"  # desktop notifications are switched off
    FAILED = "failed"  # the desktop did not take it; held for a digest


class Rules:
    """Burst, interval, quiet hours, digest.

    Parameters
    ----------
    settings : NotifySettings
        The limits.
    clock : Callable
        Seconds that only grow.
    local_now : Callable
        Local time of the day, aware.
    """

    def __init__(
        self,
        settings: NotifySettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        local_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._local_now = local_now or _local_now
        self._tokens = float(settings.burst)
        self._counted_at = clock()
        self._told: OrderedDict[int, None] = OrderedDict()
        self._held: deque[Finding] = deque(maxlen=_MOST_HELD)

    @property
    def held(self) -> int:
        """How many findings wait for a digest.

        Returns
        -------
        int
            At most 1,000; the oldest are let go beyond that.
        """
        return len(self._held)

    def consider(self, finding: Finding) -> Told:
        """Decide about a finding; a turn is used up when the answer is shown.

        Parameters
        ----------
        finding : Finding
            What was found.

        Returns
        -------
        Told
            Shown means: `due` gives what to show now, this finding among it.
        """
        settings = self._settings
        if not settings.desktop:
            return Told.OFF
        if not finding.verdict.sigma >= settings.minimum_sigma:
            return Told.WEAK
        if settings.unknown_only and finding.catalogue is not CatalogState.UNKNOWN:
            return Told.KNOWN
        if finding.image_id in self._told:
            return Told.REPEATED
        self._told[finding.image_id] = None
        if len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)
        self._held.append(finding)
        return Told.SHOWN if self._may_speak() else Told.HELD

    def due(self) -> tuple[Finding, ...]:
        """Take everything that was held, if it may be said now; it is then one message.

        Returns
        -------
        tuple of Finding
            Empty when nothing is held, or when it has to wait.
        """
        if not self._held or not self._may_speak():
            return ()
        self._tokens -= 1.0
        taken = tuple(self._held)
        self._held.clear()
        return taken

    def take_back(self, findings: tuple[Finding, ...]) -> None:
        """Hold findings again that could not be shown.

        Parameters
        ----------
        findings : tuple of Finding
            What `due` gave.
        """
        self._held.extendleft(reversed(findings[-(_MOST_HELD - len(self._held)) :]))

    def is_quiet(self) -> bool:
        """Whether these are quiet hours; they may reach over midnight.

        Returns
        -------
        bool
            False when the hours are not set, or start when they end.
        """
        start, end = self._settings.quiet_from, self._settings.quiet_until
        if start is None or end is None or start == end:
            return False
        now = self._local_now().time()
        return start <= now < end if start < end else now >= start or now < end

    def _may_speak(self) -> bool:
        now = self._clock()
        earned = max(0.0, now - self._counted_at) / self._settings.interval_s
        self._tokens = min(float(self._settings.burst), self._tokens + earned)
        self._counted_at = now
        return self._tokens >= 1.0 and not self.is_quiet()


def _local_now() -> datetime:
    return datetime.now().astimezone()
