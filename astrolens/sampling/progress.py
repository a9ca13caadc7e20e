"""How far a source has come: the small JSON that lives in its cursor."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counters, never lists: it is as small after a million places as after one.

    Attributes
    ----------
    plan : str
        Digest of what decides the order; another plan begins anew.
    next : int
        Number of the next place.
    done : int
        Places of this round that were visited.
    round : int
        Rounds that are over.
    began_at : datetime or None
        When this round began, aware UTC; None before its first place.
    """

    plan: str
    next: int = 0
    done: int = 0
    round: int = 0
    began_at: datetime | None = None

    @classmethod
    def of(cls, saved: object, plan: str) -> Self:
        """Progress that a cursor holds.

        Parameters
        ----------
        saved : object
            What `as_json` gave, perhaps in another life.
        plan : str
            Digest of the present plan.

        Returns
        -------
        Progress
            A new one when the plan is another or what was saved makes no sense.
        """
        if not isinstance(saved, Mapping) or saved.get("plan") != plan:
            return cls(plan=plan)
        numbers = {name: saved.get(name) for name in ("next", "done", "round")}
        if not all(type(value) is int and value >= 0 for value in numbers.values()):
            return cls(plan=plan)
        counts: dict[str, Any] = dict(numbers)
        return cls(plan=plan, began_at=_time(saved.get("began_at")), **counts)

    def as_json(self) -> dict[str, Any]:
        """What a cursor may hold.

        Returns
        -------
        dict
            Text and whole numbers.
        """
        began = self.began_at.isoformat() if self.began_at else None
        return {
            "plan": self.plan, "next": self.next, "done": self.done, "round": self.round, "began_at": began,
        }  # fmt: skip

    def next_round(self, now: datetime) -> Self:
        """Progress at the beginning of another round.

        Parameters
        ----------
        now : datetime
            Aware UTC.

        Returns
        -------
        Progress
            At place 0.
        """
        return replace(self, next=0, done=0, round=self.round + 1, began_at=now)


def _time(text: object) -> datetime | None:
    try:
        when = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return when if when is not None and when.tzinfo is not None else None
