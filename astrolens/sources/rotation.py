"""Which source to ask next: weights, intervals, back-off, health."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from astrolens.domain.clock import iso
from astrolens.domain.text import clean

FIRST_REST_S = 15.0
LONGEST_REST_S = 3_600.0
LONGEST_ASKED_REST_S = 86_400.0


class SourceState(StrEnum):
    """How a source is."""

    OK = "ok"
    RESTING = "resting"  # failed; asked again after a while
    BROKEN = "broken"  # its plugin cannot be used until a person corrects it


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A source's claim to be asked.

    Attributes
    ----------
    name : str
        The source.
    weight : float
        Share of the turns while several are due, greater than 0.
    interval_s : float
        Seconds between two polls.
    error : str
        Why it cannot be asked at all; "" when it can.
    """

    name: str
    weight: float = 1.0
    interval_s: float = 60.0
    error: str = ""


@dataclass(slots=True, kw_only=True)
class _Seat:
    turn: Turn
    due_at: datetime | None = None  # None: at once
    credit: float = 0.0
    asked: bool = False
    failures: int = 0
    reason: str = ""
    last_ok_at: str = ""
    resting: bool = field(default=False)
    held: bool = False  # a person paused it

    def may_be_asked(self) -> bool:
        return not (self.asked or self.held or self.turn.error)


class Rotation:
    """Smooth weighted round robin over the sources that are due.

    A source that was handed out is not handed out again before `record_ok`, `record_failure` or `give_back`.

    Parameters
    ----------
    turns : iterable of Turn
        One for each source.
    random : Random
        For the jitter of the back-off.
    health : Mapping of str to Mapping, optional
        What `health` gave before a restart; sources that are gone are ignored.
    """

    def __init__(
        self,
        turns: Iterable[Turn],
        *,
        random: Random,
        health: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._random = random
        self._seats = {turn.name: _Seat(turn=turn) for turn in turns}
        for name, saved in (health or {}).items():
            if name in self._seats:
                _restore(self._seats[name], saved)

    def due(self, now: datetime) -> list[str]:
        """Sources that may be asked now.

        Parameters
        ----------
        now : datetime
            Aware UTC.

        Returns
        -------
        list of str
            Those that are due and are not being asked.
        """
        return [
            name
            for name, seat in self._seats.items()
            if seat.may_be_asked() and (seat.due_at is None or seat.due_at <= now)
        ]

    def next_due(self, now: datetime, *, skip: Collection[str] = ()) -> str | None:
        """Source to ask now.

        Parameters
        ----------
        now : datetime
            Aware UTC.
        skip : Collection of str
            Sources that are passed over; they lose nothing by it.

        Returns
        -------
        str or None
            None when nothing is due.
        """
        due = [self._seats[name] for name in self.due(now) if name not in skip]
        if not due:
            return None
        for seat in due:
            seat.credit += seat.turn.weight
        chosen = max(due, key=lambda seat: seat.credit)
        chosen.credit -= sum(seat.turn.weight for seat in due)
        chosen.asked = True
        return chosen.turn.name

    def wait_s(self, now: datetime) -> float | None:
        """How long until a source that is not being asked becomes due.

        Parameters
        ----------
        now : datetime
            Aware UTC.

        Returns
        -------
        float or None
            Seconds, at least 0; None when every source is being asked or broken.
        """
        waits = [
            0.0 if seat.due_at is None else max(0.0, (seat.due_at - now).total_seconds())
            for seat in self._seats.values()
            if seat.may_be_asked()
        ]
        return min(waits, default=None)

    def record_ok(self, name: str, now: datetime, *, more: bool = False) -> None:
        """A poll ended well.

        Parameters
        ----------
        name : str
            The source.
        now : datetime
            Aware UTC.
        more : bool
            True when it surely has more: it is due again at once.
        """
        seat = self._seats[name]
        seat.asked, seat.failures, seat.reason, seat.resting = False, 0, "", False
        seat.last_ok_at = iso(now)
        seat.due_at = None if more else now + timedelta(seconds=seat.turn.interval_s)

    def record_failure(
        self,
        name: str,
        now: datetime,
        reason: str,
        *,
        retry_after_s: float | None = None,
        polled: bool = True,
    ) -> float:
        """A poll failed, or something else that the source does.

        Parameters
        ----------
        name : str
            The source.
        now : datetime
            Aware UTC.
        reason : str
            What happened; made safe here.
        retry_after_s : float, optional
            What the other side asked us to wait, in seconds.
        polled : bool
            Whether it was a poll, which is over now; else one may go on.

        Returns
        -------
        float
            Seconds that it rests: doubled with each failure in a row up to an hour, times 0.5 to 1.5, and
            never less than the other side asked (up to a day).
        """
        seat = self._seats[name]
        seat.asked, seat.failures, seat.resting = seat.asked and not polled, seat.failures + 1, True
        seat.reason = clean(reason, 300)
        rest_s = min(LONGEST_REST_S, FIRST_REST_S * 2.0 ** min(seat.failures - 1, 30))
        rest_s *= self._random.uniform(0.5, 1.5)
        rest_s = max(rest_s, min(retry_after_s or 0.0, LONGEST_ASKED_REST_S))
        seat.due_at = now + timedelta(seconds=rest_s)
        return rest_s

    def give_back(self, name: str) -> None:
        """A poll was not made or was cancelled: the turn is as if it had not been given.

        Parameters
        ----------
        name : str
            The source.
        """
        self._seats[name].asked = False

    def wake(self, name: str) -> None:
        """Make a source due at once (a person asked for it, or the network came back).

        Parameters
        ----------
        name : str
            The source.
        """
        self._seats[name].due_at = None

    def hold(self, name: str, *, held: bool) -> None:
        """Pause a source, or let it go on.

        Parameters
        ----------
        name : str
            The source.
        held : bool
            True: it is not asked until this is called with False.
        """
        self._seats[name].held = held

    def health(self) -> dict[str, dict[str, Any]]:
        """How every source is.

        Returns
        -------
        dict of str to dict
            JSON-able: ``state`` (ok, resting, broken), ``resting_until`` (ISO 8601 or None),
            ``failures`` in a row, ``reason``, ``last_ok_at`` (ISO 8601 or ""), ``asked`` (being polled now),
            ``due_at`` (when it is asked next, ISO 8601; None: at once), ``held`` (paused by a person).
        """
        return {name: _health(seat) for name, seat in self._seats.items()}


def _health(seat: _Seat) -> dict[str, Any]:
    resting = seat.resting and not seat.turn.error
    state = SourceState.RESTING if resting else SourceState.OK
    if seat.turn.error:
        state = SourceState.BROKEN
    return {
        "state": state.value,
        "resting_until": iso(seat.due_at) if resting and seat.due_at else None,
        "failures": seat.failures,
        "reason": seat.turn.error or seat.reason,
        "last_ok_at": seat.last_ok_at,
        "asked": seat.asked,
        "due_at": iso(seat.due_at) if seat.due_at else None,
        "held": seat.held,
    }


def _restore(seat: _Seat, saved: Mapping[str, Any]) -> None:
    seat.last_ok_at = str(saved.get("last_ok_at") or "")
    seat.held = saved.get("held") is True
    until = saved.get("resting_until")
    if saved.get("state") != SourceState.RESTING.value or not isinstance(until, str):
        return
    seat.failures = int(saved.get("failures") or 0)
    seat.reason = clean(saved.get("reason") or "", 300)
    seat.resting = True
    seat.due_at = datetime.fromisoformat(until)
