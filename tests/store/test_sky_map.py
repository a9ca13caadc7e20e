"""Areas agree with the positions, whatever happens to a picture; samples are even and bounded."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolens.domain.areas import area_of
from astrolens.domain.detection import Decision
from astrolens.domain.sky import SkyPosition
from astrolens.store.store import Store
from tests.store.samples import a_hash, a_verdict, an_analysis, an_offer, some_facts

_CORNERS = [(0.0, -90.0), (359.999, 90.0), (5.0, 0.0), (4.999999, -0.0), (180.0, 89.999), (355.0, -85.0)]
_PLACES = st.lists(
    st.one_of(st.tuples(st.floats(0, 360, exclude_max=True), st.floats(-90, 90)), st.sampled_from(_CORNERS)),
    min_size=1,
    max_size=40,
)


def judged_at(store: Store, number: int, place: SkyPosition | None, decision: Decision) -> int:
    (image_id,) = store.images.offer_many([an_offer(number, "sdss", place)])
    store.images.fetched(image_id, sha256=a_hash(number), size_bytes=1)
    store.analyses.put(image_id, an_analysis(number), some_facts(number))
    store.verdicts.put(image_id, a_verdict(3.0, decision))
    return image_id


def test_counts_follow_the_verdicts(store: Store) -> None:
    here, there = SkyPosition(ra_deg=10.0, dec_deg=20.0), SkyPosition(ra_deg=359.9, dec_deg=-89.0)
    first = judged_at(store, 1, here, Decision.ANOMALY)
    judged_at(store, 2, here, Decision.NORMAL)
    judged_at(store, 3, there, Decision.NORMAL)
    judged_at(store, 4, None, Decision.NORMAL)
    areas, judged = store.sky_map.counts()
    assert areas == {area_of(10.0, 20.0): {"anomaly": 1, "normal": 1}, area_of(359.9, -89.0): {"normal": 1}}
    assert judged == 4
    store.verdicts.put(first, a_verdict(1.0, Decision.NORMAL))
    assert store.sky_map.counts()[0][area_of(10.0, 20.0)] == {"normal": 2}
    store.database.execute("UPDATE images SET ra_deg = 100.0 WHERE id = ?", (first,))
    areas = store.sky_map.counts()[0]
    assert areas[area_of(10.0, 20.0)] == {"normal": 1}
    assert areas[area_of(100.0, 20.0)] == {"normal": 1}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> object:
    from astrolens.store.database import connect

    connection = connect(tmp_path_factory.mktemp("areas") / "a.db", readonly=False)
    from astrolens.store.schema_7 import SCHEMA_7

    column = SCHEMA_7.split("GENERATED ALWAYS AS (")[1].split(") VIRTUAL")[0]
    connection.execute(f"CREATE TABLE t (ra_deg REAL, dec_deg REAL, area INTEGER AS ({column}) VIRTUAL)")
    yield connection
    connection.close()


@given(_PLACES)
@settings(max_examples=50, deadline=None)
def test_the_arithmetic_in_sql_is_that_of_the_domain(
    shared: object, places: list[tuple[float, float]]
) -> None:
    shared.execute("DELETE FROM t")  # type: ignore[attr-defined]
    shared.executemany("INSERT INTO t VALUES (?, ?)", places)  # type: ignore[attr-defined]
    found = [row[0] for row in shared.execute("SELECT area FROM t ORDER BY rowid")]  # type: ignore[attr-defined]
    assert Counter(found) == Counter(area_of(*place) for place in places)


def test_a_sample_is_even_and_holds_every_finding(store: Store) -> None:
    ids = [
        judged_at(store, number, None, Decision.ANOMALY if number in (7, 31) else Decision.NORMAL)
        for number in range(60)
    ]
    spread = store.sky_map.spread("model-1", 10)
    assert {ids[7], ids[31]} <= set(spread.ids)
    assert 10 <= len(spread.ids) <= 12
    assert np.diff(sorted(set(spread.ids) - {ids[7], ids[31]})).max() <= 14
    assert spread.embeddings.shape == (len(spread.ids), 8)
    assert set(spread.decisions) == {"anomaly", "normal"}
    assert len(store.sky_map.spread("model-1", 1000).ids) == 60
    empty = store.sky_map.spread("another", 10)
    assert empty.ids == ()
    assert empty.embeddings.shape == (0, 0)
