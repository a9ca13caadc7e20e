"""Calls of a review say what they were given, and nothing else."""

from astrolens.api.review_calls import (
    audit,
    label_many,
    opinions_on,
    redo,
    remark,
    review_queue,
    reviewers,
    undo,
)
from astrolens.api.wire_review import QueueOrder
from astrolens.domain.review import LabelValue, RemarkKind


def test_paths_queries_and_bodies() -> None:
    queue = review_queue(reviewer="vera", order=QueueOrder.AUDIT, limit=7)
    assert dict(queue.query) == {"reviewer": "vera", "order": "audit", "limit": "7"}
    assert dict(review_queue().query) == {}
    assert [call.path for call in (opinions_on(3), reviewers(), audit())] == [
        "/review/opinions/3", "/review/reviewers", "/review/audit",
    ]  # fmt: skip
    assert undo().body == {}
    assert redo("vera").body == {"reviewer": "vera"}
    assert remark(3, RemarkKind.TAG, "ring").body == {"image_id": 3, "kind": "tag", "words": "ring"}
    many = label_many((1, 2), LabelValue.NORMAL, interest=4)
    assert many.body == {"image_ids": [1, 2], "value": "normal", "asked_because": "chosen", "interest": 4}
