"""What crosses the socket about a review: queue, steps, opinions, remarks."""

from enum import StrEnum
from typing import NotRequired, TypedDict

from astrolens.api.wire import CandidateRow, LabelRow


class QueueOrder(StrEnum):
    """What GET /review/queue lists."""

    MIXED = "mixed"  # interesting first, between them the oddest of calibration samples, and one in so many by chance
    INTERESTING = "interesting"
    AUDIT = "audit"  # by chance only
    DISPUTED = "disputed"  # what people do not agree on, judged by this person or not
    CALIBRATION = (
        "calibration"  # the oddest that calibrations were made of, as long as nobody has labelled them
    )


class LabelsRequest(TypedDict):
    """POST /labels/batch: one word for several pictures, in one step."""

    image_ids: list[int]  # 1 to 500
    value: str
    reviewer: NotRequired[str]
    interest: NotRequired[int]
    note: NotRequired[str]
    asked_because: NotRequired[str]


class ReviewerRequest(TypedDict):
    """POST /review/undo and POST /review/redo."""

    reviewer: NotRequired[str]  # the caller's login name when not given


class RemarkRequest(TypedDict):
    """POST /review/remarks."""

    image_id: int
    kind: str  # tag | note
    words: str
    reviewer: NotRequired[str]


class RemarkRow(TypedDict):
    """One tag or note."""

    remark_id: int
    image_id: int
    kind: str  # tag | note
    words: str
    reviewer: str
    made_at: str
    withdrawn: bool


class ShownRow(TypedDict):
    """The word that the lists show for a picture now."""

    image_id: int
    label: str | None
    reviewer: str | None
    interest: int | None


class StepReply(TypedDict):
    """POST /review/undo and POST /review/redo."""

    done: bool  # false: there was nothing to undo or redo
    reviewer: str
    labels: list[LabelRow]  # withdrawn by an undo; new ones of a redo
    remarks: list[RemarkRow]
    shown: list[ShownRow]  # of every picture whose labels changed
    undo: int  # steps that can be undone now
    redo: int


class QueueRow(CandidateRow):
    """A picture that waits for a person."""

    asked_because: str  # interesting | audit | disputed | calibration


class QueueReply(TypedDict):
    """GET /review/queue."""

    rows: list[QueueRow]
    reviewer: str
    audit_every: int  # one in so many by chance; 0: none
    waiting: int  # anomalies and near misses that this person has not judged
    labels: int  # of this person, that hold
    today: int  # of these, since midnight UTC
    withdrawn: int
    undo: int  # steps that can be undone
    redo: int


class OpinionsReply(TypedDict):
    """GET /review/opinions/{image_id}."""

    image_id: int
    opinions: list[LabelRow]  # the word of each person, the newest that holds
    counts: dict[str, int]
    disputed: bool
    remarks: list[RemarkRow]


class ReviewerRow(TypedDict):
    """One line of GET /review/reviewers."""

    reviewer: str
    labels: int
    withdrawn: int
    disputed: int  # pictures on which somebody says something else
    last_at: str


class AuditReply(TypedDict):
    """GET /review/audit: recall of the detectors on pictures that were drawn by chance."""

    pictures: int
    anomalies: int
    found: int
    recall: float | None
    low: float | None  # 95 % interval
    high: float | None
