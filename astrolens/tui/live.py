"""What the terminal knows of the daemon at this moment; owned by the app, read by every widget."""

import os
import pwd
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from time import monotonic

from textual.signal import Signal

from astrolens.api.wire import EventRow
from astrolens.api.wire_status import StatusReply
from astrolens.domain.clock import utc_now
from astrolens.domain.event import EventKind
from astrolens.domain.promotion import BY_THE_HOUSE
from astrolens.domain.text import clean
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.marks import Mark, Marks
from astrolens.tui.messages import LabelWithdrawn
from astrolens.tui.palette import Palette
from astrolens.tui.session import Session
from astrolens.tui.words import moment

KEPT_EVENTS = 200
NOTICE_SHOWN_S = 4.0
_BACK_SHOWN_S = 5.0
_REOPENS_WITHIN_S = 60.0
_STILL_NEWS_S = 10.0
_OF_MODELS = frozenset({EventKind.MODEL_COMPARED, EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK})


class Connection(StrEnum):
    """Whether the daemon answers."""

    WAITING = "waiting"  # nothing was heard yet
    ATTACHED = "attached"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A line that answers a key, shown for some seconds where the keys stand."""

    words: str
    urgent: bool
    since_s: float  # monotonic

    def fresh(self) -> bool:
        """Whether it is still to be shown."""
        return monotonic() - self.since_s < NOTICE_SHOWN_S


@dataclass(kw_only=True)
class Live:
    """State that handlers of the app change and that widgets draw."""

    changed: Signal[None]  # published after every change
    withdrawn: Signal[LabelWithdrawn]  # an undo reached the disk
    palette: Palette
    glyphs: Glyphs
    retry_s: float
    stats: StatusReply | None = None
    seen_at: datetime | None = None  # when ``stats`` were true
    connection: Connection = Connection.WAITING
    reason: str = ""
    gone_since_s: float = 0.0  # monotonic
    back_since_s: float | None = None  # monotonic
    returns: int = 0  # how often the daemon came back
    model_news: int = 0  # the newest event about a comparison or a promotion
    reopens_since_s: float | None = None  # monotonic; since when it is expected to open anew
    caught_up: int = 0
    missed: int = 0
    events: deque[EventRow] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    event_count: int = 0
    newer: set[int] = field(default_factory=set)  # findings since the list was read
    marks: Marks = field(default_factory=Marks)
    notice: Notice | None = None
    session: Session = field(default_factory=Session)
    only_looks: str = ""  # why this terminal changes nothing; empty when it may
    reviewer: str = ""  # on the labels of this terminal

    def other(self, mark: Mark) -> str:
        """Who said that, cleaned; empty for the person in front of this terminal."""
        return "" if mark.by is None or mark.by == self.reviewer else clean(mark.by, 24)

    @property
    def attached(self) -> bool:
        """Whether a request has a chance."""
        return self.connection is Connection.ATTACHED

    def heard(self, stats: StatusReply) -> None:
        """The daemon said how it is."""
        self.stats = stats
        self.seen_at = utc_now()
        self.connection = Connection.ATTACHED

    def attach(self, stats: StatusReply, caught_up: int) -> None:
        """The daemon answers; say so if it had been away."""
        if self.connection is Connection.GONE:
            self.back_since_s = monotonic()
            self.returns += 1
            self.reopens_since_s = None
            self.caught_up = caught_up
            self.missed = 0
        self.heard(stats)

    def lose(self, reason: str) -> None:
        """The daemon does not answer."""
        if self.connection is not Connection.GONE:
            self.gone_since_s = monotonic()
        self.connection = Connection.GONE
        self.back_since_s = None
        self.reason = reason

    def happened(self, rows: Iterable[EventRow], counted: int, missed: int, found: Iterable[int]) -> None:
        """Events came in."""
        told = tuple(rows)
        self.events.extend(told)
        for row in told:
            self._note_model(row)
        self.event_count += counted
        self.missed += missed
        if missed and not self.just_back():
            self.say(f"{missed:,} events went by too fast to be shown here; the daemon has them")
        self.newer.update(found)

    def _note_model(self, row: EventRow) -> None:
        if row["kind"] not in _OF_MODELS:
            return
        self.model_news = max(self.model_news, row["sequence"])
        when = moment(row["at"])
        fresh = when is not None and (utc_now() - when).total_seconds() < _STILL_NEWS_S
        # What the daemon took back by itself it has taken back already.
        changes = row["kind"] != EventKind.MODEL_COMPARED and row["payload"].get("by") != BY_THE_HOUSE
        if changes and fresh and not self.just_back():
            self.expect_reopening()

    def expect_reopening(self) -> None:
        """The daemon is about to open anew with another model: its absence is no accident."""
        self.reopens_since_s = monotonic()

    def reopening(self) -> bool:
        """Whether the daemon is away, or about to be, because it takes up another model."""
        since = self.reopens_since_s
        return since is not None and monotonic() - since < _REOPENS_WITHIN_S

    def say(self, told: str, *, urgent: bool = False) -> None:
        """Answer a key; ``told`` is cleaned."""
        self.notice = Notice(words=clean(told, 300), urgent=urgent, since_s=monotonic())
        self.changed.publish(None)

    def gone_for_s(self) -> float:
        """Seconds since the daemon was lost."""
        return monotonic() - self.gone_since_s

    def just_back(self) -> bool:
        """Whether the line that says so is still to be shown."""
        return self.back_since_s is not None and monotonic() - self.back_since_s < _BACK_SHOWN_S

    def refusal(self) -> str:
        """Why nothing can be saved now; empty when it can."""
        if self.only_looks:
            return self.only_looks
        if self.attached:
            return ""
        if self.reopening():
            return "the daemon is taking up another model and will be back in a moment"
        return "the daemon is away" if self.connection is Connection.GONE else "no daemon has answered yet"


def login_name() -> str:
    """Who has labels of this terminal without a name of its own: the daemon asks the socket for the same."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
