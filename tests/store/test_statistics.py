"""Counts agree with the rows, by state, source, hour and day."""

from datetime import UTC, datetime, timedelta

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.image import ImageState
from astrolens.store.store import Store
from tests.store.samples import a_verdict, analysed, judged, offered

NOW = datetime(2020, 11, 21, 3, 30, tzinfo=UTC)


def test_counts_by_state_source_and_decision(store: Store) -> None:
    offered(store, 3)
    numbers = judged(store, [a_verdict(3.0), a_verdict(2.0, Decision.NEAR_MISS)], "legacy")
    store.images.done(numbers[0])
    seen = store.statistics.overview()
    assert seen.states == {
        "sdss": {ImageState.OFFERED: 3},
        "legacy": {ImageState.JUDGED: 1, ImageState.DONE: 1},
    }
    assert seen.decisions == {"legacy": {Decision.ANOMALY: 1, Decision.NEAR_MISS: 1}}
    assert (seen.images(), seen.images("legacy"), seen.images("ztf")) == (5, 2, 0)
    assert (seen.in_state(ImageState.OFFERED), seen.decided(Decision.ANOMALY)) == (3, 1)
    assert (seen.unlabelled_anomalies, seen.labels) == (1, 0)
    assert set(seen.oldest_waiting) == {ImageState.OFFERED, ImageState.JUDGED}
    assert store.statistics.by_source() == {"sdss": 3, "legacy": 2}
    assert store.statistics.by_state()[ImageState.PARKED] == 0
    assert store.statistics.images() == 5
    assert store.statistics.of_source("legacy") == {
        "images": 2, "judged": 1, "done": 1, "anomaly": 1, "near_miss": 1,
    }  # fmt: skip
    assert store.statistics.of_source("ztf") == {"images": 0}


def test_hours_and_days_end_now(store: Store) -> None:
    for back, images in ((0, 4), (1, 3), (23, 2), (24, 1)):
        hour = iso(NOW - timedelta(hours=back))[:13]
        store.database.execute("INSERT INTO activity VALUES (?, 'sdss', 'analysed', ?)", (hour, images))
    numbers = judged(store, [a_verdict(3.0)] * 4)
    for image_id, back in zip(numbers, (0, 1, 29, 30), strict=True):
        found_at = iso(NOW - timedelta(days=back))
        store.database.execute("UPDATE images SET found_at = ? WHERE id = ?", (found_at, image_id))
    seen = store.statistics.overview(NOW)
    assert (len(seen.images_per_hour), len(seen.anomalies_per_day)) == (24, 30)
    assert (seen.images_per_hour[0], seen.images_per_hour[22:]) == (2, [3, 4])
    assert (seen.anomalies_per_day[0], seen.anomalies_per_day[28:]) == (1, [1, 1])
    assert (sum(seen.images_per_hour), sum(seen.anomalies_per_day)) == (9, 3)
    assert seen.today["sdss"] == 7


def test_measuring_counts_once_for_the_hour(store: Store) -> None:
    analysed(store, 3)
    seen = store.statistics.overview()
    assert sum(seen.images_per_hour) == 3
    assert sum(seen.today.values()) in {0, 3}  # 0 when midnight falls in between


def test_old_hours_are_forgotten(store: Store) -> None:
    offered(store, 1)
    assert store.statistics.prune() == 0
    assert store.statistics.prune(utc_now() + timedelta(days=60)) == 1


def test_truth_beside_verdict(store: Store) -> None:
    first, second = judged(store, [a_verdict(3.0), a_verdict(1.0, Decision.NORMAL)])
    store.database.execute("UPDATE images SET truth = 'ring' WHERE id = ?", (first,))
    found = {row.image_id: (row.truth, row.decision) for row in store.statistics.truths()}
    assert found == {first: ("ring", "anomaly"), second: ("", "normal")}
