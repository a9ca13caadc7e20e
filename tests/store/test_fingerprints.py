"""Near duplicates: exactly what brute force finds, without looking at everything."""

import sqlite3
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.store import fingerprints
from astrolens.store.store import Store
from tests.store.samples import a_hash, an_analysis, offered, some_facts

_TABLES = """
CREATE TABLE images (id INTEGER PRIMARY KEY, phash INTEGER);
CREATE TABLE fingerprint_bands (band, word, image_id, phash, PRIMARY KEY (band, word, image_id)) WITHOUT ROWID;
"""


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = memory()
    yield opened
    opened.close()


def memory() -> sqlite3.Connection:
    opened = sqlite3.connect(":memory:")
    opened.row_factory = sqlite3.Row
    opened.executescript(_TABLES)
    return opened


def brute_force(words: list[int], phash: int, most: int) -> int | None:
    near = [((word ^ phash).bit_count(), number) for number, word in enumerate(words, start=1)]
    near = [pair for pair in near if pair[0] <= most]
    return min(near)[1] if near else None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30),
    st.sets(st.integers(0, 63), max_size=9),
    st.integers(0, 7),
    st.data(),
)
def test_finds_what_brute_force_finds(
    words: list[int], flips: set[int], most: int, data: st.DataObject
) -> None:
    connection = memory()
    for number, word in enumerate(words, start=1):
        fingerprints.remember(connection, number, word)
    asked = data.draw(st.sampled_from(words)) ^ sum(1 << bit for bit in flips)
    found = fingerprints.nearest(connection, asked, exclude_id=None, max_distance=most)
    assert found == brute_force(words, asked, most)
    connection.close()


def test_recall_is_complete_within_the_distance(connection: sqlite3.Connection) -> None:
    random = np.random.default_rng(7)
    words = [int(word) for word in random.integers(0, 2**64, 3000, dtype=np.uint64)]
    for number, word in enumerate(words, start=1):
        fingerprints.remember(connection, number, word)
    for number in range(1, 3001, 10):
        flips = random.choice(64, 3, replace=False)
        asked = words[number - 1] ^ sum(1 << int(bit) for bit in flips)
        assert fingerprints.nearest(connection, asked, exclude_id=None, max_distance=3) == number
        assert fingerprints.nearest(connection, asked, exclude_id=number, max_distance=3) is None


def test_remembering_again_forgets_the_old_hash(store: Store) -> None:
    (image_id,) = offered(store, 1)
    store.images.fetched(image_id, sha256=a_hash(1), size_bytes=1)
    store.analyses.put(image_id, an_analysis(1), some_facts(1))
    store.analyses.put(image_id, an_analysis(1), some_facts(2))
    assert store.images.near_duplicate(some_facts(1).phash) is None
    assert store.images.near_duplicate(some_facts(2).phash) == image_id


def test_pictures_that_all_look_alike_stay_cheap(connection: sqlite3.Connection) -> None:
    for number in range(1, 6001):
        fingerprints.remember(connection, number, 0)
    steps = 0

    def _count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(_count, 1000)
    assert fingerprints.nearest(connection, 0, exclude_id=None, max_distance=3) == 1
    assert steps < 100


@pytest.mark.parametrize("distance", [-1, 8])
def test_distance_out_of_range_is_refused(connection: sqlite3.Connection, distance: int) -> None:
    with pytest.raises(ValueError, match="max_distance"):
        fingerprints.nearest(connection, 0, exclude_id=None, max_distance=distance)
