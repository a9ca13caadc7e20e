"""Changes of the encoder in use and comparisons: added, read back, never changed; told in the same transaction."""

import sqlite3
from dataclasses import replace

import pytest

from astrolens.domain.event import EventKind
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind
from astrolens.store.detail import MODEL_IN_USE
from astrolens.store.promotions import MODEL_NAMED
from astrolens.store.store import Store

AT = "2026-11-21T00:00:00.000Z"


def a_comparison(model: str, former: str = "a", outcome: Outcome = Outcome.BETTER) -> Comparison:
    return Comparison(
        model=model, model_id=f"{model}-1", former=former, former_id=f"{former}-1", odd=20, normals=60, auroc=0.95,
        former_auroc=0.9, low=0.01, high=0.09, outcome=outcome, at=AT, pictures="5a" * 32,
    )  # fmt: skip


def a_change(kind: PromotionKind, comparison: Comparison | None = None) -> Promotion:
    return Promotion(
        kind=kind, model="b", model_id="b-1", former="a", former_id="a-1", configured="a", by="ada", reason="why",
        at=AT, comparison=comparison,
    )  # fmt: skip


def test_changes_are_kept_with_what_they_rest_on_and_told(store: Store) -> None:
    table = store.promotions
    assert table.newest() is None
    proof, heard = table.add_comparison(a_comparison("b"))
    assert (proof.number, [event.kind for event in heard]) == (1, [EventKind.MODEL_COMPARED])
    first, told = table.add(a_change(PromotionKind.PROMOTED, proof))
    assert [event.kind for event in told] == [EventKind.MODEL_PROMOTED]
    assert told[0].payload["number"] == first.number == 1
    assert told[0].payload["words"] == proof.words()
    second, told = table.add(a_change(PromotionKind.ROLLED_BACK))
    assert [event.kind for event in told] == [EventKind.MODEL_ROLLED_BACK]
    third, told = table.add(a_change(PromotionKind.CONFIGURED))
    assert told == []
    assert table.recent(-1) == [third, second, first]
    assert table.recent(2) == [third, second]
    assert table.newest() == third
    assert [event.kind for event in store.events.after(0)] == [
        EventKind.MODEL_COMPARED, EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK,
    ]  # fmt: skip


def test_changes_cannot_be_changed(store: Store) -> None:
    store.promotions.add(a_change(PromotionKind.PROMOTED))
    for sql in ("UPDATE promotions SET said_by = 'bob'", "DELETE FROM promotions"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.database.execute(sql)


def test_the_newest_comparison_of_exactly_two_counts(store: Store) -> None:
    table = store.promotions
    assert table.comparison("b-1", "a-1") is None
    table.add_comparison(a_comparison("b"))
    newest, _ = table.add_comparison(a_comparison("b", outcome=Outcome.NOT_BETTER))
    other, _ = table.add_comparison(a_comparison("b", former="z"))
    few = replace(
        a_comparison("c", outcome=Outcome.TOO_FEW),
        auroc=None,
        former_auroc=None,
        low=None,
        high=None,
        pictures="",
    )
    third, _ = table.add_comparison(few)
    assert table.comparison("b-1", "a-1") == newest
    assert table.comparison("b-1", "z-1") == other
    assert table.comparisons_with("a-1") == [third, newest]
    assert table.comparisons_with("q-1") == []


def test_tries_are_counted_until_one_succeeds(store: Store) -> None:
    table = store.promotions
    assert [table.begin(3) for _ in range(3)] == [0, 1, 2]
    assert table.begin(4) == 0
    table.taken_up("b", "b-1")
    assert table.begin(4) == 0
    assert (store.state.get(MODEL_NAMED), store.state.get(MODEL_IN_USE)) == ("b", "b-1")
    table.taken_up("b", "b-1", a_change(PromotionKind.CONFIGURED))
    newest = table.newest()
    assert newest is not None
    assert newest.kind is PromotionKind.CONFIGURED
