"""How the candidate list is sorted: columns, the index that holds them, and places in between."""

import base64
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_LARGEST_ID = (1 << 63) - 1


class CandidateOrder(StrEnum):
    """What the list is sorted by; within equals the oddest comes first."""

    SIGMA = "sigma"  # oddest first, which is also smallest p first
    FOUND = "found"  # newest first
    SOURCE = "source"  # by name
    CATALOGUE = "catalogue"  # by the word for what the catalogues say together
    LABEL = "label"  # by the word; pictures without one last


@dataclass(frozen=True, slots=True, kw_only=True)
class SortColumn:
    """One column of an order.

    Attributes
    ----------
    name : str
        What the place of a row is called by.
    sql : str
        The expression that the index holds.
    descending : bool
        Largest first.
    kind : type
        Of its values, to check a cursor that came back.
    """

    name: str
    sql: str
    descending: bool
    kind: type


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """An order as SQL.

    Attributes
    ----------
    order : CandidateOrder
        Which one.
    columns : tuple of SortColumn
        The last is the picture's number, so that no two rows are equal.
    index : str
        Holds the columns of one decision's rows in this order.
    labelled_index : str or None
        The same of labelled rows alone.
    findings_only : bool
        The index knows anomalies and near misses alone.
    """

    order: CandidateOrder
    columns: tuple[SortColumn, ...]
    index: str
    labelled_index: str | None = None
    findings_only: bool = False


Place = tuple[Any, ...]


def sorting_of(order: CandidateOrder) -> Sorting:
    """Columns and index of an order.

    Parameters
    ----------
    order : CandidateOrder
        Sorted by what.

    Returns
    -------
    Sorting
        In its natural direction.
    """
    number = SortColumn(name="id", sql="images.id", descending=True, kind=int)
    oddest = (
        SortColumn(name="sigma", sql="sigma", descending=True, kind=float),
        SortColumn(name="oddness", sql="oddness", descending=True, kind=float),
        number,
    )
    if order is CandidateOrder.SIGMA:
        return Sorting(
            order=order, columns=oddest, index="images_by_sigma", labelled_index="labelled_by_sigma"
        )
    if order is CandidateOrder.FOUND:
        found = SortColumn(name="found_at", sql="found_at", descending=True, kind=str)
        return Sorting(
            order=order, columns=(found, number), index="images_by_found", labelled_index="labelled_by_found"
        )
    sql = {
        CandidateOrder.SOURCE: "source",
        CandidateOrder.CATALOGUE: "catalogue",
        CandidateOrder.LABEL: "label_or_last",
    }[order]
    first = SortColumn(name="first", sql=sql, descending=False, kind=str)
    return Sorting(
        order=order, columns=(first, *oddest), index=f"findings_by_{order.value}", findings_only=True
    )


def place_of(row: sqlite3.Row, sorting: Sorting) -> Place:
    """Where a row stands.

    Parameters
    ----------
    row : sqlite3.Row
        With the sorting's columns as ``place_0``, ``place_1`` and so on.
    sorting : Sorting
        Of the list.

    Returns
    -------
    tuple
        One value for each column.
    """
    return tuple(row[f"place_{number}"] for number in range(len(sorting.columns)))


def ranges(sorting: Sorting, *, backwards: bool, from_place: bool, inclusive: bool) -> Iterator[str]:
    """Ranges that together hold the rows behind a place.

    A comparison of whole rows at once would be shorter, but SQLite follows an index through it only where
    all columns run in one direction, and never on to the row's number.

    Parameters
    ----------
    sorting : Sorting
        Of the list.
    backwards : bool
        Against the natural direction.
    from_place : bool
        False for all rows.
    inclusive : bool
        The row at the place too.

    Yields
    ------
    str
        A condition with the parameters ``place_0``, ``place_1`` and so on; the range nearest to the place last.
    """
    if not from_place:
        yield "1"
        return
    last = len(sorting.columns) - 1
    for number, column in enumerate(sorting.columns):
        equal = [f"{before.sql} = :place_{at}" for at, before in enumerate(sorting.columns[:number])]
        sign = "<" if column.descending is not backwards else ">"
        if inclusive and number == last:
            sign += "="
        yield " AND ".join([*equal, f"{column.sql} {sign} :place_{number}"])


def place_columns(sorting: Sorting) -> str:
    """The place of a row as columns ``place_0``, ``place_1`` and so on.

    Parameters
    ----------
    sorting : Sorting
        Of the list.

    Returns
    -------
    str
        For a SELECT.
    """
    return ", ".join(f"{column.sql} AS place_{number}" for number, column in enumerate(sorting.columns))


def order_by(sorting: Sorting, *, backwards: bool) -> str:
    """The ORDER BY clause over columns named ``place_0`` and so on.

    Parameters
    ----------
    sorting : Sorting
        Of the list.
    backwards : bool
        Against the natural direction.

    Returns
    -------
    str
        SQL.
    """
    parts = (
        f"place_{number} {'DESC' if column.descending is not backwards else 'ASC'}"
        for number, column in enumerate(sorting.columns)
    )
    return f"ORDER BY {', '.join(parts)}"


def place_values(place: Place | None) -> Mapping[str, object]:
    """Parameters that say a place.

    Parameters
    ----------
    place : tuple or None
        One value for each column; None for no place.

    Returns
    -------
    Mapping of str to object
        For `ranges`.
    """
    return {f"place_{number}": value for number, value in enumerate(place or ())}


def cursor_of(place: Place, order: CandidateOrder) -> str:
    """A place as a word for the other side.

    Parameters
    ----------
    place : tuple
        Of a row.
    order : CandidateOrder
        Of the list.

    Returns
    -------
    str
        Letters that may stand in a URL.
    """
    text = json.dumps([order.value, *place])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_at(cursor: str, sorting: Sorting) -> Place:
    """The place that a cursor stands for.

    Parameters
    ----------
    cursor : str
        From `cursor_of`.
    sorting : Sorting
        Of the list it is used for.

    Returns
    -------
    tuple
        One value for each column.

    Raises
    ------
    ValueError
        If it is damaged or belongs to another order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *place = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError) as error:
        raise ValueError(f"cursor {cursor[:40]!r} is damaged; start again without one") from error
    kinds = [column.kind for column in sorting.columns]
    fits = [type(value) for value in place] == kinds and abs(place[-1]) <= _LARGEST_ID
    if name != sorting.order.value or not fits:
        raise ValueError(f"cursor {cursor[:40]!r} belongs to another order; start again without one")
    return tuple(place)
