"""The queue of one person put together from a real store."""

from astrolens.api.review_rows import chosen_rows, recall_of
from astrolens.api.wire_review import QueueOrder
from astrolens.config.settings import ReviewSettings
from astrolens.domain.review import Label, LabelValue
from astrolens.review.audit import audit_order
from tests.api.conftest import House, judged


async def test_the_audit_goes_on_alone_and_meets_everybody(house: House) -> None:
    store = house.store
    numbers = await store.run(judged, store, 30)
    counts = await store.run(store.review.counts, "vera", "")
    settings = ReviewSettings(audit_every=3, audit_seed=5)
    rows = await store.run(chosen_rows, store.review, settings, counts, QueueOrder.MIXED, 30)
    assert sorted(row["id"] for row in rows) == numbers
    drawn = await store.run(chosen_rows, store.review, settings, counts, QueueOrder.AUDIT, 5)
    assert [row["id"] for row in drawn] == audit_order(30, 5, 5)
    off = ReviewSettings(audit_every=0)
    rows = await store.run(chosen_rows, store.review, off, counts, QueueOrder.MIXED, 12)
    assert {row["asked_because"] for row in rows} == {"interesting"}
    for number in numbers:
        label = Label(
            image_id=number, value=LabelValue.ANOMALY, reviewer="vera", made_at="2026-11-21T00:00:00Z"
        )
        await store.run(store.history.judge, [label])
    counts = await store.run(store.review.counts, "vera", "")
    assert await store.run(chosen_rows, store.review, settings, counts, QueueOrder.MIXED, 30) == []
    recall = await store.run(recall_of, store.review, 5)
    assert (recall.pictures, recall.recall) == (30, 1.0)
