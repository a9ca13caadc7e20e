"""What is asked of the candidate list, and the SQL that answers it: one range of an index for each part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from astrolens.domain.detection import Decision
from astrolens.domain.filter import Filter
from astrolens.store.candidate_order import CandidateOrder, Sorting, order_by, place_columns, ranges
from astrolens.store.filter_sql import Condition, condition_of

FINDINGS = (Decision.ANOMALY, Decision.NEAR_MISS)
_NONE = "none"

_SHOWN = (
    "images.id AS id, source, key, found_at, decision, sigma, oddness, extrapolated, why, catalogue, "
    "catalogue_words, label, reviewer, interest, ra_deg, dec_deg, near_duplicate_of"
)
_PASSES = (
    "AND (:source IS NULL OR source = :source) "
    "AND (:catalogue IS NULL OR catalogue = :catalogue) "
    "AND (:text = '' OR instr(lower(key), :text) > 0)"
)
_OF_LABEL = {
    False: "AND (:label IS NULL OR label IS NULL)",
    True: "AND label IS NOT NULL AND (:label = 'any' OR label = :label)",
}
# SQLite uses an index of some rows only when the query says which in the same words.
_AMONG_FINDINGS = "decision IN ('anomaly', 'near_miss') AND "
_IS = {decision: f"decision = '{decision.value}'" for decision in Decision}


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFilter:
    """What the list shows.

    Attributes
    ----------
    decisions : tuple of Decision
        Any of these, unless ``terms`` ask for others.
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
    terms : Filter
        What a person typed.
    """

    decisions: tuple[Decision, ...] = FINDINGS
    source: str | None = None
    label: str | None = None
    min_sigma: float = 0.0
    catalogue: str | None = None
    text: str = ""
    terms: Filter = field(default_factory=Filter)

    def passing(self) -> tuple[Decision, ...]:
        """Decisions that can pass.

        Returns
        -------
        tuple of Decision
            Each once.
        """
        return self.terms.decisions(tuple(dict.fromkeys(self.decisions)))

    def is_tallied(self) -> bool:
        """Whether kept counters know how many pass.

        Returns
        -------
        bool
            True when at most decision, source, label and catalogue are asked for.
        """
        return self.min_sigma <= 0 and not self.text and not self.terms.clauses

    def labelled(self) -> bool:
        """Whether only labelled rows can pass.

        Returns
        -------
        bool
            They have indexes of their own.
        """
        return self.label is not None and self.label != _NONE


class CandidateSql:
    """The statements for one filter in one order.

    Parameters
    ----------
    wanted : CandidateFilter
        What to list.
    sorting : Sorting
        How.
    now : datetime
        What ages are counted from; aware.

    Raises
    ------
    ValueError
        If the order is one of findings and other decisions are asked for.
    """

    def __init__(self, wanted: CandidateFilter, sorting: Sorting, now: datetime) -> None:
        self._decisions = wanted.passing()
        self._among_findings = set(self._decisions) <= set(FINDINGS)
        if sorting.findings_only and not self._among_findings:
            raise ValueError(
                f"only anomalies and near misses are sorted by {sorting.order.value}; sort by sigma or found"
            )
        self._sorting = sorting
        self._wanted = wanted
        self._condition: Condition = condition_of(wanted.terms, now)
        self._is_few = False
        self.values: Mapping[str, object] = {
            "source": wanted.source,
            "label": wanted.label,
            "min_sigma": max(wanted.min_sigma, self._condition.min_sigma),
            "catalogue": wanted.catalogue,
            "text": wanted.text.lower(),
            **self._condition.values,
        }

    def rows(self, *, backwards: bool, from_place: bool, inclusive: bool = False) -> str:
        """Rows behind a place, as the list shows them.

        Parameters
        ----------
        backwards : bool
            Against the natural direction of the order.
        from_place : bool
            False for the beginning.
        inclusive : bool
            The row at the place too.

        Returns
        -------
        str
            With the parameters ``place_0`` and so on, and ``limit``.
        """
        parts = self._parts(_SHOWN, backwards=backwards, from_place=from_place, inclusive=inclusive)
        return f"{parts} {order_by(self._sorting, backwards=backwards)} LIMIT :limit"

    def place_by_rank(self, *, backwards: bool) -> str:
        """Where the row stands that has so many before it.

        Parameters
        ----------
        backwards : bool
            Counted from the end.

        Returns
        -------
        str
            With the parameter ``rank``; nothing but an index is read where the filter allows it.
        """
        parts = self._parts("", backwards=backwards, from_place=False, inclusive=False)
        return f"{parts} {order_by(self._sorting, backwards=backwards)} LIMIT 1 OFFSET :rank"

    def count(self) -> str:
        """How many rows pass, up to a limit.

        Returns
        -------
        str
            With the parameter ``limit``.
        """
        parts = self._all_passing("SELECT 1")
        return f"SELECT count(*) FROM ({parts} LIMIT :limit)"  # noqa: S608 - parts of this module

    def may_be_few(self) -> bool:
        """Whether `read_as_few` can save a walk through the list.

        Returns
        -------
        bool
            True for findings with a filter.
        """
        return self._among_findings and bool(self._decisions) and not self._wanted.is_tallied()

    def read_as_few(self) -> None:
        """From now on find all rows that pass first and sort them then: right where they are few."""
        self._is_few = True

    def _parts(self, columns: str, *, backwards: bool, from_place: bool, inclusive: bool) -> str:
        """One SELECT for each range of the index that holds rows; SQLite merges them."""
        if not self._decisions:
            return f"{self._select(columns)} FROM images WHERE 0"
        found = list(ranges(self._sorting, backwards=backwards, from_place=from_place, inclusive=inclusive))
        if self._is_few:
            behind = " OR ".join(f"({one})" for one in found)
            few = f"({self._all_passing('SELECT images.id AS image_id')}) AS few"
            joined = f"{few} CROSS JOIN images ON images.id = few.image_id"
            return f"{self._select(columns)} FROM {joined} WHERE ({behind})"
        return " UNION ALL ".join(
            f"{self._select(columns)} {self._from(decision, one, number)} {self._rest()}"
            for decision in self._decisions
            for number, one in enumerate(found)
        )

    def _all_passing(self, select: str) -> str:
        """Every row that passes, in no order."""
        if not self._decisions:
            return f"{select} FROM images WHERE 0"
        if self._condition.chosen is not None and self._among_findings:
            decision = " OR ".join(f"+{_IS[one]}" for one in self._decisions)
            few = f"({self._condition.chosen}) AS chosen CROSS JOIN images ON images.id = chosen.image_id"
            return f"{select} FROM {few} WHERE ({decision}) AND +sigma >= :min_sigma {self._rest()}"
        among = _AMONG_FINDINGS if self._among_findings else ""
        index = "findings_by_sigma" if self._among_findings else "images_by_sigma"
        return " UNION ALL ".join(
            f"{select} FROM images INDEXED BY {index} WHERE {among}{_IS[decision]} AND sigma >= :min_sigma {self._rest()}"
            for decision in self._decisions
        )

    def _select(self, columns: str) -> str:
        return f"SELECT {columns}{', ' if columns else ''}{place_columns(self._sorting)}"

    def _from(self, decision: Decision, one: str, number: int) -> str:
        index, among = self._index()
        by_sigma = self._sorting.order is CandidateOrder.SIGMA and number == 0
        floor = "sigma >= :min_sigma" if by_sigma else "+sigma >= :min_sigma"
        where = f"WHERE {among}{_IS[decision]} AND {one} AND {floor}"
        return f"FROM images INDEXED BY {index} {where}"

    def _index(self) -> tuple[str, str]:
        """The index to walk along, and the words that SQLite wants to hear for it."""
        if self._sorting.findings_only:
            return self._sorting.index, _AMONG_FINDINGS
        if self._wanted.labelled() and self._sorting.labelled_index is not None:
            return self._sorting.labelled_index, ""
        typed = bool(self._wanted.terms.clauses)
        if typed and self._among_findings and self._sorting.order is CandidateOrder.SIGMA:
            return "findings_by_sigma", _AMONG_FINDINGS
        return self._sorting.index, ""

    def _rest(self) -> str:
        return f"{_OF_LABEL[self._wanted.labelled()]} {_PASSES} AND {self._condition.sql}"
