"""Serve the terminal to a browser of this machine until it is stopped."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.web.gate import checked_host

if TYPE_CHECKING:
    from astrolens.web.site import Site

_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(command: Sequence[str], *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Parameters
    ----------
    command : sequence of str
        What runs one terminal; started once for each tab of the browser.
    host : str
        An address of this machine alone.
    port : int
        0 takes a free one.
    announce : Callable
        Gets the address with its token when it is open.

    Raises
    ------
    ConfigError
        When the address can be reached from elsewhere, or textual-serve is not installed.
    Unavailable
        When the port is taken.
    """
    address = checked_host(host)
    if find_spec("textual_serve") is None:
        raise ConfigError(
            f"the terminal in a browser needs textual-serve; run '{sys.executable} -m pip install textual-serve'"
        )
    from astrolens.web.site import Site

    try:
        site = Site(command, host=address, port=port)
    except OSError as error:
        raise Unavailable(f"{address}:{port}: {error.strerror}; name another --port") from error
    asyncio.run(_serve_until_stopped(site, announce))


async def _serve_until_stopped(site: "Site", announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _ENDS:
        loop.add_signal_handler(number, stopped.set)
    try:
        async with site:
            announce(site.first_address())
            await stopped.wait()
    finally:
        for number in _ENDS:
            loop.remove_signal_handler(number)
