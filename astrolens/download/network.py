"""Whether this machine is online: one signal instead of a thousand failures."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from astrolens.domain.errors import Unavailable
from astrolens.download.gate import Timing

log = logging.getLogger(__name__)

PROBE_S = 30.0
_FAILURES_TO_BE_OFFLINE = 3
_SPEAKS_FOR_S = 300.0
_PROBED_AT_ONCE = 3


class Network:
    """Watches for failures to reach anybody at all.

    A host that refuses, or a name that is gone, is that host's trouble as long as others answer. The machine
    counts as offline when three attempts in a row reached nobody, every host that was asked in the last five
    minutes is among them, and either names or routes were missing or more than one host was tried.

    Parameters
    ----------
    timing : Timing
        The clock.
    on_change : Callable, optional
        Called with True or False when the machine comes online or goes offline.
    probe_s : float
        Seconds between two looks whether the network is back.
    """

    def __init__(
        self, timing: Timing, on_change: Callable[[bool], None] | None = None, *, probe_s: float = PROBE_S
    ) -> None:
        self.online = True
        self._timing = timing
        self._on_change = on_change
        self._probe_s = probe_s
        self._failures = 0
        self._local = False
        self._unreached: dict[str, None] = {}
        self._answered_at_s: dict[str, float] = {}
        self._went = asyncio.Event()

    def check(self) -> None:
        """Let a request pass, or not.

        Raises
        ------
        Unavailable
            While offline.
        """
        if not self.online:
            raise Unavailable("this machine is offline", retry_after_s=self._probe_s)

    def succeeded(self, origin: str) -> None:
        """Note that a server answered, with whatever.

        Parameters
        ----------
        origin : str
            Its address without a path.
        """
        self._failures, self._local = 0, False
        self._unreached.clear()
        self._answered_at_s[origin] = self._timing.now_s()
        self._turn(online=True)

    def failed(self, origin: str, *, local: bool) -> None:
        """Note that a server could not be reached.

        Parameters
        ----------
        origin : str
            Its address without a path.
        local : bool
            Whether its name did not resolve or no route led to it.
        """
        self._failures += 1
        self._local |= local
        self._unreached.pop(origin, None)
        self._unreached[origin] = None
        self._answered_at_s.pop(origin, None)
        since_s = self._timing.now_s() - _SPEAKS_FOR_S
        somebody_answers = any(answered_s >= since_s for answered_s in self._answered_at_s.values())
        nobody = self._failures >= _FAILURES_TO_BE_OFFLINE and not somebody_answers
        if nobody and (self._local or len(self._unreached) > 1):
            self._turn(online=False)

    async def watch(self, probe: Callable[[str], Awaitable[bool]]) -> None:
        """While offline, look now and then whether somebody can be reached; until cancelled.

        Parameters
        ----------
        probe : Callable
            Coroutine function: whether the server at an address answers.
        """
        while True:
            await self._went.wait()
            while not self.online:
                await asyncio.sleep(self._probe_s)
                for origin in list(self._unreached)[-_PROBED_AT_ONCE:]:
                    if self.online or await probe(origin):
                        self.succeeded(origin)
                        break
                    # The next look begins with others.
                    self._unreached = {origin: None, **self._unreached}

    def _turn(self, *, online: bool) -> None:
        if self.online is online:
            return
        self.online = online
        (self._went.clear if online else self._went.set)()
        log.warning("this machine is %s", "online again" if online else "offline: nobody can be reached")
        if self._on_change is not None:
            self._on_change(online)
