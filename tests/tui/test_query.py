"""What is asked of the list."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.api.wire import CandidateOrder
from astrolens.domain.filter_text import FilterError
from astrolens.tui.query import CandidateQuery


def test_words_become_parameters() -> None:
    query = CandidateQuery(near_misses=True).filtered("source:sdss -label:* sigma>4 catalogue:unk")
    assert query.page("c7", 200).query == {
        "decision": "anomaly,near_miss",
        "filter": "source:sdss -label:* sigma>4 catalogue:unknown",
        "order": "sigma",
        "after": "c7",
        "limit": "200",
    }
    assert query.page(None, 9, rank=5).query["rank"] == "5"
    assert query.page(None, 9, before="c").query["before"] == "c"


def test_a_filter_keeps_order_and_near_misses_and_reads_back() -> None:
    query = CandidateQuery(near_misses=True, order=CandidateOrder.FOUND).filtered("label:any σ>=2.5")
    assert query.near_misses
    assert query.order is CandidateOrder.FOUND
    assert query.words() == "label:* sigma>=2.5"
    assert query.filtered(query.words()) == query
    assert query.filtered("").words() == ""


def test_orders_go_round_and_turn_round() -> None:
    query = CandidateQuery()
    seen = [query := query.sorted_next() for _ in CandidateOrder]
    assert {one.order for one in seen} == set(CandidateOrder)
    assert query.order is CandidateOrder.SIGMA
    once = query.sorted_by(CandidateOrder.SOURCE)
    assert not once.reverse
    assert not once.descends()
    assert once.sorted_by(CandidateOrder.SOURCE).reverse
    assert query.descends()
    assert not query.reversed().descends()
    said = {one.order_words() for one in seen} | {one.reversed().order_words() for one in seen}
    assert len(said) == 2 * len(CandidateOrder)


def test_a_wrong_word_is_named() -> None:
    with pytest.raises(FilterError, match="no label"):
        CandidateQuery().filtered("label:blue")


@given(st.text(max_size=80))
def test_any_words_give_a_query_or_a_complaint(words: str) -> None:
    with suppress(FilterError):
        query = CandidateQuery().filtered(words)
        assert query.page(None, 1).path == "/candidates"
