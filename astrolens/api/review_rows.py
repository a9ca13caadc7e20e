"""The review queue put together: rows of the store in the order of the review room. Blocks; runs in a thread."""

from typing import Any

from astrolens.api.wire_review import QueueOrder
from astrolens.config.settings import ReviewSettings
from astrolens.domain.detection import Decision
from astrolens.domain.finding import CatalogState
from astrolens.domain.review import AskedBecause
from astrolens.domain.reviewable import Reviewable
from astrolens.review.audit import AuditRecall, audit_order, audit_recall
from astrolens.review.disagreement import together
from astrolens.review.queue import interesting_first, interleaved
from astrolens.store.review_queue import ReviewerCounts, ReviewTable

_SPARE = 256  # numbers of the audit that may belong to duplicates, or to pictures without a verdict
_LONGEST_AUDIT = 50_000

Row = dict[str, Any]


def chosen_rows(
    table: ReviewTable, settings: ReviewSettings, counts: ReviewerCounts, order: QueueOrder, limit: int
) -> list[Any]:
    """Rows of the queue of one person.

    Parameters
    ----------
    table : ReviewTable
        Of the store.
    settings : ReviewSettings
        Share and seed of the audit.
    counts : ReviewerCounts
        Of that person.
    order : QueueOrder
        Which queue.
    limit : int
        Most rows.

    Returns
    -------
    list of dict
        The wire's QueueRow.
    """
    if order is QueueOrder.DISPUTED:
        return [row | {"asked_because": AskedBecause.DISPUTED.value} for row in table.disputed(limit)]
    if order is QueueOrder.CALIBRATION:
        return [row | {"asked_because": AskedBecause.CALIBRATION.value} for row in table.of_samples(limit)]
    every = {QueueOrder.MIXED: settings.audit_every, QueueOrder.INTERESTING: 0, QueueOrder.AUDIT: 1}[order]
    interesting: list[Row] = []
    if order is not QueueOrder.AUDIT:
        for decision in (Decision.ANOMALY, Decision.NEAR_MISS):
            if len(interesting) < limit:
                interesting += table.oddest(counts.reviewer, decision, limit)
    wanted = 0 if not every else limit if len(interesting) < limit else limit // every + 1
    drawn = _drawn(table, settings.audit_seed, counts, wanted)
    members = table.of_samples(limit) if order is QueueOrder.MIXED else []
    rows = {row["id"]: row for row in (*interesting, *members, *drawn)}
    places = interleaved(
        [one.image_id for one in interesting_first(_reviewable(row) for row in interesting)],
        [row["id"] for row in drawn],
        every=every,
        before=counts.labels,
        limit=limit,
        sample=[row["id"] for row in members],
    )
    return [rows[place.image_id] | {"asked_because": place.because.value} for place in places]


def _drawn(table: ReviewTable, seed: int, counts: ReviewerCounts, wanted: int) -> list[Row]:
    """The next pictures of the audit that this person has not judged."""
    highest = table.highest_id()
    depth = 2 * (wanted + counts.labels) + _SPARE
    found: list[Row] = []
    while wanted:
        found = table.among(counts.reviewer, audit_order(highest, seed, depth))
        if len(found) >= wanted or depth >= highest:
            break
        depth *= 4
    return found[:wanted]


def recall_of(table: ReviewTable, seed: int) -> AuditRecall:
    """Recall on the audit, as far as people have finished it.

    Parameters
    ----------
    table : ReviewTable
        Of the store.
    seed : int
        Of the audit.

    Returns
    -------
    AuditRecall
        On at most 50,000 numbers.
    """
    order = audit_order(table.highest_id(), seed, _LONGEST_AUDIT)
    decisions, labels = table.decisions_and_labels(order)
    of_image: dict[int, list[Any]] = {}
    for label in labels:
        of_image.setdefault(label.image_id, []).append(label)
    words = {number: together(said) for number, said in of_image.items()}
    return audit_recall(
        order, decisions, {number: word for number, word in words.items() if word is not None}
    )


def _reviewable(row: Row) -> Reviewable:
    return Reviewable(
        image_id=row["id"],
        decision=Decision(row["decision"]),
        sigma=row["sigma"],
        unknown=row["catalogue"] == CatalogState.UNKNOWN,
    )
