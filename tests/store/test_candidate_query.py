"""Every page is read along an index, whatever the order and the filter; no word of a person is part of SQL."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.domain.clock import utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.filter_text import parse_filter
from astrolens.store.candidate_order import CandidateOrder, sorting_of
from astrolens.store.candidate_query import CandidateFilter, CandidateSql
from astrolens.store.store import Store

_FILTERS = ("", "sigma>2", "source:sdss", "-label:* name:NGC", "found<2d p<1e-3", "asymmetry>0.3 why:knn")


def asked(words: str, order: CandidateOrder, **more: Any) -> CandidateSql:
    wanted = CandidateFilter(terms=parse_filter(words), **more)
    return CandidateSql(wanted, sorting_of(order), utc_now())


def plan(store: Store, sql: str, values: Any) -> list[str]:
    given_values = {**values, **{f"place_{number}": 1 for number in range(4)}, "limit": 9, "rank": 9}
    with store.database.read() as connection:
        return [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", given_values)]


@pytest.mark.parametrize("order", CandidateOrder)
@pytest.mark.parametrize("words", _FILTERS)
def test_the_list_is_walked_along_an_index_and_nothing_is_sorted(
    store: Store, words: str, order: CandidateOrder
) -> None:
    for more in ({}, {"label": "any"}, {"decisions": (Decision.ANOMALY,)}):
        sql = asked(words, order, **more)
        for backwards in (False, True):
            for query in (
                sql.rows(backwards=backwards, from_place=False),
                sql.rows(backwards=backwards, from_place=True),
                sql.rows(backwards=backwards, from_place=True, inclusive=True),
                sql.place_by_rank(backwards=backwards),
            ):
                steps = plan(store, query, sql.values)
                assert not any("TEMP B-TREE" in step or step == "SCAN images" for step in steps), steps
                assert any("(decision=?" in step for step in steps)


@pytest.mark.parametrize("words", ["", "sigma>3", "source:sdss -label:*", "name:NGC", "found<2d"])
def test_counting_and_looking_for_few_read_one_index_and_no_rows(store: Store, words: str) -> None:
    sql = asked(words, CandidateOrder.FOUND)
    steps = plan(store, sql.count(), sql.values)
    assert any("COVERING INDEX findings_by_sigma" in step for step in steps), steps


@pytest.mark.parametrize("words", ["near:10+10,30", "id:3", "tag:ring", "note:*", "by:ana", "area=7"])
def test_what_people_said_and_places_have_ways_of_their_own(store: Store, words: str) -> None:
    sql = asked(words, CandidateOrder.SIGMA)
    steps = plan(store, sql.count(), sql.values)
    assert not any("findings_by_sigma" in step or step.startswith("SCAN images") for step in steps), steps


_VALUE = st.text(alphabet=st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    key=st.sampled_from(["source", "key", "name", "tag", "note", "by", "why"]),
    value=_VALUE,
    negated=st.booleans(),
    order=st.sampled_from(CandidateOrder),
)
def test_no_word_of_a_person_becomes_sql(
    store: Store, key: str, value: str, negated: bool, order: CandidateOrder
) -> None:
    value = re.sub('[",*]', "", value) or "x"
    said, harmless = f'{"-" * negated}{key}:"{value}"', f"{'-' * negated}{key}:x"
    assert asked(said, order).rows(backwards=False, from_place=True) == asked(harmless, order).rows(
        backwards=False, from_place=True
    )
    assert asked(said, order).count() == asked(harmless, order).count()
    page = store.verdicts.candidates(CandidateFilter(terms=parse_filter(said)))
    assert page["rows"] == []


@pytest.mark.parametrize(
    "attack", ["'; DROP TABLE images; --", "' OR 1=1", "x') UNION SELECT 1 --", "%", "_", "!"]
)
def test_attacks_find_nothing_and_break_nothing(store: Store, attack: str) -> None:
    for key in ("source", "key", "name", "tag", "note", "by", "why"):
        wanted = CandidateFilter(terms=parse_filter(f'{key}:"{attack}"'))
        assert store.verdicts.candidates(wanted)["total"] == 0
