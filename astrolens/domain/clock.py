"""Times as they are stored and shown: aware UTC, ISO 8601 to the millisecond."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present.

    Returns
    -------
    datetime
        Aware, UTC.
    """
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Text of a moment, sortable as text.

    Parameters
    ----------
    moment : datetime
        Aware time in any zone.

    Returns
    -------
    str
        For example ``2026-11-21T03:08:08.123Z``.

    Raises
    ------
    ValueError
        If the time has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; make it aware, for example with tzinfo=UTC")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
