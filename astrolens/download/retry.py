"""When to try again, and how long to wait before it."""

import email.utils
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

_LONGEST_ASKED_S = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Exponential waits with full jitter.

    Attributes
    ----------
    first_s : float
        Bound of the first wait.
    longest_s : float
        Bound of every wait.
    uniform : Callable
        Draws between two bounds; tests give their own.
    """

    first_s: float = 1.0
    longest_s: float = 60.0
    uniform: Callable[[float, float], float] = field(default=random.SystemRandom().uniform)

    def wait_s(self, failures: int, retry_after_s: float | None = None) -> float:
        """How long to wait.

        Parameters
        ----------
        failures : int
            Failed tries so far, at least 1.
        retry_after_s : float or None
            What the server asked for; never undercut, and spread by up to a tenth.

        Returns
        -------
        float
            Seconds.
        """
        if retry_after_s is not None:
            return retry_after_s + self.uniform(0.0, 0.1 * retry_after_s)
        return self.uniform(0.0, min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 30)))


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a ``Retry-After`` header.

    Parameters
    ----------
    value : str or None
        Seconds, or a date as HTTP writes it.
    now : datetime
        Aware.

    Returns
    -------
    float or None
        Seconds from now, in [0, 86400]; None when there is none or it makes no sense.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), _LONGEST_ASKED_S)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST_ASKED_S)


def is_worth_retrying(status: int) -> bool:
    """Whether the same request may succeed later.

    Parameters
    ----------
    status : int
        HTTP status.

    Returns
    -------
    bool
        True for 408, 425, 429 and everything from 500.
    """
    return status in (408, 425, 429) or status >= 500
