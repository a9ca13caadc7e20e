"""What becomes of earlier verdicts when pictures are judged again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from astrolens.domain.detection import Decision

MOST_IDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Pictures that were decided alike before, and alike now.

    Attributes
    ----------
    old, new : Decision
        Before and now; equal for those that did not change.
    count : int
        Pictures.
    image_ids : tuple of int
        The first 200 of them; empty where both are normal.
    """

    old: Decision
    new: Decision
    count: int
    image_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """A table of old verdicts against new ones.

    Attributes
    ----------
    counts : Mapping of (Decision, Decision) to int
        Pictures by old and new decision.
    ids : Mapping of (Decision, Decision) to tuple of int
        The first 200 numbers of each, where one of the two is no normal.
    """

    counts: Mapping[tuple[Decision, Decision], int] = field(default_factory=dict)
    ids: Mapping[tuple[Decision, Decision], tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def between(cls, old: Mapping[int, Decision], new: Iterable[tuple[int, Decision]]) -> Self:
        """Compare.

        Parameters
        ----------
        old : Mapping of int to Decision
            What held before; pictures without one are judged for the first time and do not count.
        new : iterable of (int, Decision)
            What holds now.

        Returns
        -------
        Turnover
            Of the pictures in both.
        """
        counts: dict[tuple[Decision, Decision], int] = {}
        ids: dict[tuple[Decision, Decision], tuple[int, ...]] = {}
        for image_id, decision in new:
            if image_id not in old:
                continue
            pair = (old[image_id], decision)
            counts[pair] = counts.get(pair, 0) + 1
            if pair != (Decision.NORMAL, Decision.NORMAL) and len(ids.get(pair, ())) < MOST_IDS:
                ids[pair] = (*ids.get(pair, ()), image_id)
        return cls(counts=counts, ids=ids)

    def plus(self, other: "Turnover") -> "Turnover":
        """Put two tables of different pictures together.

        Parameters
        ----------
        other : Turnover
            Of other pictures.

        Returns
        -------
        Turnover
            Of all of them.
        """
        pairs = self.counts.keys() | other.counts.keys()
        named = self.ids.keys() | other.ids.keys()
        return Turnover(
            counts={pair: self.counts.get(pair, 0) + other.counts.get(pair, 0) for pair in pairs},
            ids={pair: (*self.ids.get(pair, ()), *other.ids.get(pair, ()))[:MOST_IDS] for pair in named},
        )

    @property
    def pictures(self) -> int:
        """How many were judged again.

        Returns
        -------
        int
            0 or more.
        """
        return sum(self.counts.values())

    @property
    def new(self) -> int:
        """How many are anomalies now and were none before.

        Returns
        -------
        int
            0 or more.
        """
        return self._sum(lambda old, new: new is Decision.ANOMALY and old is not Decision.ANOMALY)

    @property
    def gone(self) -> int:
        """How many were anomalies before and are none now.

        Returns
        -------
        int
            0 or more.
        """
        return self._sum(lambda old, new: old is Decision.ANOMALY and new is not Decision.ANOMALY)

    def changes(self) -> list[Change]:
        """The cells of the table.

        Returns
        -------
        list of Change
            Those with pictures in them: first by the old, then by the new decision, both from anomaly to normal.
        """
        order = {decision: place for place, decision in enumerate(Decision)}
        ranked = sorted(self.counts, key=lambda pair: (order[pair[0]], order[pair[1]]))
        return [
            Change(old=pair[0], new=pair[1], count=self.counts[pair], image_ids=self.ids.get(pair, ()))
            for pair in ranked
            if self.counts[pair]
        ]

    def facts(self) -> list[dict[str, Any]]:
        """The table as plain numbers.

        Returns
        -------
        list of dict
            JSON-able: ``old``, ``new``, ``count``, ``ids``.
        """
        return [
            {"old": one.old.value, "new": one.new.value, "count": one.count, "ids": list(one.image_ids)}
            for one in self.changes()
        ]

    @classmethod
    def restore(cls, facts: Iterable[Mapping[str, Any]]) -> Self:
        """Undo `facts`.

        Parameters
        ----------
        facts : iterable of Mapping
            As `facts` gave them.

        Returns
        -------
        Turnover
            The same.
        """
        cells = {(Decision(one["old"]), Decision(one["new"])): one for one in facts}
        return cls(
            counts={pair: int(one["count"]) for pair, one in cells.items()},
            ids={pair: tuple(one["ids"]) for pair, one in cells.items() if one["ids"]},
        )

    def _sum(self, wanted: Callable[[Decision, Decision], bool]) -> int:
        return sum(count for pair, count in self.counts.items() if wanted(*pair))


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCalibration:
    """A calibration that was made, compared, and forgotten.

    Attributes
    ----------
    source : str
        Whose.
    model_id : str
        The encoder.
    sample : int
        Pictures that it was fitted and calibrated on.
    table : Turnover
        Verdicts that hold against those that it would give: of the sample, of all anomalies and near misses, and of the
        newest others.
    """

    source: str
    model_id: str
    sample: int
    table: Turnover
