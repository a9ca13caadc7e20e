"""Which desktop there is to speak to."""

import sys
from typing import Protocol

from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean

_APP = "AstroLens"
_SHOWN_S = 10


class Desktop(Protocol):
    """Anything with plyer's way of showing a notification."""

    def notify(self, title: str, message: str, app_name: str, *, timeout: int) -> None:
        """Show it.

        Parameters
        ----------
        title, message : str
            Plain words.
        app_name : str
            Who speaks.
        timeout : int
            Seconds for which it should be seen.
        """
        ...


def desktop_of(timeout_s: float, platform: str = sys.platform) -> Desktop:
    """The desktop of this machine; heavy parts are imported here.

    Parameters
    ----------
    timeout_s : float
        Time that one message may take.
    platform : str
        As ``sys.platform``.

    Returns
    -------
    Desktop
        Our own back-end on Linux, plyer's elsewhere.
    """
    if platform.startswith("linux"):
        from astrolens.notify.linux import LinuxNotification

        return LinuxNotification(timeout_s)  # type: ignore[no-any-return, unused-ignore]
    import plyer

    return plyer.notification  # type: ignore[no-any-return]


def show(desktop: Desktop, title: str, body: str) -> None:
    """Show words on a desktop; blocks, for a thread.

    Parameters
    ----------
    desktop : Desktop
        Where.
    title, body : str
        Plain words.

    Raises
    ------
    Unavailable
        When no desktop took them.
    """
    try:
        desktop.notify(title, body, _APP, timeout=_SHOWN_S)
    except (NotImplementedError, OSError, ImportError, RuntimeError, ValueError, AttributeError) as error:
        raise Unavailable(f"the desktop takes no messages: {clean(error, 150)}") from error
