"""Every message that crosses the terminal."""

from dataclasses import dataclass

from textual.message import Message

from astrolens.api.wire import CandidateRow, EventRow, LabelRow
from astrolens.api.wire_review import RemarkRow, StepReply
from astrolens.api.wire_status import StatusReply
from astrolens.domain.review import AskedBecause, LabelValue, RemarkKind


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
    asked_because: AskedBecause = AskedBecause.CHOSEN


@dataclass
class LabelsWanted(Message):
    """A person judged several pictures alike with one key: one step to undo."""

    rows: tuple[CandidateRow, ...]
    value: LabelValue
    interest: int | None = None
    asked_because: AskedBecause = AskedBecause.CHOSEN


@dataclass
class RemarkWanted(Message):
    """A person put a tag or a note on a picture."""

    image_id: int
    kind: RemarkKind
    words: str


@dataclass
class UndoWanted(Message):
    """A person takes the newest step back."""


@dataclass
class RedoWanted(Message):
    """A person wants what was undone last once more."""


@dataclass
class LabelSaved(Message):
    """The daemon has the label on disk."""

    label: LabelRow
    of: int = 1  # labels of the same step


@dataclass
class LabelWithdrawn(Message):
    """The daemon took a label back."""

    label: LabelRow
    row_index: int | None
    of: int = 1  # labels of the same step


@dataclass
class LabelRefused(Message):
    """A label or an undo did not reach the disk."""

    image_id: int
    reason: str


@dataclass
class StepRedone(Message):
    """The daemon did a step again, undid one without labels, or found nothing to undo or redo."""

    step: StepReply
    redone: bool


@dataclass
class RemarkSaved(Message):
    """The daemon has the tag or the note on disk."""

    remark: RemarkRow


@dataclass
class DeskNews(Message, bubble=False):
    """What came of a key, for a view that shows people's words: one of the members is filled."""

    saved: tuple[LabelRow, ...] = ()
    refused: tuple[CandidateRow, ...] = ()
    reason: str = ""
    step: StepReply | None = None
    redone: bool = False
    remark: RemarkRow | None = None


@dataclass
class FilterWanted(Message):
    """A place on a map was chosen: show the candidates of it."""

    words: str  # as they could be typed into the filter line


@dataclass
class SourcesWanted(Message):
    """A source was chosen: show how it is."""

    source: str
