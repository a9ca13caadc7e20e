"""What people said about pictures, and the steps in which they said it."""

from dataclasses import dataclass
from enum import StrEnum


class LabelValue(StrEnum):
    """What a person may say about a picture."""

    ANOMALY = "anomaly"
    NORMAL = "normal"
    ARTEFACT = "artefact"
    UNSURE = "unsure"


class AskedBecause(StrEnum):
    """How a picture came before the person who judged it."""

    CHOSEN = "chosen"  # the person looked it up
    INTERESTING = "interesting"  # the queue showed it because it is odd
    AUDIT = "audit"  # the queue showed it by chance: the sample that recall is measured on
    DISPUTED = "disputed"  # the queue showed it because people do not agree
    CALIBRATION = (
        "calibration"  # the queue showed it because it is one of the oddest that a calibration was made of
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One person's word about one picture; append-only.

    Attributes
    ----------
    image_id : int
        The picture.
    value : LabelValue
        What was said.
    reviewer : str
        Who said it.
    made_at : str
        ISO 8601 UTC.
    interest : int or None
        0 to 5, or None when not given.
    note : str
        Free words, sanitised.
    label_id : int
        Number in the store; 0 before it is stored.
    withdrawn : bool
        True after an undo.
    asked_because : AskedBecause
        How the picture came before the person.
    """

    image_id: int
    value: LabelValue
    reviewer: str
    made_at: str
    interest: int | None = None
    note: str = ""
    label_id: int = 0
    withdrawn: bool = False
    asked_because: AskedBecause = AskedBecause.CHOSEN


class RemarkKind(StrEnum):
    """What a remark is."""

    TAG = "tag"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A tag or a note of one person on one picture; append-only.

    Attributes
    ----------
    image_id : int
        The picture.
    kind : RemarkKind
        Tag or note.
    words : str
        Sanitised; of a tag, lower case without blanks.
    reviewer : str
        Whose it is.
    made_at : str
        ISO 8601 UTC.
    remark_id : int
        Number in the store; 0 before it is stored.
    withdrawn : bool
        True after an undo.
    """

    image_id: int
    kind: RemarkKind
    words: str
    reviewer: str
    made_at: str
    remark_id: int = 0
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """What one key did, and what an undo or a redo therefore changes together.

    Attributes
    ----------
    step_id : int
        Number in the store.
    reviewer : str
        Whose step it is.
    labels : tuple of Label
        As they are after the change.
    remarks : tuple of Remark
        As they are after the change.
    """

    step_id: int
    reviewer: str
    labels: tuple[Label, ...] = ()
    remarks: tuple[Remark, ...] = ()
