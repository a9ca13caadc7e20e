"""What was an anomaly before the step is told or waits to be told, and every verdict gets its encoder."""

import contextlib
import sqlite3

from astrolens.config.paths import Paths
from astrolens.store.store import open_store
from tests.store.test_migrations import from_schema_1


def test_an_anomaly_that_was_done_is_not_told_again(paths: Paths) -> None:
    from_schema_1(paths.database)
    with contextlib.closing(sqlite3.connect(paths.database)) as connection:
        connection.execute("UPDATE images SET state = 'done', due_at = NULL WHERE id = 1")
        connection.commit()
    with contextlib.closing(open_store(paths)) as store:
        assert store.announcements.due() == []
        assert store.announcements.finish([1]) == []
        assert store.verdicts.model_of(1) == "model-1"


def test_one_that_was_on_its_way_is(paths: Paths) -> None:
    from_schema_1(paths.database)
    with contextlib.closing(open_store(paths)) as store:
        assert [event.image_id for event in store.announcements.finish([1])] == [1, 1]
        assert store.announcements.due() == [1]
