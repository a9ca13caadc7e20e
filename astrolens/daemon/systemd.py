"""READY, STATUS, RELOADING, WATCHDOG and STOPPING to the supervisor; silent without one."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass

from astrolens.config.paths import STOP_WITH

_LOG = logging.getLogger(__name__)

_LONGEST_STATUS = 200
_LONGEST_CHANGE_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """The service manager, as ``sd_notify(3)`` describes it.

    Attributes
    ----------
    address : str
        Datagram socket of the manager; "" when there is none.
    watchdog_s : float or None
        It kills a process that is silent for longer; None when it does not watch.
    lives_with : int or None
        Process whose end ends the daemon too (the demo's); None when it lives by itself.
    """

    address: str = ""
    watchdog_s: float | None = None
    lives_with: int | None = None

    @classmethod
    def take_from(cls, environment: MutableMapping[str, str]) -> "Supervisor":
        """Read the variables of ``sd_notify`` and of the demo and remove them, so that no child speaks for us.

        Parameters
        ----------
        environment : MutableMapping of str to str
            ``os.environ``.

        Returns
        -------
        Supervisor
            A silent one when no manager is named.
        """
        address = environment.pop("NOTIFY_SOCKET", "")
        limit = environment.pop("WATCHDOG_USEC", "")
        meant_for = environment.pop("WATCHDOG_PID", "")
        master = environment.pop(STOP_WITH, "")
        ours = meant_for in ("", str(os.getpid()))
        watched = limit.isdigit() and int(limit) > 0 and ours
        return cls(
            address=address if address[:1] in ("/", "@") else "",
            watchdog_s=int(limit) / 1e6 if watched else None,
            lives_with=int(master) if master.isdigit() else None,
        )

    def ready(self, status: str) -> None:
        """Say that the start, or a reload, is over.

        Parameters
        ----------
        status : str
            One line for ``systemctl status``.
        """
        self._send("READY=1", f"STATUS={_line(status)}")

    def status(self, status: str) -> None:
        """Say what is going on.

        Parameters
        ----------
        status : str
            One line for ``systemctl status``.
        """
        self._send(f"STATUS={_line(status)}")

    def reloading(self) -> None:
        """Say that a reload begins; `ready` ends it."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def alive(self) -> None:
        """Feed the watchdog."""
        self._send("WATCHDOG=1")

    @contextmanager
    def feeding(self) -> Iterator[None]:
        """Feed the watchdog by a timer of the loop while nobody else does; ten minutes at most.

        Yields
        ------
        None
            Until the block ends.
        """
        if self.watchdog_s is None:
            yield
            return
        loop, every_s = asyncio.get_running_loop(), self.watchdog_s / 3
        ends_at = loop.time() + _LONGEST_CHANGE_S
        handle: asyncio.TimerHandle | None = None

        def _feed() -> None:
            nonlocal handle
            self.alive()
            handle = loop.call_later(every_s, _feed) if loop.time() < ends_at else None

        _feed()
        try:
            yield
        finally:
            if handle is not None:
                handle.cancel()

    def stopping(self, status: str) -> None:
        """Say that the stop has begun.

        Parameters
        ----------
        status : str
            One line for ``systemctl status``.
        """
        self._send("STOPPING=1", f"STATUS={_line(status)}")

    def extend(self, seconds: float) -> None:
        """Ask for more time to start or stop.

        Parameters
        ----------
        seconds : float
            From now on.
        """
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * 1e6)}")

    def _send(self, *lines: str) -> None:
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
                channel.setblocking(False)
                channel.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            _LOG.warning("the service manager at %s did not take %s: %s", self.address, lines[0], error)


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_STATUS]
