"""The journey as a state machine, crashes, duplicates, and a real process that is killed."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astrolens.config.paths import Paths
from astrolens.domain.image import ImageState
from astrolens.store.images import PARKED_BY_CRASHES
from astrolens.store.store import Store, open_store
from tests.store.samples import a_hash, a_verdict, an_analysis, an_offer, fetched, offered, some_facts

LATE = "2999-01-01T00:00:00.000Z"


def state_of(store: Store, image_id: int) -> ImageState:
    record = store.images.get(image_id)
    assert record is not None
    return record.state


def reopened(store: Store, paths: Paths) -> Store:
    """Open again as after a kill: nothing is released, nothing saved."""
    store.database.close()
    return open_store(paths)


def test_offers_are_stored_once_and_numbered_in_order(store: Store) -> None:
    first = store.images.offer_many([an_offer(3), an_offer(1), an_offer(3)])
    assert first == sorted(first)
    assert len(first) == 2
    assert store.images.offer_many([an_offer(1), an_offer(2)]) == [first[-1] + 1]


def test_cursor_is_put_with_the_offers_or_not_at_all(store: Store) -> None:
    store.images.offer_many([an_offer(1)], "cursor/sdss", {"page": 2})
    assert store.state.get("cursor/sdss") == {"page": 2}
    with pytest.raises(ValueError, match="JSON"):
        store.images.offer_many([an_offer(2)], "cursor/sdss", float("nan"))
    assert not store.images.is_known("sdss", "key-2")


def test_same_bytes_are_a_duplicate(store: Store) -> None:
    first, second, third = offered(store, 3)
    assert store.images.fetched(first, sha256=a_hash(1), size_bytes=1) is ImageState.FETCHED
    assert store.images.fetched(second, sha256=a_hash(1), size_bytes=1) is ImageState.DUPLICATE
    assert store.images.fetched(third, sha256=a_hash(3), size_bytes=1) is ImageState.FETCHED
    record = store.images.get(second)
    assert record is not None
    assert record.duplicate_of == first
    assert not record.has_blob
    assert store.images.fetched(first, sha256=a_hash(1), size_bytes=1) is ImageState.FETCHED


def test_fetched_again_does_not_go_back(store: Store) -> None:
    (image_id,) = fetched(store, 1)
    store.analyses.put(image_id, an_analysis(1), some_facts(1))
    assert store.images.fetched(image_id, sha256=a_hash(9), size_bytes=1) is ImageState.ANALYSED


def test_done_needs_a_verdict(store: Store) -> None:
    (image_id,) = fetched(store, 1)
    with pytest.raises(ValueError, match="only a judged one"):
        store.images.done(image_id)
    with pytest.raises(ValueError, match="no image"):
        store.images.done(99)


def test_parked_is_final_and_says_why(store: Store) -> None:
    first, second = offered(store, 2)
    store.images.parked(first, "not a picture")
    store.images.waits(first, "busy", LATE)
    store.images.claim([first])
    record = store.images.get(first)
    assert record is not None
    assert (record.state, record.reason, record.attempts) == (ImageState.PARKED, "not a picture", 0)
    assert state_of(store, second) is ImageState.OFFERED


def test_waiting_counts_attempts(store: Store) -> None:
    (image_id,) = offered(store, 1)
    store.images.claim([image_id])
    store.images.waits(image_id, "busy", LATE)
    record = store.images.get(image_id)
    assert record is not None
    assert (record.attempts, record.due_at, record.reason, record.in_flight) == (1, LATE, "busy", False)


def test_in_flight_with_others_makes_suspect_and_alone_twice_parks(paths: Paths) -> None:
    store = open_store(paths)
    guilty, innocent = offered(store, 2)
    store.images.claim([guilty, innocent])
    store = reopened(store, paths)
    assert [(r.suspect, r.crashes) for r in store.images.next_in(ImageState.OFFERED, 9)] == [(True, 0)] * 2
    for _ in range(2):
        assert state_of(store, guilty) is ImageState.OFFERED
        store.images.claim([guilty], alone=True)
        store = reopened(store, paths)
    record = store.images.get(guilty)
    assert record is not None
    assert (record.state, record.reason) == (ImageState.PARKED, PARKED_BY_CRASHES)
    store.images.fetched(innocent, sha256=a_hash(1), size_bytes=1)
    record = store.images.get(innocent)
    assert record is not None
    assert not record.suspect
    store.close()


def test_good_order_counts_no_crash(store: Store, paths: Paths) -> None:
    (image_id,) = offered(store, 1)
    store.images.claim([image_id])
    store.images.release([image_id])
    store.images.claim([image_id], alone=True)
    store.close()
    again = open_store(paths)
    record = again.images.get(image_id)
    assert record is not None
    assert not record.suspect
    again.close()


class Journey(RuleBasedStateMachine):
    """Any order of calls keeps one row for each file, and only moves forward."""

    order = tuple(ImageState)

    @initialize()
    def open(self) -> None:
        Path(os.environ["HOME"]).mkdir(exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(dir=os.environ["HOME"]))
        self.paths = Paths(config_file=self.folder / "c", data=self.folder, runtime=self.folder)
        self.store = open_store(self.paths)
        self.numbers = offered(self.store, 4)
        self.seen: dict[int, ImageState] = {}

    @rule(which=st.integers(0, 3), content=st.integers(0, 2))
    def fetch(self, which: int, content: int) -> None:
        self.store.images.fetched(self.numbers[which], sha256=a_hash(content), size_bytes=1)

    @rule(which=st.integers(0, 3))
    def analyse(self, which: int) -> None:
        image_id = self.numbers[which]
        fit = state_of(self.store, image_id) not in {
            ImageState.OFFERED, ImageState.DUPLICATE, ImageState.PARKED,
        }  # fmt: skip
        try:
            self.store.analyses.put(image_id, an_analysis(which), some_facts(which))
        except ValueError:
            assert not fit
        else:
            assert fit

    @rule(which=st.integers(0, 3))
    def judge(self, which: int) -> None:
        image_id = self.numbers[which]
        fit = state_of(self.store, image_id) in {ImageState.ANALYSED, ImageState.JUDGED, ImageState.DONE}
        try:
            self.store.verdicts.put(image_id, a_verdict(3.0))
        except ValueError:
            assert not fit
        else:
            assert fit

    @rule(which=st.integers(0, 3))
    def finish(self, which: int) -> None:
        image_id = self.numbers[which]
        if state_of(self.store, image_id) is ImageState.JUDGED:
            self.store.images.done(image_id)

    @rule(which=st.integers(0, 3))
    def park(self, which: int) -> None:
        self.store.images.parked(self.numbers[which], "broken")

    @rule(which=st.sets(st.integers(0, 3)), alone=st.booleans())
    def claim(self, which: set[int], alone: bool) -> None:
        self.store.images.claim([self.numbers[one] for one in which], alone=alone)

    @rule()
    def kill(self) -> None:
        before = {r.image_id: (r.state, r.crashes, r.in_flight) for r in self.store.images.page()}
        self.store = reopened(self.store, self.paths)
        for record in self.store.images.page():
            state, crashes, in_flight = before[record.image_id]
            assert not record.in_flight
            assert record.crashes - crashes in {0, 1}
            assert record.state in {state, ImageState.PARKED}
            assert record.suspect or not in_flight

    @invariant()
    def rows_add_up(self) -> None:
        records = self.store.images.page()
        assert len(records) == 4
        originals = [r.sha256 for r in records if r.sha256 and r.duplicate_of is None]
        assert len(originals) == len(set(originals))
        for record in records:
            before = self.seen.get(record.image_id, ImageState.OFFERED)
            assert self.order.index(record.state) >= self.order.index(before)
            self.seen[record.image_id] = record.state
        counted = self.store.statistics.by_state()
        for state in ImageState:
            assert counted[state] == sum(record.state is state for record in records)

    def teardown(self) -> None:
        self.store.close()


TestJourney = Journey.TestCase
TestJourney.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)

_VICTIM = """
import sys
from pathlib import Path
from astrolens.config.paths import Paths
from astrolens.domain.image import ImageState
from astrolens.domain.review import Label, LabelValue
from astrolens.store.store import open_store
from tests.store.samples import a_hash, a_verdict, an_analysis, an_offer, some_facts

