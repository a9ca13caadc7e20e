"""What one person has not judged, what people do not agree on, and counts."""

from astrolens.domain.detection import Decision
from astrolens.domain.review import Label, LabelValue
from astrolens.store.review_queue import SampleSaid
from astrolens.store.store import Store
from tests.store.samples import a_verdict, judged, offered


def say(
    store: Store, image_id: int, value: LabelValue, reviewer: str, at: str = "2026-11-21T01:00:00Z"
) -> None:
    store.history.judge([Label(image_id=image_id, value=value, reviewer=reviewer, made_at=at)])


def ids(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


def test_what_i_judged_is_left_out_and_what_others_judged_is_not(store: Store) -> None:
    numbers = judged(
        store,
        [
            a_verdict(3.0),
            a_verdict(5.0),
            a_verdict(4.0),
            a_verdict(2.0, Decision.NEAR_MISS),
            a_verdict(0.5, Decision.NORMAL),
        ],
    )
    (raw,) = offered(store, 1, "other")
    review = store.review
    assert ids(review.oddest("vera", Decision.ANOMALY, 9)) == [numbers[1], numbers[2], numbers[0]]
    say(store, numbers[1], LabelValue.NORMAL, "vera")
    say(store, numbers[2], LabelValue.NORMAL, "jan")
    assert ids(review.oddest("vera", Decision.ANOMALY, 9)) == [numbers[2], numbers[0]]
    assert ids(review.oddest("vera", Decision.NEAR_MISS, 9)) == [numbers[3]]
    assert (review.waiting("vera"), review.waiting("jan"), review.waiting("eva")) == (3, 3, 4)
    drawn = [raw, numbers[4], numbers[1], 999, numbers[0]]
    assert ids(review.among("vera", drawn)) == [numbers[4], numbers[0]]
    assert review.highest_id() == raw
    store.history.undo("vera", "2026-11-21T02:00:00Z")
    assert ids(review.oddest("vera", Decision.ANOMALY, 1)) == [numbers[1]]
    decisions, labels = review.decisions_and_labels(drawn)
    assert decisions[numbers[4]] is Decision.NORMAL
    assert raw not in decisions
    assert labels == []


def test_disagreement_is_found_by_the_newest_word_of_each(store: Store) -> None:
    first, second, third = judged(store, [a_verdict(3.0), a_verdict(4.0), a_verdict(5.0)])
    say(store, first, LabelValue.ANOMALY, "vera")
    say(store, first, LabelValue.NORMAL, "jan")
    say(store, second, LabelValue.ANOMALY, "vera")
    say(store, second, LabelValue.UNSURE, "jan")
    say(store, third, LabelValue.ANOMALY, "vera")
    say(store, third, LabelValue.NORMAL, "jan")
    say(store, third, LabelValue.ANOMALY, "jan", "2026-11-21T01:00:01Z")
    assert ids(store.review.disputed(9)) == [first]
    people = {one.reviewer: one for one in store.review.reviewers()}
    assert (people["vera"].labels, people["vera"].disputed) == (3, 1)
    assert (people["jan"].labels, people["jan"].withdrawn, people["jan"].disputed) == (4, 0, 1)
    store.history.undo("jan", "2026-11-21T02:00:00Z")
    assert ids(store.review.disputed(9)) == [third, first]


def test_counts_of_a_person(store: Store) -> None:
    numbers = judged(store, [a_verdict(3.0), a_verdict(4.0)])
    say(store, numbers[0], LabelValue.NORMAL, "vera", "2026-11-20T23:59:59Z")
    say(store, numbers[1], LabelValue.NORMAL, "vera", "2026-11-21T00:00:00Z")
    counts = store.review.counts("vera", "2026-11-21T00:00:00Z")
    assert (counts.labels, counts.since, counts.withdrawn) == (2, 1, 0)
    assert store.review.counts("nobody", "").labels == 0


def test_the_queue_walks_the_index_of_the_list(store: Store) -> None:
    from astrolens.store import review_queue

    with store.database.read() as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN {review_queue._ODDEST}", {"reviewer": "v", "decision": "anomaly", "limit": 9}
        ).fetchall()
    told = " ".join(str(row["detail"]) for row in plan)
    assert "images_by_sigma" in told
    assert "TEMP B-TREE" not in told


def test_the_oddest_of_each_sample_until_anybody_has_labelled_them(store: Store) -> None:
    numbers = judged(store, [a_verdict(0.5, Decision.NORMAL) for _ in range(6)])
    (raw,) = offered(store, 1, "other")
    first, second, third, fourth, fifth, _ = numbers
    store.state.put("sample/a", {"model_id": "m", "looks": 3, "ids": [third, first, raw, second]})
    store.state.put("sample/b", {"model_id": "m", "looks": 9, "ids": [fourth, fifth]})
    store.state.put("sample0", {"looks": 9, "ids": [numbers[5]]})
    review = store.review
    assert ids(review.of_samples(9)) == [fourth, third, fifth, first]
    assert ids(review.of_samples(1)) == [fourth]
    say(store, third, LabelValue.ANOMALY, "vera")
    say(store, first, LabelValue.UNSURE, "jan")
    say(store, second, LabelValue.ARTEFACT, "jan")
    assert ids(review.of_samples(9)) == [fourth, fifth]
    assert review.sample_said("a", "m") == SampleSaid(odd=2, unseen=1, looks=3)
    assert review.sample_said("b", "m") == SampleSaid(odd=0, unseen=2, looks=9)
    assert (
        review.sample_said("a", "other")
        == review.sample_said("c", "m")
        == SampleSaid(odd=0, unseen=0, looks=0)
    )
    store.history.undo("vera", "2026-11-21T02:00:00Z")
    assert ids(review.of_samples(9)) == [fourth, third, fifth]
    assert review.sample_said("a", "m").odd == 1
