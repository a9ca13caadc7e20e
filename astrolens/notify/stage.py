"""The door of the room: tell a person about a finding, or say why not."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from astrolens.config.settings import NotifySettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import Finding
from astrolens.notify.desktop import Desktop, desktop_of, show
from astrolens.notify.message import digest_of
from astrolens.notify.rules import Rules, Told

log = logging.getLogger(__name__)

_REST_S = 60.0


class Notifier:
    """Tells about findings within the limits of `Rules`.

    Parameters
    ----------
    settings : NotifySettings
        The limits.
    desktop : Desktop, optional
        Where to speak; this machine's own, found at the first message, when not given.
    clock : Callable
        Seconds that only grow.
    local_now : Callable, optional
        Local time, for quiet hours.
    """

    def __init__(
        self,
        settings: NotifySettings,
        *,
        desktop: Desktop | None = None,
        clock: Callable[[], float] = time.monotonic,
        local_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._timeout_s = settings.timeout_s
        self._rules = Rules(settings, clock=clock, local_now=local_now)
        self._desktop = desktop
        self._clock = clock
        self._rests_until = clock()

    async def tell(self, finding: Finding) -> Told:
        """Tell about one finding; never raises because of a desktop, never waits beyond its time limit.

        Parameters
        ----------
        finding : Finding
            What was found.

        Returns
        -------
        Told
            What became of it.
        """
        return (await self.tell_together([finding]))[0]

    async def tell_together(self, findings: Sequence[Finding]) -> list[Told]:
        """Tell about several findings in one message, however many they are.

        Parameters
        ----------
        findings : sequence of Finding
            What was found.

        Returns
        -------
        list of Told
            What became of each.
        """
        told = [self._rules.consider(finding) for finding in findings]
        if Told.SHOWN not in told:
            return told
        spoken = await self._speak() or Told.HELD
        return [spoken if one in (Told.SHOWN, Told.HELD) else one for one in told]

    async def tell_held(self) -> Told | None:
        """Say what was held back, as one digest, if that is allowed by now; for a regular job.

        Returns
        -------
        Told or None
            Shown or failed; None when there is nothing to say yet.
        """
        return await self._speak() if self._rules.held and self._clock() >= self._rests_until else None

    async def _speak(self) -> Told | None:
        if self._clock() < self._rests_until:
            return Told.FAILED
        findings = self._rules.due()
        if not findings:
            return None
        message = digest_of(findings)
        try:
            async with asyncio.timeout(self._timeout_s):
                await asyncio.to_thread(self._show, message.title, message.body)
        except (Unavailable, TimeoutError) as error:
            self._rules.take_back(findings)
            self._rests_until = self._clock() + _REST_S
            log.warning("no desktop notification: %s; trying again in %.0f s", error, _REST_S)
            return Told.FAILED
        return Told.SHOWN

    def _show(self, title: str, body: str) -> None:
        if self._desktop is None:
            self._desktop = desktop_of(0.8 * self._timeout_s)
        show(self._desktop, title, body)
