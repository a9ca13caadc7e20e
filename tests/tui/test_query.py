"""The small language of the filter line."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.api.wire import CandidateOrder
from astrolens.domain.finding import CatalogState
from astrolens.tui.query import CandidateQuery


def test_words_become_parameters() -> None:
    query = CandidateQuery(near_misses=True).filtered("source:sdss -label:* sigma>4 catalogue:unk")
    assert query.page("c7", 200).query == {
        "decision": "anomaly,near_miss",
        "source": "sdss",
        "label": "none",
        "catalogue": "unknown",
        "minimum_sigma": "4.0",
        "order": "sigma",
        "after": "c7",
        "limit": "200",
    }


def test_a_filter_keeps_order_and_near_misses_and_reads_back() -> None:
    query = CandidateQuery(near_misses=True, order=CandidateOrder.FOUND).filtered("label:any σ>=2.5")
    assert query.near_misses
    assert query.order is CandidateOrder.FOUND
    assert query.words() == "label:any sigma>2.5"
    assert query.filtered(query.words()) == query
    assert query.filtered("").words() == ""
    assert query.filtered("catalog:known").catalogue is CatalogState.KNOWN


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("galaxy", "'galaxy' is no filter"),
        ("label:blue", "one of anomaly"),
        ("sigma>x", "comes a number"),
        ("sigma>-1", "between 0 and 1000"),
        ("ra:3", "'ra' cannot be filtered by"),
        ("catalogue:no", "one of known"),
    ],
)
def test_a_wrong_word_is_named(words: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        CandidateQuery().filtered(words)


@given(st.text(max_size=80))
def test_any_words_give_a_query_or_a_complaint(words: str) -> None:
    with suppress(ValueError):
        query = CandidateQuery().filtered(words)
        assert query.page(None, 1).path == "/candidates"
