"""What people said about a finding."""

from dataclasses import dataclass
from enum import StrEnum


class LabelValue(StrEnum):
    """What a person may say about a picture."""

    ANOMALY = "anomaly"
    NORMAL = "normal"
    ARTEFACT = "artefact"
    UNSURE = "unsure"


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
    """

    image_id: int
    value: LabelValue
    reviewer: str
    made_at: str
    interest: int | None = None
    note: str = ""
    label_id: int = 0
    withdrawn: bool = False
