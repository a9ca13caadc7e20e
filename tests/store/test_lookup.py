"""Questions about images: which are next, which are known, all from indexes."""

from collections.abc import Mapping, Sequence

import pytest

from astrolens.domain.image import ImageState
from astrolens.store import analyses, candidates, crossref, images, lookup, retention, statistics
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store
from tests.store.samples import a_hash, an_offer, analysed, fetched, offered

EARLY, LATE = "2000-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"


def numbers(records: Sequence[ImageRecord]) -> list[int]:
    return [record.image_id for record in records]


def test_next_is_the_longest_due_first(store: Store) -> None:
    first, second, third = offered(store, 3)
    store.images.waits(first, "busy", LATE)
    store.images.waits(third, "busy", EARLY)
    assert numbers(store.images.next_in(ImageState.OFFERED, 5)) == [third, second]
    assert numbers(store.images.next_in(ImageState.OFFERED, 5, now=LATE)) == [third, second, first]


def test_next_leaves_out_what_is_held(store: Store) -> None:
    first, second, third = offered(store, 3)
    assert numbers(store.images.next_in(ImageState.OFFERED, 1, exclude={first})) == [second]
    assert numbers(store.images.next_in(ImageState.OFFERED, 9, exclude=[first, second, third])) == []


def test_next_of_one_source(store: Store) -> None:
    offered(store, 2, "sdss")
    other = offered(store, 2, "legacy")
    assert numbers(store.images.next_in(ImageState.OFFERED, 9, source="legacy")) == other


def test_known_by_source_and_key(store: Store) -> None:
    (image_id,) = store.images.offer_many([an_offer(1, "sdss")])
    assert store.images.is_known("sdss", "key-1")
    assert not store.images.is_known("legacy", "key-1")
    assert store.images.find("sdss", "key-1") == image_id
    assert store.images.find("sdss", "key-2") is None
    assert store.images.get(99) is None


def test_pages_go_back_in_time_without_gaps(store: Store) -> None:
    every = offered(store, 5, "sdss") + offered(store, 5, "legacy")
    store.images.parked(every[3], "broken")
    seen: list[int] = []
    while page := store.images.page(before=seen[-1] if seen else None, limit=3):
        seen += numbers(page)
    assert seen == every[::-1]
    assert numbers(store.images.page(state=ImageState.PARKED)) == [every[3]]
    assert numbers(store.images.page(source="legacy", state=ImageState.OFFERED, limit=2)) == [
        every[9],
        every[8],
    ]


def test_known_hashes_are_those_still_wanted(store: Store) -> None:
    first, second = fetched(store, 2)
    store.database.execute("UPDATE images SET has_blob = 0 WHERE id = ?", (second,))
    asked = [a_hash(first), a_hash(second), "0" * 64]
    assert store.images.known_hashes(asked) == {a_hash(first)}


def test_near_duplicate_is_noted_when_measured(store: Store) -> None:
    first, second = analysed(store, 2)
    twin = store.images.get(first)
    assert twin is not None
    assert twin.phash is not None
    assert store.images.near_duplicate(twin.phash ^ 0b111) == first
    assert store.images.near_duplicate(twin.phash, first) is None
    assert store.images.near_duplicate(twin.phash ^ 0b1111) is None
    assert second != first


_FILTER = {
    "decision": "normal", "source": None, "label": None, "min_sigma": 0.0, "catalogue": None, "text": "",
    "first": 1.0, "second": 1.0, "id": 1, "limit": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "values", "index"),
    [
        (lookup._NEXT, ("fetched", LATE, "[]", 9), "images_due (state=? AND due_at<?)"),
        (
            lookup._NEXT_OF_SOURCE,
            ("fetched", "s", LATE, "[]", 9),
            "images_due_of_source (state=? AND source=?",
        ),
        (lookup._PAGE, (9, None, 9), "INTEGER PRIMARY KEY (rowid<?)"),
        (lookup._PAGE_IN_STATE, (9, None, 9, "parked"), "images_in_state (state=? AND id<?)"),
        (images._CRASHED.partition("RETURNING")[0], (), "images_in_flight"),
        (analyses._WAITING, ("sdss", 9), "images_due_of_source (state=? AND source=?"),
        (analyses._SAMPLE_IDS, ("sdss", "m", 1, 9), "analyses_of_source (source=? AND model_id=?)"),
        (candidates._TALLY, _FILTER, "tallies USING PRIMARY KEY (decision=?)"),
        (crossref._UNANSWERED, ("not_asked", 9), "images_open_questions (catalogue=?)"),
        (retention._REMOVABLE, (LATE, 9), "images_removable (changed_at<?)"),
        (statistics.ACTIVITY, ("2026",), "activity USING PRIMARY KEY (hour>?)"),
        (
            statistics.ANOMALIES_BY_DAY,
            ("2026",),
            "COVERING INDEX images_by_found (decision=? AND found_at>?)",
        ),
        (statistics.OLDEST, ("fetched",), "COVERING INDEX images_due (state=? AND due_at>?)"),
        (statistics.UNLABELLED, (), "tallies USING PRIMARY KEY (decision=?)"),
    ],
)
def test_plan_uses_an_index_and_sorts_nothing(
    store: Store, sql: str, values: Sequence[object] | Mapping[str, object], index: str
) -> None:
    with store.database.read() as connection:
        plan = [row["detail"] for row in connection.execute("EXPLAIN QUERY PLAN " + sql, values)]
    assert index in plan[0]
    assert not any("ORDER BY" in step for step in plan)
    assert not any(step.startswith("SCAN images") for step in plan)