data, start = Path(sys.argv[1]), int(sys.argv[2])
store = open_store(Paths(config_file=data / "c", data=data, runtime=data))
say = lambda *words: (sys.stdout.write(" ".join(map(str, words)) + "\\n"), sys.stdout.flush())
say("ready")
for number in range(start, start + 100_000):
    for image_id in store.images.offer_many([an_offer(number)]):
        temp = store.blobs.temporary()
        temp.write_bytes(str(number // 2).encode())
        sha256 = a_hash(number // 2)
        store.blobs.add(temp, sha256)
        if store.images.fetched(image_id, sha256=sha256, size_bytes=1) is ImageState.FETCHED:
            store.analyses.put(image_id, an_analysis(number), some_facts(number))
            store.verdicts.put(image_id, a_verdict(3.0))
            store.images.done(image_id)
        label = store.labels.add(Label(image_id=image_id, value=LabelValue.NORMAL, reviewer="r", made_at=str(number)))
        say("done", number, image_id, label.label_id)
"""


@pytest.mark.process
def test_nothing_acknowledged_is_lost_to_sigkill(paths: Paths) -> None:
    acknowledged: dict[int, tuple[int, int]] = {}
    moments = random.Random(20261121)
    root = Path(__file__).parents[2]
    for turn in range(4):
        start = turn * 1000
        with subprocess.Popen(
            [sys.executable, "-c", _VICTIM, str(paths.data), str(start)],
            stdout=subprocess.PIPE, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, text=True,
        ) as victim:  # fmt: skip
            assert victim.stdout is not None
            assert victim.stdout.readline() == "ready\n"
            for line in victim.stdout:
                words = line.split()
                if len(words) == 4 and line.endswith("\n"):
                    acknowledged[int(words[1])] = (int(words[2]), int(words[3]))
                if len(acknowledged) % 1000 > 5 and moments.random() < 0.05:
                    victim.send_signal(signal.SIGKILL)
    assert len(acknowledged) > 20
    store = open_store(paths)
    for number, (image_id, label_id) in acknowledged.items():
        assert store.images.find("sdss", f"key-{number}") == image_id
        assert state_of(store, image_id) in {ImageState.DONE, ImageState.DUPLICATE}
        assert [label.label_id for label in store.labels.of_image(image_id)] == [label_id]
    with store.database.read() as connection:
        (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
        doubled = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM images WHERE duplicate_of IS NULL AND sha256 IS NOT NULL"
            " GROUP BY sha256 HAVING count(*) > 1)"
        ).fetchone()[0]
    assert (whole, doubled) == ("ok", 0)
    assert store.labels.verify() == []
    records = store.images.page(limit=10_000)
    assert all(store.blobs.path(r.sha256).exists() for r in records if r.sha256 and r.has_blob)
    measured = sum(r.state in {ImageState.ANALYSED, ImageState.JUDGED, ImageState.DONE} for r in records)
    assert len(store.vectors) == measured
    assert json.dumps(store.statistics.of_source("sdss"))
    store.sweep(older_than_s=-1.0)
    assert all(store.blobs.path(r.sha256).exists() for r in records if r.sha256 and r.has_blob)
    store.close()
