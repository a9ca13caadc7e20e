"""Numbers, times and places in the words of the terminal: never more digits than are known."""

from datetime import UTC, datetime

from astrolens.domain.clock import utc_now

UNKNOWN = "-"

_MINUTE_S = 60
_HOUR_S = 3600
_DAY_S = 86400


def number(value: float | None) -> str:
    """Whole number with thousands separators."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def counted(value: float, one: str, many: str = "") -> str:
    """A number with its noun: ``1 picture``, ``2,310 near misses``."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def short_number(value: float | None) -> str:
    """At most five characters: ``940``, ``12.4k``, ``1.20M``."""
    if value is None:
        return UNKNOWN
    for limit, scale, letter in ((1e4, 1, ""), (1e6, 1e3, "k"), (1e9, 1e6, "M")):
        if value < limit:
            return f"{value / scale:.3g}{letter}" if letter else f"{value:,.0f}"
    return f"{value / 1e9:.3g}G"


def per_thousand(value: float | None) -> str:
    """A share in 1,000 with two digits."""
    return UNKNOWN if value is None else f"{value:.2g}"


def duration(seconds: float | None) -> str:
    """Two units at most: ``4 s``, ``14 min``, ``3 d 4 h``."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, round(seconds))
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S} min"
    if whole < _DAY_S:
        minutes = whole % _HOUR_S // _MINUTE_S
        return f"{whole // _HOUR_S} h {minutes} min" if minutes else f"{whole // _HOUR_S} h"
    hours = whole % _DAY_S // _HOUR_S
    return f"{whole // _DAY_S} d {hours} h" if hours and whole < 10 * _DAY_S else f"{whole // _DAY_S:,} d"


def moment(text: object) -> datetime | None:
    """Aware time of an ISO text; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def clock(text: object, now: datetime | None = None) -> str:
    """Six characters or fewer: the hour today, the day this year, else the month."""
    when = moment(text)
    if when is None:
        return UNKNOWN
    now = now or utc_now()
    if when.date() == now.date():
        return f"{when:%H:%M}"
    return f"{when:%b} {when.day}" if when.year == now.year else f"{when:%Y-%m}"


def ago(text: object, now: datetime | None = None) -> str:
    """How long since, under a day; UTC beyond."""
    when = moment(text)
    if when is None:
        return UNKNOWN
    seconds = ((now or utc_now()) - when).total_seconds()
    return f"{duration(seconds)} ago" if seconds < _DAY_S else f"{when:%Y-%m-%d %H:%M} UTC"


def size(count: float | None) -> str:
    """Bytes with two or three digits."""
    if count is None:
        return UNKNOWN
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:,.0f} TB" if value >= 10 else f"{value:.1f} TB"


def sigma(value: float | None) -> str:
    """One decimal."""
    return UNKNOWN if value is None else f"{value:.1f}"


def p_value(value: float | None, *, extrapolated: bool = False) -> str:
    """One digit; a star says that it lies beyond the calibration sample."""
    if value is None:
        return UNKNOWN
    if value >= 0.01:
        words = f"{value:.2f}"
    elif value > 0:
        mantissa, exponent = f"{value:.0e}".split("e")
        words = f"{mantissa}e{int(exponent)}"
    else:
        words = "0"
    return words + "*" if extrapolated else words


def measure(value: float | None, digits: int = 3) -> str:
    """A measured number with so many digits."""
    return UNKNOWN if value is None else f"{value:.{digits}g}"


def position(ra_deg: float | None, dec_deg: float | None) -> str:
    """Sexagesimal ICRS, to 0.1 s and 1 arcsec."""
    if ra_deg is None or dec_deg is None:
        return "no position"
    tenths = round(ra_deg % 360 / 15 * 36000) % 864000
    arcsec = min(round(abs(dec_deg) * 3600), 324000)
    sign = "-" if dec_deg < 0 else "+"
    return (
        f"{tenths // 36000:02d}:{tenths // 600 % 60:02d}:{tenths % 600 / 10:04.1f} "
        f"{sign}{arcsec // 3600:02d}:{arcsec // 60 % 60:02d}:{arcsec % 60:02d}"
    )
