"""Everything that a review asks of a daemon or tells it: one function for each route of it."""

from astrolens.api.call import Call, chosen
from astrolens.api.wire import LabelRow
from astrolens.api.wire_review import (
    AuditReply,
    OpinionsReply,
    QueueOrder,
    QueueReply,
    RemarkRow,
    ReviewerRow,
    StepReply,
)
from astrolens.domain.review import AskedBecause, LabelValue, RemarkKind


def review_queue(
    *, reviewer: str | None = None, order: QueueOrder | None = None, limit: int | None = None
) -> Call[QueueReply]:
    """What one person should judge next.

    Parameters
    ----------
    reviewer : str, optional
        Whose queue; the login name of the caller when not given.
    order : QueueOrder, optional
        Interesting first with the audit between when not given.
    limit : int, optional
        Most rows, 1 to 1,000; 40 when not given.

    Returns
    -------
    Call
        ``GET /review/queue``.
    """
    return Call(method="GET", path="/review/queue", query=chosen(reviewer=reviewer, order=order, limit=limit))


def opinions_on(image_id: int) -> Call[OpinionsReply]:
    """What people say of one picture.

    Parameters
    ----------
    image_id : int
        The picture.

    Returns
    -------
    Call
        ``GET /review/opinions/{image_id}``.
    """
    return Call(method="GET", path=f"/review/opinions/{image_id}")


def reviewers() -> Call[list[ReviewerRow]]:
    """Everybody who labelled.

    Returns
    -------
    Call
        ``GET /review/reviewers``.
    """
    return Call(method="GET", path="/review/reviewers")


def audit() -> Call[AuditReply]:
    """Recall of the detectors on the audit.

    Returns
    -------
    Call
        ``GET /review/audit``.
    """
    return Call(method="GET", path="/review/audit")


def label_many(
    image_ids: tuple[int, ...],
    value: LabelValue,
    *,
    reviewer: str | None = None,
    interest: int | None = None,
    asked_because: AskedBecause = AskedBecause.CHOSEN,
) -> Call[list[LabelRow]]:
    """Say the same of several pictures in one step; the answer comes when all of it is on disk.

    Parameters
    ----------
    image_ids : tuple of int
        1 to 500 pictures.
    value : LabelValue
        What they are.
    reviewer : str, optional
        Who says so; the login name of the caller when not given.
    interest : int, optional
        0 to 5.
    asked_because : AskedBecause
        How they came before that person.

    Returns
    -------
    Call
        ``POST /labels/batch``.
    """
    body: dict[str, object] = {
        "image_ids": list(image_ids),
        "value": value.value,
        "asked_because": asked_because.value,
    }
    if interest is not None:
        body["interest"] = interest
    return Call(method="POST", path="/labels/batch", body=body | _whose(reviewer))


def undo(reviewer: str | None = None) -> Call[StepReply]:
    """Take one person's newest step back.

    Parameters
    ----------
    reviewer : str, optional
        Whose step; the login name of the caller when not given.

    Returns
    -------
    Call
        ``POST /review/undo``.
    """
    return Call(method="POST", path="/review/undo", body=_whose(reviewer))


def redo(reviewer: str | None = None) -> Call[StepReply]:
    """Do again what was undone last.

    Parameters
    ----------
    reviewer : str, optional
        Whose step; the login name of the caller when not given.

    Returns
    -------
    Call
        ``POST /review/redo``.
    """
    return Call(method="POST", path="/review/redo", body=_whose(reviewer))


def remark(image_id: int, kind: RemarkKind, words: str, *, reviewer: str | None = None) -> Call[RemarkRow]:
    """Put a tag or a note on a picture.

    Parameters
    ----------
    image_id : int
        The picture.
    kind : RemarkKind
        Tag or note.
    words : str
        A tag has at most 40 characters, a note 2,000.
    reviewer : str, optional
        Whose it is; the login name of the caller when not given.

    Returns
    -------
    Call
        ``POST /review/remarks``.
    """
    body: dict[str, object] = {"image_id": image_id, "kind": kind.value, "words": words}
    return Call(method="POST", path="/review/remarks", body=body | _whose(reviewer))


def _whose(reviewer: str | None) -> dict[str, object]:
    return {} if reviewer is None else {"reviewer": reviewer}
