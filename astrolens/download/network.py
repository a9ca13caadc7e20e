"""Whether this machine is online: one signal instead of a thousand failures."""

import logging
from collections.abc import Callable

from astrolens.domain.errors import Unavailable
from astrolens.download.gate import Timing

log = logging.getLogger(__name__)

_FAILURES_TO_BE_OFFLINE = 3
_PROBE_INTERVAL_S = 30.0


class Network:
    """Watches for failures that are no host's fault: names that do not resolve, routes that are not there.

    Parameters
    ----------
    timing : Timing
        The clock.
    on_change : Callable, optional
        Called with True or False when the machine comes online or goes offline.
    """

    def __init__(self, timing: Timing, on_change: Callable[[bool], None] | None = None) -> None:
        self.online = True
        self._timing = timing
        self._on_change = on_change
        self._failures = 0
        self._next_probe_s = 0.0

    def check(self) -> None:
        """Let a request pass, or not.

        Raises
        ------
        Unavailable
            While offline, except for one request every 30 s that looks whether that is still so.
        """
        if self.online:
            return
        now_s = self._timing.now_s()
        if now_s < self._next_probe_s:
            raise Unavailable("this machine is offline", retry_after_s=self._next_probe_s - now_s)
        self._next_probe_s = now_s + _PROBE_INTERVAL_S

    def succeeded(self) -> None:
        """Note that some server answered, with whatever."""
        self._failures = 0
        self._turn(online=True)

    def failed(self) -> None:
        """Note that a name did not resolve or no route was found."""
        self._failures += 1
        if self.online and self._failures >= _FAILURES_TO_BE_OFFLINE:
            self._next_probe_s = self._timing.now_s() + _PROBE_INTERVAL_S
            self._turn(online=False)

    def _turn(self, *, online: bool) -> None:
        if self.online is online:
            return
        self.online = online
        log.warning("this machine is %s", "online again" if online else "offline")
        if self._on_change is not None:
            self._on_change(online)
