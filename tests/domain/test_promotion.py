"""Which change is in force, where rollbacks lead, and the sentences."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.promotion import (
    Comparison,
    Outcome,
    Promotion,
    PromotionKind,
    in_force,
    way_back,
)


def a_change(
    former: str, model: str, kind: PromotionKind = PromotionKind.PROMOTED, configured: str = "a"
) -> Promotion:
    return Promotion(
        kind=kind, model=model, model_id=f"{model}-1", former=former, former_id=f"{former}-1",
        configured=configured, by="ada", at="2026-11-21T00:00:00.000Z",
    )  # fmt: skip


def a_comparison(outcome: Outcome, low: float | None = 0.0104) -> Comparison:
    return Comparison(
        model="b", model_id="b-1", former="a", former_id="a-1", odd=34, normals=120, outcome=outcome, at="t",
        auroc=None if low is None else 0.953, former_auroc=None if low is None else 0.921, low=low,
        high=None if low is None else 0.055,
    )  # fmt: skip


def names(changes: list[Promotion]) -> list[str]:
    return [one.model for one in way_back(changes)]


BACK = PromotionKind.ROLLED_BACK


def test_an_edited_file_wins() -> None:
    change = a_change("a", "b")
    assert in_force(change, "a") is change
    assert in_force(change, "b") is None
    assert in_force(None, "a") is None


def test_rollbacks_lead_further_back_and_not_to_and_fro() -> None:
    ups = [a_change("a", "b"), a_change("b", "c")]
    assert names([]) == []
    assert names(ups) == ["a", "b", "c"]
    once = [*ups, a_change("c", "b", BACK)]
    assert names(once) == ["a", "b"]
    assert names([*once, a_change("b", "a", BACK)]) == ["a"]
    assert names([*once, a_change("b", "c")]) == ["a", "b", "c"]


def test_a_model_that_came_twice_is_left_once_at_a_time() -> None:
    ups = [a_change("a", "b"), a_change("b", "a")]
    assert names(ups) == ["a", "b", "a"]
    assert names([*ups, a_change("a", "b", BACK)]) == ["a", "b"]


def test_a_rollback_that_skips_broken_ones() -> None:
    ups = [a_change("a", "b"), a_change("b", "c")]
    assert names([*ups, a_change("c", "a", BACK)]) == ["a"]
    assert names([*ups, a_change("c", "z", BACK)]) == ["z"], "to the configured one, which was never in use"


def test_an_edited_file_is_a_change_too() -> None:
    ups = [a_change("a", "b"), a_change("b", "c", PromotionKind.CONFIGURED, "c")]
    assert names(ups) == ["a", "b", "c"]
    same = [*ups, a_change("c", "c", PromotionKind.CONFIGURED, "c")]
    assert names(same) == ["a", "b", "c"]


@given(st.lists(st.tuples(st.sampled_from(PromotionKind), st.sampled_from("abcd")), max_size=12))
def test_the_last_is_in_use_and_each_rollback_shortens_the_way(
    steps: list[tuple[PromotionKind, str]],
) -> None:
    changes: list[Promotion] = []
    now = "a"
    for kind, wanted in steps:
        before = names(changes)
        if kind is BACK:
            if len(before) < 2:
                continue
            wanted = before[-2]
        elif wanted == now:
            continue
        changes.append(a_change(now, wanted, kind))
        now = wanted
        after = names(changes)
        assert after[-1] == now
        assert all(one != other for one, other in itertools.pairwise(after))
        if kind is BACK:
            assert after == before[:-1]


def test_words() -> None:
    better = a_comparison(Outcome.BETTER)
    assert better.words() == (
        "b-1 is better: AUROC 0.953 against 0.921 of a-1 on 34 odd and 120 ordinary labelled pictures, "
        "difference +0.032, 95 % interval [+0.010, +0.055]"
    )
    assert "was not shown to be better" in a_comparison(Outcome.NOT_BETTER, -0.01).words()
    assert "10 and 30 are needed" in a_comparison(Outcome.TOO_FEW, None).words()
    assert "without proof" in a_change("a", "b").words()
    assert a_change("b", "a", BACK).words() == "a-1 is in use again in place of b-1"
    assert "analyse.model names b" in a_change("a", "b", PromotionKind.CONFIGURED).words()
