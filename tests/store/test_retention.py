"""What may go is old, normal and unlabelled; nothing else ever."""

from pathlib import Path

from astrolens.domain.detection import Decision
from astrolens.domain.review import Label, LabelValue
from astrolens.store.store import Store
from tests.store.samples import a_hash, a_verdict, judged, offered

LATE = "2999-01-01T00:00:00.000Z"


def normals(
    store: Store, count: int, decision: Decision = Decision.NORMAL, source: str = "sdss"
) -> list[int]:
    numbers = judged(store, [a_verdict(1.0, decision)] * count, source)
    store.images.done_many(numbers)
    for number in numbers:
        temp = store.blobs.temporary()
        temp.write_bytes(b"0123456789")
        store.blobs.add(temp, a_hash(number))
    return numbers


def file_of(store: Store, image_id: int) -> Path:
    return store.blobs.path(a_hash(image_id))


def test_only_old_unlabelled_normals_go(store: Store) -> None:
    plain, labelled, undone, doubled = normals(store, 4)
    anomaly = normals(store, 1, Decision.ANOMALY, "a")
    near = normals(store, 1, Decision.NEAR_MISS, "b")
    unfinished = judged(store, [a_verdict(1.0, Decision.NORMAL)], "c")
    (copy,) = offered(store, 1, "d")
    store.images.fetched(copy, sha256=a_hash(doubled), size_bytes=10)
    store.labels.add(Label(image_id=labelled, value=LabelValue.NORMAL, reviewer="r", made_at="t"))
    store.labels.add(Label(image_id=copy, value=LabelValue.NORMAL, reviewer="r", made_at="t"))
    once = store.labels.add(Label(image_id=undone, value=LabelValue.NORMAL, reviewer="r", made_at="t"))
    store.labels.withdraw(once.label_id, "t2")
    assert [item.image_id for item in store.retention.removable(LATE)] == [plain]
    assert store.retention.removable("2000") == []
    assert store.retention.remove(LATE) == 10
    assert not file_of(store, plain).exists()
    assert all(file_of(store, number).exists() for number in (labelled, undone, doubled, *anomaly, *near))
    assert store.retention.remove(LATE) == 0
    record = store.images.get(plain)
    assert record is not None
    assert (record.has_blob, record.sha256) == (False, a_hash(plain))
    assert unfinished


def test_a_kill_between_row_and_file_leaves_only_what_the_sweep_finds(store: Store) -> None:
    (image_id,) = normals(store, 1)
    store.database.execute("UPDATE images SET has_blob = 0")
    assert store.sweep(older_than_s=-1.0) == 1
    assert not file_of(store, image_id).exists()


def test_limit_holds(store: Store) -> None:
    normals(store, 5)
    assert store.retention.remove(LATE, 2) == 20
    assert len(store.retention.removable(LATE)) == 3
