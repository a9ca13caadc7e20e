"""The candidate list: a filter, two orders, pages by key and never by offset, totals from counters."""

import base64
import json
import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from astrolens.domain.detection import Decision

MOST_ROWS = 1000
_NONE = "none"
_BEFORE_ALL_NUMBER = 1e308
_BEFORE_ALL_TEXT = "~"
_LARGEST_ID = (1 << 63) - 1

_SHOWN = """
SELECT id, source, key, found_at, decision, sigma, oddness, extrapolated, why, catalogue, catalogue_words,
       label, reviewer, interest, ra_deg, dec_deg, near_duplicate_of
"""
_PASSES = """
  AND sigma >= :min_sigma
  AND (:source IS NULL OR source = :source)
  AND (:catalogue IS NULL OR catalogue = :catalogue)
  AND (:text = '' OR instr(lower(key), :text) > 0)
"""
_OF_LABEL = {
    False: "AND (:label IS NULL OR label IS NULL)",
    True: "AND label IS NOT NULL AND (:label = 'any' OR label = :label)",
}
_INDEX = {
    ("sigma", False): "FROM images INDEXED BY images_by_sigma",
    ("found", False): "FROM images INDEXED BY images_by_found",
    ("sigma", True): "FROM images INDEXED BY labelled_by_sigma",
    ("found", True): "FROM images INDEXED BY labelled_by_found",
}
# SQLite follows an index through (sigma, oddness) < (?, ?) but not on to the row's number, so the rows that
# tie with the last one shown are asked for on their own.
_LATER = {
    "sigma": "WHERE decision = :decision AND (sigma, oddness) < (:first, :second)",
    "found": "WHERE decision = :decision AND found_at < :first",
}
_TIED = {
    "sigma": "WHERE decision = :decision AND sigma = :first AND oddness = :second AND id < :id",
    "found": "WHERE decision = :decision AND found_at = :first AND id < :id",
}
_END = {
    "sigma": "ORDER BY sigma DESC, oddness DESC, id DESC LIMIT :limit",
    "found": "ORDER BY found_at DESC, id DESC LIMIT :limit",
}
_TALLY = """
SELECT ifnull(sum(images), 0) FROM tallies
WHERE decision = :decision
  AND (:source IS NULL OR source = :source)
  AND (:catalogue IS NULL OR catalogue = :catalogue)
  AND (:label IS NULL OR label = CASE :label WHEN 'none' THEN '' ELSE :label END
       OR (:label = 'any' AND label <> ''))
"""


class CandidateOrder(StrEnum):
    """What the list is sorted by, descending."""

    SIGMA = "sigma"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """What the list shows.

    Attributes
    ----------
    decisions : tuple of Decision
        Any of these.
    source : str or None
        Only this source.
    label : str or None
        A label's value, ``"none"`` for unlabelled, ``"any"`` for labelled.
    min_sigma : float
        At least this.
    catalogue : str or None
        Only this overall state.
    text : str
        Part of the key, in any case; "" for all.
    """

    decisions: tuple[Decision, ...] = (Decision.ANOMALY, Decision.NEAR_MISS)
    source: str | None = None
    label: str | None = None
    min_sigma: float = 0.0
    catalogue: str | None = None
    text: str = ""


