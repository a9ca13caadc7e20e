"""Read a list of targets."""

import csv
import io
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError
from astrolens.domain.text import clean

MOST_TARGETS = 1_000_000
_LARGEST_FILE_BYTES = 256 * 2**20
_LONGEST_NAME = 80
_LARGEST_RADIUS_ARCSEC = 18_000.0
_COLUMNS = {
    "ra": ("ra", "ra_deg", "raj2000", "ra_icrs", "_ra"),
    "dec": ("dec", "dec_deg", "dej2000", "de_icrs", "_de", "decl"),
    "name": ("name", "target", "object", "main_id", "id"),
    "radius": ("radius", "radius_arcsec"),
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Targets:
    """Places that a person named, in the person's order, each once.

    Attributes
    ----------
    ra_deg, dec_deg : ndarray of float64, shape (n,)
        ICRS, degrees.
    radius_arcsec : ndarray of float64, shape (n,)
        Half of the side of the picture; NaN where the list says nothing.
    names : tuple of str
        Made safe; "" where the list says nothing.
    """

    ra_deg: NDArray[np.float64]
    dec_deg: NDArray[np.float64]
    radius_arcsec: NDArray[np.float64]
    names: tuple[str, ...]


def read_targets(path: Path, key: str) -> Targets:
    """Targets of a CSV file; blocking, so call it in a thread.

    Parameters
    ----------
    path : Path
        Comma-separated, with a header line that names ``ra`` and ``dec`` (ICRS, degrees) and may name ``name``
        and ``radius`` (arcsec); empty lines and lines that begin with ``#`` are passed over.
    key : str
        Name of the setting, for messages.

    Returns
    -------
    Targets
        At least one; a position that comes again is left out.

    Raises
    ------
    ConfigError
        Naming the line and the column that are wrong.
    """
    where = f"{key}: {clean(path, 200)}"
    text = _text(path, where)
    lines = csv.reader(io.StringIO(text))
    columns: dict[str, int] = {}
    found: dict[tuple[float, float], tuple[float, str]] = {}
    try:
        for row in lines:
            if not "".join(row).strip() or row[0].lstrip().startswith("#"):
                continue
            if not columns:
                columns = _columns(row, where)
                continue
            place, radius, name = _target(row, columns, f"{where}: line {lines.line_num}")
            found.setdefault(place, (radius, name))
            if len(found) > MOST_TARGETS:
                raise ConfigError(f"{where}: more than {MOST_TARGETS} targets; split the list")
    except csv.Error as error:
        raise ConfigError(f"{where}: line {lines.line_num}: {error}; want comma-separated values") from error
    if not found:
        raise ConfigError(
            f"{where}: holds no target; want a header with ra and dec, and a line for each target"
        )
    places = np.array(list(found), dtype=np.float64)
    return Targets(
        ra_deg=places[:, 0],
        dec_deg=places[:, 1],
        radius_arcsec=np.array([radius for radius, _ in found.values()], dtype=np.float64),
        names=tuple(name for _, name in found.values()),
    )


def _text(path: Path, where: str) -> str:
    try:
        size = path.stat().st_size
        if size > _LARGEST_FILE_BYTES:
            raise ConfigError(f"{where}: has {size} bytes; at most {_LARGEST_FILE_BYTES} are read")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{where}: {error.strerror}; name a CSV file that can be read") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: is no UTF-8 text ({error.reason}); save it as UTF-8") from error


def _columns(header: list[str], where: str) -> dict[str, int]:
    """Position of each column that is there."""
    names = [name.strip().lower() for name in header]
    found = {
        column: names.index(next(word for word in words if word in names))
        for column, words in _COLUMNS.items()
        if any(word in names for word in words)
    }
    missing = [column for column in ("ra", "dec") if column not in found]
    if missing:
        shown = clean(", ".join(header), 80)
        raise ConfigError(f"{where}: no column {' and no column '.join(missing)}; the header is {shown!r}")
    return found


def _target(row: list[str], columns: dict[str, int], where: str) -> tuple[tuple[float, float], float, str]:
    def cell(column: str) -> str:
        place = columns.get(column, -1)
        return row[place].strip() if 0 <= place < len(row) else ""

    ra = _number(cell("ra"), 0.0, 360.0, f"{where}, column ra") % 360.0
    dec = _number(cell("dec"), -90.0, 90.0, f"{where}, column dec")
    radius = float("nan")
    if cell("radius"):
        radius = _number(cell("radius"), 0.1, _LARGEST_RADIUS_ARCSEC, f"{where}, column radius")
    return (ra, dec), radius, clean(cell("name"), _LONGEST_NAME)


def _number(text: str, least: float, most: float, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and least <= value <= most):
        raise ConfigError(f"{where}: got {clean(text, 40)!r}; want a number from {least:g} to {most:g}")
    return value
