"""The candidate list: pages from either end and by rank, totals whose cost is bounded."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.errors import Unavailable
from astrolens.store.candidate_order import (
    CandidateOrder,
    Place,
    cursor_of,
    place_at,
    place_of,
    place_values,
    sorting_of,
)
from astrolens.store.candidate_query import CandidateFilter, CandidateSql

MOST_ROWS = 1000
MOST_COUNTED = 100_000
_FEW = 2_000  # rows that are sorted rather than walked to
_LONGEST_READ_S = 8.0
_LONGEST_COUNT_S = 0.5
_STEPS_BETWEEN_LOOKS = 20_000

_TALLY = """
SELECT ifnull(sum(images), 0) FROM tallies
WHERE decision = :decision
  AND (:source IS NULL OR source = :source)
  AND (:catalogue IS NULL OR catalogue = :catalogue)
  AND (:label IS NULL OR label = CASE :label WHEN 'none' THEN '' ELSE :label END
       OR (:label = 'any' AND label <> ''))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWish:
    """Which part of the list.

    Attributes
    ----------
    order : CandidateOrder
        Sorted by what.
    reverse : bool
        The whole list the other way round.
    after, before : str or None
        ``next`` or ``previous`` of another page; at most one of these and ``rank`` is given.
    rank : int or None
        Begin with the row that has so many before it; where there are fewer, the last page whose
        beginning is a multiple of ``limit``.
    limit : int
        Most rows, in [1, 1000].
    """

    order: CandidateOrder = CandidateOrder.SIGMA
    reverse: bool = False
    after: str | None = None
    before: str | None = None
    rank: int | None = None
    limit: int = 100

    def check(self) -> None:
        """Refuse a wish that cannot be.

        Raises
        ------
        ValueError
            If the limit is out of range, the rank negative, or two beginnings are given.
        """
        if not 1 <= self.limit <= MOST_ROWS:
            raise ValueError(f"limit is {self.limit}; it must be in [1, {MOST_ROWS}]")
        if self.rank is not None and self.rank < 0:
            raise ValueError(f"rank is {self.rank}; it must be 0 or more")
        if sum(given is not None for given in (self.after, self.before, self.rank)) > 1:
            raise ValueError("after, before and rank are given together; give one of them")

    def is_first(self) -> bool:
        """Whether the list begins here.

        Returns
        -------
        bool
            True when neither a cursor nor a rank is given.
        """
        return self.after is None and self.before is None and self.rank is None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Rows in the order of the list, and whether there are others on either side."""

    rows: list[sqlite3.Row]
    before: bool
    after: bool
    first: int | None = None  # rank of the first row
    total: int | None = None


def page(connection: sqlite3.Connection, wanted: CandidateFilter, wish: PageWish) -> dict[str, Any]:
    """One page of the list.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    wanted : CandidateFilter
        What to list.
    wish : PageWish
        Which part of it.

    Returns
    -------
    dict
        As the wire's CandidatePage. ``total`` and ``near_misses`` are None on a page behind a cursor where
        they are not in kept counters: they were said on the first page.

    Raises
    ------
    ValueError
        If the wish is wrong, or normal pictures are asked for in an order that only findings have.
    Unavailable
        If reading takes too long.
    """
    wish.check()
    sorting = sorting_of(wish.order)
    sql = CandidateSql(wanted, sorting, utc_now())
    with _limited(connection, _LONGEST_READ_S):
        if sql.may_be_few() and _passing(connection, sql, _FEW + 1) <= _FEW:
            sql.read_as_few()
        part = _part(connection, wanted, wish, sql)
    counted = wish.is_first() or wanted.is_tallied()
    total, exact = part.total, True
    if total is None and counted:
        total, exact = _at_most(connection, wanted, len(part.rows) + part.after)
    near, _ = _at_most(connection, _near_misses(wanted), 0) if counted else (None, True)
    ends = [cursor_of(place_of(row, sorting), wish.order) for row in (part.rows[:1] + part.rows[-1:])]
    return {
        "rows": [candidate_row(row) for row in part.rows],
        "next": ends[-1] if part.after else None,
        "previous": ends[0] if part.before and ends else None,
        "first": part.first,
        "total": total,
        "exact": exact,
        "near_misses": near,
    }


def _part(
    connection: sqlite3.Connection, wanted: CandidateFilter, wish: PageWish, sql: CandidateSql
) -> _Part:
    sorting = sorting_of(wish.order)
    if wish.rank is not None:
        return _part_by_rank(connection, wanted, wish, sql)
    if wish.before is not None:
        place = place_at(wish.before, sorting)
        rows = _read(connection, sql, wish, place, backwards=True)
        return _Part(rows=rows[: wish.limit][::-1], before=len(rows) > wish.limit, after=True)
    first = None if wish.after is None else place_at(wish.after, sorting)
    rows = _read(connection, sql, wish, first)
    return _Part(
        rows=rows[: wish.limit],
        before=first is not None,
        after=len(rows) > wish.limit,
        first=0 if first is None else None,
    )


def _part_by_rank(
    connection: sqlite3.Connection, wanted: CandidateFilter, wish: PageWish, sql: CandidateSql
) -> _Part:
    total = count(connection, wanted)
    rank = wish.rank or 0
    if rank >= total:
        rank = max(0, total - 1) // wish.limit * wish.limit
    # From the nearer end: what lies before the row is counted off one by one.
    from_end = rank > total // 2
    found = connection.execute(
        sql.place_by_rank(backwards=wish.reverse is not from_end),
        {**sql.values, "rank": total - 1 - rank if from_end else rank},
    ).fetchone()
    if found is None:
        return _Part(rows=[], before=False, after=False, first=0, total=total)
    rows = _read(connection, sql, wish, place_of(found, sorting_of(wish.order)), inclusive=True)
    return _Part(
        rows=rows[: wish.limit], before=rank > 0, after=len(rows) > wish.limit, first=rank, total=total
    )


def _read(
    connection: sqlite3.Connection,
    sql: CandidateSql,
    wish: PageWish,
    place: Place | None,
    *,
    backwards: bool = False,
    inclusive: bool = False,
) -> list[sqlite3.Row]:
    """One row more than wanted, in the direction of reading."""
    query = sql.rows(
        backwards=wish.reverse is not backwards, from_place=place is not None, inclusive=inclusive
    )
    return connection.execute(
        query, {**sql.values, **place_values(place), "limit": wish.limit + 1}
    ).fetchall()


def count(connection: sqlite3.Connection, wanted: CandidateFilter, most: int = 1 << 60) -> int:
    """How many rows pass the filter.

    Parameters
    ----------
    connection : sqlite3.Connection
        A reader.
    wanted : CandidateFilter
        What to count.
    most : int
        Counting ends here where the kept counters do not know.

    Returns
    -------
    int
        Exact below ``most``.
    """
    sql = CandidateSql(wanted, sorting_of(CandidateOrder.SIGMA), utc_now())
    if not wanted.is_tallied():
        return _passing(connection, sql, most)
    return sum(
        int(connection.execute(_TALLY, {**sql.values, "decision": decision.value}).fetchone()[0])
        for decision in wanted.passing()
    )


def _passing(connection: sqlite3.Connection, sql: CandidateSql, most: int) -> int:
    return int(connection.execute(sql.count(), {**sql.values, "limit": most}).fetchone()[0])


def _at_most(connection: sqlite3.Connection, wanted: CandidateFilter, at_least: int) -> tuple[int, bool]:
    """How many rows pass, and whether that is all: counting has a limit in rows and in time."""
    try:
        with _limited(connection, _LONGEST_COUNT_S):
            counted = count(connection, wanted, MOST_COUNTED + 1)
    except Unavailable:
        return at_least, False
    if wanted.is_tallied() or counted <= MOST_COUNTED:
        return counted, True
    return MOST_COUNTED, False


def _near_misses(wanted: CandidateFilter) -> CandidateFilter:
    """The filter for near misses alone."""
    return replace(wanted, decisions=(Decision.NEAR_MISS,), terms=wanted.terms.without_decisions())


@contextmanager
def _limited(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    """Give up reading after a time."""
    end = monotonic() + seconds
    connection.set_progress_handler(lambda: monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise Unavailable(
            f"the filter did not find its rows within {seconds:g} s; narrow it with source: or sigma>"
        ) from error
    finally:
        connection.set_progress_handler(None, 0)


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
