"""Every message that crosses the terminal."""

from dataclasses import dataclass

from textual.message import Message

from astrolens.api.wire import CandidateRow, EventRow, LabelRow, StatusReply
from astrolens.domain.review import LabelValue


@dataclass
class StatsArrived(Message):
    """The daemon said how it is."""

    stats: StatusReply

    def can_replace(self, message: Message) -> bool:
        """Only the newest state matters."""
        return isinstance(message, StatsArrived)


@dataclass
class DaemonAttached(Message):
    """The daemon answers, for the first time or again."""

    stats: StatusReply
    caught_up: int  # events that happened while it was away and are being read now


@dataclass
class DaemonGone(Message):
    """The daemon does not answer."""

    reason: str


@dataclass
class EventsArrived(Message):
    """Events of the last tenth of a second."""

    rows: tuple[EventRow, ...]  # the ones worth a line, oldest first
    counted: int
    missed: int
    finding_ids: tuple[int, ...]


@dataclass
class ViewWanted(Message):
    """A tab was clicked."""

    view: str


@dataclass
class CardWanted(Message):
    """A picture outside the list was chosen."""

    row: CandidateRow


@dataclass
class LabelWanted(Message):
    """A person judged a picture."""

    row: CandidateRow
    value: LabelValue
    interest: int | None
    row_index: int | None  # where the list shows it, to come back after an undo


@dataclass
class UndoWanted(Message):
    """A person takes the newest label back."""


@dataclass
class LabelSaved(Message):
    """The daemon has the label on disk."""

    label: LabelRow


@dataclass
class LabelWithdrawn(Message):
    """The daemon took a label back."""

    label: LabelRow
    row_index: int | None


@dataclass
class LabelRefused(Message):
    """A label or an undo did not reach the disk."""

    image_id: int
    reason: str
