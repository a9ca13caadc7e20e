"""The list: every row once, in order, whatever the filter and the page; totals that agree."""

import base64
import json
from itertools import pairwise
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.api.wire import CandidatePage, CandidateRow
from astrolens.domain.detection import Decision
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.review import Label, LabelValue
from astrolens.domain.sky import SkyPosition
from astrolens.store.candidates import CandidateFilter, CandidateOrder
from astrolens.store.store import Store
from tests.store.samples import a_hash, a_verdict, an_analysis, an_offer, judged, some_facts

_DECISIONS = (Decision.ANOMALY, Decision.NEAR_MISS, Decision.NORMAL)
_ALL = CandidateFilter(decisions=_DECISIONS)


def filled(store: Store) -> list[dict[str, Any]]:
    """Thirty-six pictures with many ties, half of them labelled, some looked up; as the list shows them."""
    place = SkyPosition(ra_deg=1.0, dec_deg=1.0)
    for number in range(36):
        source = ("sdss", "legacy")[number % 2]
        (image_id,) = store.images.offer_many([an_offer(number, source, place)])
        store.images.fetched(image_id, sha256=a_hash(number), size_bytes=1)
        store.analyses.put(image_id, an_analysis(number), some_facts(number))
        sigma = float(number % 4)
        store.verdicts.put(
            image_id, a_verdict(sigma, _DECISIONS[number % 3], p_value=0.1 + 0.1 * (number % 2))
        )
        if number % 4 < 2:
            value = (LabelValue.ANOMALY, LabelValue.NORMAL)[number % 4]
            store.labels.add(Label(image_id=image_id, value=value, reviewer="r", made_at="t"))
        if number % 5 == 0:
            answer = CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.NO_MATCH)
            store.crossref.put(image_id, (answer,), required=("simbad",))
    store.database.execute("UPDATE images SET found_at = '2026-11-21T0' || (id % 3) || ':00:00.000Z'")
    return walk(store, _ALL, CandidateOrder.SIGMA, 1000)


def walk(store: Store, wanted: CandidateFilter, order: CandidateOrder, limit: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        page = store.verdicts.candidates(wanted, order=order, after=after, limit=limit)
        rows += page["rows"]
        after = page["next"]
        if after is None:
            return rows


def place(row: dict[str, Any], order: CandidateOrder) -> tuple[Any, ...]:
    if order is CandidateOrder.SIGMA:
        return row["sigma"], -row["p_value"], row["id"]
    return row["found_at"], row["id"]


def passes(row: dict[str, Any], wanted: CandidateFilter) -> bool:
    label = {None: True, "none": row["label"] is None, "any": row["label"] is not None}
    return (
        row["decision"] in wanted.decisions
        and wanted.source in {None, row["source"]}
        and label.get(wanted.label, row["label"] == wanted.label)
        and row["sigma"] >= wanted.min_sigma
        and wanted.catalogue in {None, row["catalogue"]}
        and wanted.text.lower() in row["key"].lower()
    )


_FILTERS = st.builds(
    CandidateFilter,
    decisions=st.lists(st.sampled_from(_DECISIONS), max_size=3).map(tuple),
    source=st.sampled_from([None, "sdss", "legacy", "ztf"]),
    label=st.sampled_from([None, "none", "any", "anomaly", "normal", "unsure"]),
    min_sigma=st.sampled_from([0.0, 1.0, 2.5, 9.0]),
    catalogue=st.sampled_from([None, "unknown", "not_asked", "known"]),
    text=st.sampled_from(["", "1", "KEY-2", "%", "_"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=_FILTERS, order=st.sampled_from(CandidateOrder), limit=st.integers(1, 40), data=st.data())
def test_pages_are_the_filtered_list_in_order(
    store: Store, wanted: CandidateFilter, order: CandidateOrder, limit: int, data: st.DataObject
) -> None:
    every = walk(store, _ALL, CandidateOrder.SIGMA, 1000) or filled(store)
    rows = walk(store, wanted, order, limit)
    expected = [row for row in every if passes(row, wanted)]
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in expected)
    assert all(place(one, order) > place(next_one, order) for one, next_one in pairwise(rows))
    page = store.verdicts.candidates(wanted, order=order, limit=limit)
    assert page["total"] == len(expected)
    near = CandidateFilter(
        decisions=(Decision.NEAR_MISS,), source=wanted.source, label=wanted.label,
        min_sigma=wanted.min_sigma, catalogue=wanted.catalogue, text=wanted.text,
    )  # fmt: skip
    assert page["near_misses"] == sum(passes(row, near) for row in every)


def test_rows_have_the_keys_of_the_wire(store: Store) -> None:
    judged(store, [a_verdict(3.0)])
    page = store.verdicts.candidates()
    assert set(page) == set(get_type_hints(CandidatePage))
    assert set(page["rows"][0]) == set(get_type_hints(CandidateRow))
    assert json.loads(json.dumps(page)) == page


def test_a_row_that_comes_later_does_not_shift_the_next_page(store: Store) -> None:
    first = judged(store, [a_verdict(sigma) for sigma in (5.0, 4.0, 3.0, 2.0)])
    page = store.verdicts.candidates(limit=2)
    judged(store, [a_verdict(6.0), a_verdict(4.5)], "legacy")
    rest = store.verdicts.candidates(limit=9, after=page["next"])
    assert [row["id"] for row in page["rows"] + rest["rows"]] == first


def test_empty_store_has_an_empty_page(store: Store) -> None:
    assert store.verdicts.candidates() == {"rows": [], "next": None, "total": 0, "near_misses": 0}


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_limit_out_of_range_is_refused(store: Store, limit: int) -> None:
    with pytest.raises(ValueError, match="limit is"):
        store.verdicts.candidates(limit=limit)


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["", "é", "%%%", "AAAA", _cursor([]), _cursor({}), _cursor(5), _cursor(None), _cursor("sigma"),
     _cursor(["found", "2026", 3]), _cursor(["sigma", 1.0, 2.0]), _cursor(["sigma", "1", 2.0, 3]),
     _cursor(["sigma", 1.0, 2.0, 1 << 70]), _cursor(["sigma", 1.0, 2.0, True]), _cursor(["sigma", 1 << 90, 2.0, 3])],
)  # fmt: skip
def test_damaged_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.verdicts.candidates(after=cursor)
