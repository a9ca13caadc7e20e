"""Values out of strangers' tables, turned into ours or into None."""

from math import isfinite
from typing import Any

from astrolens.domain.sky import SkyPosition


def number(value: Any) -> float | None:
    """A finite number.

    Parameters
    ----------
    value : object
        A cell of a table.

    Returns
    -------
    float or None
        None for what is masked, missing, no number, or not finite.
    """
    try:
        found = float("nan") if getattr(value, "mask", False) else float(value)
    except (TypeError, ValueError):
        return None
    return found if isfinite(found) else None


def above_zero(value: Any, factor: float = 1.0) -> float | None:
    """A number above 0, in another unit.

    Parameters
    ----------
    value : object
        A cell of a table.
    factor : float
        From its unit to ours.

    Returns
    -------
    float or None
        None for everything else.
    """
    found = number(value)
    return found * factor if found is not None and found > 0 else None


def text(value: Any) -> str:
    """Words.

    Parameters
    ----------
    value : object
        A cell of a table; bytes are read as UTF-8.

    Returns
    -------
    str
        Stripped; empty for a missing one.
    """
    if value is None or getattr(value, "mask", False) is True:
        return ""
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip()


def place(ra: Any, dec: Any, error_arcsec: float | None = None) -> SkyPosition | None:
    """A position in degrees.

    Parameters
    ----------
    ra, dec : object
        Cells of a table, ICRS degrees.
    error_arcsec : float, optional
        One-sigma error.

    Returns
    -------
    SkyPosition or None
        None when a coordinate is missing or impossible.
    """
    ra_deg, dec_deg = number(ra), number(dec)
    if ra_deg is None or dec_deg is None or not -90.0 <= dec_deg <= 90.0:
        return None
    return SkyPosition(
        ra_deg=ra_deg % 360.0 % 360.0, dec_deg=dec_deg, error_arcsec=max(0.0, error_arcsec or 0.0)
    )