def page(
    connection: sqlite3.Connection,
    wanted: CandidateFilter,
    order: CandidateOrder,
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """One page of the list.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    wanted : CandidateFilter
        What to list.
    order : CandidateOrder
        Sorted by what, descending.
    after : str or None
        ``next`` of the page before.
    limit : int
        Most rows, in [1, 1000].

    Returns
    -------
    dict
        ``rows``, ``next``, ``total``, ``near_misses``.

    Raises
    ------
    ValueError
        If the cursor or the limit is wrong.
    """
    if not 1 <= limit <= MOST_ROWS:
        raise ValueError(f"limit is {limit}; it must be in [1, {MOST_ROWS}]")
    start = _position_after(after, order)
    rows: list[sqlite3.Row] = []
    for decision in dict.fromkeys(wanted.decisions):
        values = _values(wanted, decision) | start | {"limit": limit + 1}
        tied: list[sqlite3.Row] = []
        if after is not None:
            tied = connection.execute(list_query(order, wanted, tied=True), values).fetchall()
        rows += tied
        if len(tied) <= limit:
            rows += connection.execute(list_query(order, wanted), values).fetchall()
    rows.sort(key=lambda row: _place(row, order), reverse=True)
    shown = rows[:limit]
    near_misses = count(connection, replace(wanted, decisions=(Decision.NEAR_MISS,)))
    return {
        "rows": [candidate_row(row) for row in shown],
        "next": _cursor(shown[-1], order) if len(rows) > limit else None,
        "total": count(connection, wanted),
        "near_misses": near_misses,
    }


def count(connection: sqlite3.Connection, wanted: CandidateFilter) -> int:
    """How many rows pass the filter.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    wanted : CandidateFilter
        What to count.

    Returns
    -------
    int
        From kept counters, or from an index when sigma or text are filtered.
    """
    query = _TALLY if wanted.min_sigma <= 0 and not wanted.text else count_query(wanted)
    return sum(
        int(connection.execute(query, _values(wanted, decision)).fetchone()[0])
        for decision in dict.fromkeys(wanted.decisions)
    )


def list_query(order: CandidateOrder, wanted: CandidateFilter, *, tied: bool = False) -> str:
    """SQL of one decision's part of a page.

    Parameters
    ----------
    order : CandidateOrder
        Sorted by what.
    wanted : CandidateFilter
        Only whether it asks for labelled rows matters: they have indexes of their own.
    tied : bool
        True for the rows that tie with the last one shown, False for those after them.

    Returns
    -------
    str
        With named parameters.
    """
    source = _INDEX[order.value, _labelled(wanted)]
    place = (_TIED if tied else _LATER)[order]
    return " ".join((_SHOWN, source, place, _OF_LABEL[_labelled(wanted)], _PASSES, _END[order]))


def count_query(wanted: CandidateFilter) -> str:
    """SQL that counts one decision's rows without the counters.

    Parameters
    ----------
    wanted : CandidateFilter
        As for `list_query`.

    Returns
    -------
    str
        With named parameters.
    """
    labelled = _labelled(wanted)
    counted = ("SELECT count(*)", _INDEX["sigma", labelled], "WHERE decision = :decision")
    return " ".join((*counted, _OF_LABEL[labelled], _PASSES))


def candidate_row(row: sqlite3.Row) -> dict[str, Any]:
    """Turn a row of ``images`` into a line of the list.

    Parameters
    ----------
    row : sqlite3.Row
        At least the columns that the list shows.

    Returns
    -------
    dict
        The keys of the wire's CandidateRow; a picture without a verdict reads "calibrating".
    """
    return {
        "id": row["id"],
        "source": row["source"],
        "key": row["key"],
        "found_at": row["found_at"] or "",
        "decision": row["decision"] or Decision.CALIBRATING.value,
        "sigma": row["sigma"],
        "p_value": None if row["oddness"] is None else -row["oddness"],
        "extrapolated": bool(row["extrapolated"]),
        "why": json.loads(row["why"]),
        "catalogue": row["catalogue"],
        "catalogue_words": row["catalogue_words"],
        "label": row["label"],
        "reviewer": row["reviewer"],
        "interest": row["interest"],
        "ra_deg": row["ra_deg"],
        "dec_deg": row["dec_deg"],
        "near_duplicate_of": row["near_duplicate_of"],
    }


def _labelled(wanted: CandidateFilter) -> bool:
    return wanted.label is not None and wanted.label != _NONE


def _values(wanted: CandidateFilter, decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.value,
        "source": wanted.source,
        "label": wanted.label,
        "min_sigma": wanted.min_sigma,
        "catalogue": wanted.catalogue,
        "text": wanted.text.lower(),
    }


def _place(row: sqlite3.Row, order: CandidateOrder) -> tuple[Any, ...]:
    if order is CandidateOrder.SIGMA:
        return row["sigma"], row["oddness"], row["id"]
    return row["found_at"], row["id"]


def _cursor(row: sqlite3.Row, order: CandidateOrder) -> str:
    text = json.dumps([order.value, *_place(row, order)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position_after(after: str | None, order: CandidateOrder) -> dict[str, object]:
    by_sigma = order is CandidateOrder.SIGMA
    if after is None:
        first = _BEFORE_ALL_NUMBER if by_sigma else _BEFORE_ALL_TEXT
        return {"first": first, "second": _BEFORE_ALL_NUMBER, "id": _LARGEST_ID}
    try:
        padded = after + "=" * (-len(after) % 4)
        name, *place = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError) as error:
        raise ValueError(f"cursor {after[:40]!r} is damaged; start again without one") from error
    kinds = [float, float, int] if by_sigma else [str, int]
    fits = [type(value) for value in place] == kinds and abs(place[-1]) <= _LARGEST_ID
    if name != order.value or not fits:
        raise ValueError(f"cursor {after[:40]!r} belongs to another order; start again without one")
    return {"first": place[0], "second": place[1] if by_sigma else None, "id": place[-1]}
