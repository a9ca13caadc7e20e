"""Labels that somebody gave to pictures by eye, in a file of their own."""

import csv
from pathlib import Path

from astrolens.domain.errors import ConfigError

_COLUMNS = ("set", "key", "label")


def read_labels(path: Path) -> dict[tuple[str, str], str]:
    """Read a CSV file with the columns ``set``, ``key`` and ``label``.

    Parameters
    ----------
    path : Path
        The file. A key with a comma stands in quotes.

    Returns
    -------
    dict of (str, str) to str
        Label by set and name of the object; none is empty.

    Raises
    ------
    ConfigError
        If it cannot be read, a column is missing, or a line has too many or too few fields, no label, or another label than an earlier
        line about the same object.
    """
    found: dict[tuple[str, str], str] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream)
            if missing := [name for name in _COLUMNS if name not in (table.fieldnames or ())]:
                raise ConfigError(f"{path}: no column {missing[0]!r}; want set, key and label")
            for row in table:
                where = f"{path}: line {table.line_num}"
                if None in row or None in row.values():
                    raise ConfigError(
                        f"{where}: not {len(table.fieldnames or ())} fields; put one with a comma in quotes"
                    )
                about, label = (row["set"].strip(), row["key"].strip()), row["label"].strip()
                if not label:
                    raise ConfigError(f"{where}: no label; leave out what has none")
                if found.setdefault(about, label) != label:
                    raise ConfigError(f"{where}: {about[1]!r} of {about[0]!r} was labelled otherwise above")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not found:
        raise ConfigError(f"{path}: holds no label")
    return found
