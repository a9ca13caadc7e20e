"""A list of many candidates: bounded work for each page, wherever it lies."""

import time
from pathlib import Path

import pytest

from astrolens.domain.detection import Decision
from astrolens.domain.filter_text import parse_filter
from astrolens.store.candidate_order import CandidateOrder
from astrolens.store.candidate_query import CandidateFilter
from astrolens.store.candidates import MOST_COUNTED, PageWish, page
from astrolens.store.database import connect
from astrolens.store.migrations import migrate

_ROWS = 20_000
_FILL = """
INSERT INTO images (id, source, key, url, state, offered_at, changed_at, found_at, catalogue, catalogue_words)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT i, 'src' || (i % 7), 'key-' || i, 'u', 'done', '2026', '2026',
       strftime('%Y-%m-%dT%H:%M:%f', 1760000000 + i, 'unixepoch') || 'Z',
       CASE i % 3 WHEN 0 THEN 'unknown' WHEN 1 THEN 'known' ELSE 'not_answered' END, 'NGC ' || (i % 900) FROM n
"""
_JUDGE = """
UPDATE images SET decision = CASE WHEN id % 5 THEN 'near_miss' ELSE 'anomaly' END,
    sigma = 2.0 + ((id * 7919) % 10007) / 2500.0, oddness = -1.0 / (1 + ((id * 7919) % 10007)),
    label = CASE WHEN id % 97 THEN NULL ELSE 'normal' END
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of 20,000 findings."""
    file = tmp_path_factory.mktemp("many") / "many.sqlite"
    migrate(file)
    connection = connect(file, readonly=False)
    connection.execute("BEGIN")
    connection.execute(_FILL, (_ROWS,))
    connection.execute(_JUDGE)
    connection.execute("COMMIT")
    connection.close()
    return file


@pytest.mark.parametrize("order", CandidateOrder)
def test_every_part_is_quick_and_pages_fit_together(many: Path, order: CandidateOrder) -> None:
    connection = connect(many, readonly=True)
    try:
        started = time.process_time()
        first = page(connection, CandidateFilter(), PageWish(order=order, limit=200))
        assert (first["total"], first["near_misses"], first["first"]) == (_ROWS, _ROWS * 4 // 5, 0)
        last = page(connection, CandidateFilter(), PageWish(order=order, limit=200, rank=10**9))
        assert last["first"] == _ROWS - 200
        middle = page(connection, CandidateFilter(), PageWish(order=order, limit=200, rank=10_000))
        behind = page(connection, CandidateFilter(), PageWish(order=order, limit=200, after=middle["next"]))
        before = page(
            connection, CandidateFilter(), PageWish(order=order, limit=200, before=behind["previous"])
        )
        assert before["rows"] == middle["rows"]
        turned = page(connection, CandidateFilter(), PageWish(order=order, limit=200, reverse=True))
        assert turned["rows"] == last["rows"][::-1]
        assert time.process_time() - started < 1.5
    finally:
        connection.close()


def test_counting_has_an_end(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrolens.store.candidates.MOST_COUNTED", 5_000)
    connection = connect(many, readonly=True)
    try:
        wanted = CandidateFilter(terms=parse_filter("name:NGC"))
        first = page(connection, wanted, PageWish(limit=200))
        assert (first["total"], first["exact"]) == (5_000, False)
        last = page(connection, wanted, PageWish(limit=200, rank=10**9))
        assert (last["total"], last["exact"], last["first"]) == (_ROWS, True, _ROWS - 200)
        rare = CandidateFilter(decisions=(Decision.ANOMALY,), terms=parse_filter("name:zzz -label:*"))
        assert page(connection, rare, PageWish(limit=200))["total"] == 0
    finally:
        connection.close()
    assert MOST_COUNTED == 100_000
