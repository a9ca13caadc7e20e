"""The list: every row once, in order, whatever the filter and the page; totals that agree."""

import base64
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.api.wire import CandidatePage, CandidateRow
from astrolens.domain.detection import Decision
from astrolens.domain.filter_text import parse_filter
from astrolens.domain.finding import CatalogAnswer, CatalogOutcome
from astrolens.domain.review import Label, LabelValue
from astrolens.domain.sky import SkyPosition
from astrolens.store.candidate_order import CandidateOrder
from astrolens.store.candidate_query import CandidateFilter
from astrolens.store.candidates import PageWish
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


def walk(
    store: Store,
    wanted: CandidateFilter,
    order: CandidateOrder,
    limit: int,
    *,
    reverse: bool = False,
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        wish = PageWish(order=order, after=after, limit=limit, reverse=reverse)
        page = store.verdicts.candidates(wanted, wish)
        rows += page["rows"]
        after = page["next"]
        if after is None:
            return rows


def place(row: dict[str, Any], order: CandidateOrder) -> tuple[Any, ...]:
    """Grows from the end of the list to its beginning."""
    oddest = (row["sigma"], -row["p_value"], row["id"])
    if order is CandidateOrder.FOUND:
        return row["found_at"], row["id"]
    word = {CandidateOrder.SOURCE: row["source"], CandidateOrder.CATALOGUE: row["catalogue"],
            CandidateOrder.LABEL: row["label"] or "~"}.get(order)  # fmt: skip
    return oddest if word is None else (tuple(-ord(letter) for letter in word.ljust(20)), *oddest)


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
@given(
    wanted=_FILTERS, order=st.sampled_from(CandidateOrder), limit=st.integers(1, 40), reverse=st.booleans()
)
def test_pages_are_the_filtered_list_in_order(
    store: Store, wanted: CandidateFilter, order: CandidateOrder, limit: int, reverse: bool
) -> None:
    if order not in (CandidateOrder.SIGMA, CandidateOrder.FOUND):
        wanted = replace(wanted, decisions=tuple(set(wanted.decisions) - {Decision.NORMAL}))
    every = walk(store, _ALL, CandidateOrder.SIGMA, 1000) or filled(store)
    rows = walk(store, wanted, order, limit, reverse=reverse)
    expected = [row for row in every if passes(row, wanted)]
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in expected)
    down = rows[::-1] if reverse else rows
    assert all(place(one, order) > place(next_one, order) for one, next_one in pairwise(down))
    page = store.verdicts.candidates(wanted, PageWish(order=order, limit=limit, reverse=reverse))
    assert page["total"] == len(expected)
    assert page["exact"]
    last = store.verdicts.candidates(wanted, PageWish(order=order, limit=limit, reverse=reverse, rank=9999))
    backwards = last["rows"]
    while last["previous"] is not None:
        wish = PageWish(order=order, limit=limit, reverse=reverse, before=last["previous"])
        last = store.verdicts.candidates(wanted, wish)
        backwards = last["rows"] + backwards
    assert backwards == rows
    for rank in {0, len(rows) // 3, len(rows) // 2, len(rows) - 1} - {-1}:
        part = store.verdicts.candidates(
            wanted, PageWish(order=order, limit=limit, reverse=reverse, rank=rank)
        )
        assert part["rows"] == rows[rank : rank + limit] or not rows
        assert (part["previous"] is None) == (rank == 0)
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
    page = store.verdicts.candidates(wish=PageWish(limit=2))
    judged(store, [a_verdict(6.0), a_verdict(4.5)], "legacy")
    rest = store.verdicts.candidates(wish=PageWish(limit=9, after=page["next"]))
    assert [row["id"] for row in page["rows"] + rest["rows"]] == first


def test_empty_store_has_an_empty_page(store: Store) -> None:
    assert store.verdicts.candidates() == {
        "rows": [], "next": None, "previous": None, "first": 0, "total": 0, "exact": True, "near_misses": 0,
    }  # fmt: skip


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_limit_out_of_range_is_refused(store: Store, limit: int) -> None:
    with pytest.raises(ValueError, match="limit is"):
        store.verdicts.candidates(wish=PageWish(limit=limit))


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
        store.verdicts.candidates(wish=PageWish(after=cursor))


def test_two_beginnings_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="give one of them"):
        store.verdicts.candidates(wish=PageWish(after="a", rank=3))
    with pytest.raises(ValueError, match="rank is -1"):
        store.verdicts.candidates(wish=PageWish(rank=-1))


def test_normal_pictures_have_two_orders(store: Store) -> None:
    with pytest.raises(ValueError, match="only anomalies and near misses are sorted by source"):
        store.verdicts.candidates(_ALL, PageWish(order=CandidateOrder.SOURCE))


_WORDS = (
    "sigma>1", "sigma<=2 -label:*", "source:sdss", "source:s*,legacy", "label:anomaly,none", "-label:normal",
    "decision:normal", "-decision:normal", "decision:*", "catalogue:unknown", "-catalogue:unknown", "p<0.15",
    "found>2026-11-21T01:30", "found<1s", "id:3,5,7", "-id:3", "key:KEY-2", "name:key-1*", "name:100%_",
    "near:1+1,10", "-near:1+1,10", "near:200+10,10", "by:r", "-by:r", "tag:*", "-note:*", "why:knn", "ra<2",
    "dec>5", "interest>3", "-interest>3", "asymmetry>-99", "-asymmetry>-99", "area=1350",
)  # fmt: skip


def test_a_filter_and_its_opposite_share_the_list(store: Store) -> None:
    filled(store)
    base = CandidateFilter()
    for order in CandidateOrder:
        everything = sorted(row["id"] for row in walk(store, base, order, 1000))
        for words in _WORDS:
            terms = parse_filter(words)
            if Decision.NORMAL in terms.decisions(base.decisions) and order not in ("sigma", "found"):
                continue
            there = walk(store, replace(base, terms=terms), order, 7)
            page = store.verdicts.candidates(replace(base, terms=terms), PageWish(order=order))
            assert page["total"] == len(there) == len({row["id"] for row in there}), words
            if "decision" in words or len(terms.clauses) > 1:
                continue
            (clause,) = terms.clauses
            turned = replace(terms, clauses=(replace(clause, negated=not clause.negated),))
            others = walk(store, replace(base, terms=turned), order, 7)
            assert sorted(row["id"] for row in there + others) == everything, words
