import numpy as np
import pytest

from astrolens.detect.threshold import FEWEST_LABELS, NARROWEST, WIDEST, Said, propose

BUDGET = 2.0


def _said(judged: int, flagged: int, labelled: int, normal: int) -> Said:
    return Said(judged=judged, flagged=flagged, labelled=labelled, normal=normal)


@pytest.mark.parametrize(
    "said",
    [Said(), _said(100_000, 0, 0, 0), _said(100_000, 5000, 0, 0), _said(10_000, 500, FEWEST_LABELS - 1, 0)],
)
def test_nothing_moves_without_labels(said: Said) -> None:
    assert propose(said, factor=1.0, budget_per_1000=BUDGET) is None


def test_a_kept_budget_moves_nothing() -> None:
    assert propose(_said(10_000, 60, 60, 20), factor=1.0, budget_per_1000=BUDGET) is None


def test_too_many_false_alarms_tighten_and_too_few_widen() -> None:
    tighter = propose(_said(10_000, 100, 50, 40), factor=1.0, budget_per_1000=BUDGET)
    assert tighter is not None
    assert tighter.factor == pytest.approx(0.8)
    assert "40 of 50" in tighter.reason
    wider = propose(_said(20_000, 60, 60, 5), factor=1.0, budget_per_1000=BUDGET)
    assert wider is not None
    assert wider.factor == pytest.approx(1.25)


@pytest.mark.parametrize(("normal", "bound"), [(200, NARROWEST), (0, WIDEST)])
def test_it_stays_inside_its_bounds(normal: int, bound: float) -> None:
    factor = 1.0
    for _ in range(20):
        move = propose(_said(10_000, 200, 200, normal), factor=factor, budget_per_1000=BUDGET)
        if move is None:
            break
        factor = move.factor
    assert factor == bound


def test_noise_alone_seldom_moves_it() -> None:
    """Realised at the budget, all labelled: 5 % of looks may move it, whatever the number of findings."""
    rng = np.random.default_rng(1)
    moved = [
        propose(_said(10_000, n + 20, n + 20, n), factor=1.0, budget_per_1000=BUDGET) is not None
        for n in rng.poisson(20.0, 500)
    ]
    assert np.mean(moved) <= 0.06


def test_a_move_waits_for_new_labels() -> None:
    said = _said(10_000, 100, 50, 40)
    assert propose(said, factor=1.0, budget_per_1000=BUDGET, labelled_before=41) is None
    assert propose(said, factor=1.0, budget_per_1000=BUDGET, labelled_before=40) is not None


def test_pictures_that_nobody_looked_at_are_no_reason_to_widen() -> None:
    """People look at the oddest first: what they left may all be false alarms."""
    assert propose(_said(10_000, 60, 30, 3), factor=1.0, budget_per_1000=BUDGET) is None
    assert propose(_said(20_000, 60, 57, 3), factor=1.0, budget_per_1000=BUDGET) is not None
