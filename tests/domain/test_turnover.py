"""The table of old against new verdicts adds up, and survives being written down."""

import json

from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.detection import Decision
from astrolens.domain.turnover import MOST_IDS, Turnover

A, M, N = Decision.ANOMALY, Decision.NEAR_MISS, Decision.NORMAL
decisions = st.sampled_from([A, M, N])
judged = st.dictionaries(st.integers(1, 400), st.tuples(decisions, decisions), max_size=300)


def table_of(pairs: dict[int, tuple[Decision, Decision]]) -> Turnover:
    old = {number: pair[0] for number, pair in pairs.items()}
    return Turnover.between(old, [(number, pair[1]) for number, pair in pairs.items()])


def test_new_and_gone_are_counted_and_named() -> None:
    table = table_of({1: (N, A), 2: (M, A), 3: (A, N), 4: (N, N), 5: (A, A), 6: (N, M)})
    assert (table.pictures, table.new, table.gone) == (6, 2, 1)
    cells = {(one.old, one.new): one.image_ids for one in table.changes()}
    assert cells == {(A, A): (5,), (A, N): (3,), (M, A): (2,), (N, A): (1,), (N, M): (6,), (N, N): ()}


def test_a_picture_without_an_earlier_verdict_does_not_count() -> None:
    assert Turnover.between({}, [(1, A)]).pictures == 0


@given(judged, judged)
def test_two_tables_add_up_and_no_cell_names_too_many(
    one: dict[int, tuple[Decision, Decision]], other: dict[int, tuple[Decision, Decision]]
) -> None:
    both = table_of(one).plus(table_of(other))
    assert both.pictures == len(one) + len(other)
    assert both.new == table_of(one).new + table_of(other).new
    assert all(len(change.image_ids) <= MOST_IDS for change in both.changes())
    again = Turnover.restore(json.loads(json.dumps(both.facts())))
    assert again.changes() == both.changes()
