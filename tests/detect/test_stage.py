from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from astrolens.config.settings import DetectSettings
from astrolens.detect.combine import Rule
from astrolens.detect.roster import Recipe
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.errors import BadData
from tests.detect.conftest import MakeAnalyses

SETTINGS = DetectSettings()


QUICK = Recipe(
    computed=("msp", "energy", "mahalanobis", "pair"), combined=("mahalanobis", "pair"), weights=(1.0, 1.0)
)


def _fit(
    analyses: list[Analysis],
    noon: datetime,
    settings: DetectSettings = SETTINGS,
    recipe: Recipe | None = None,
) -> Judge:
    return fit_judge(analyses, source="simulated", settings=settings, made_at=noon, recipe=recipe)


@pytest.fixture(scope="module")
def judge(make_analyses: MakeAnalyses, noon: datetime) -> Judge:
    return _fit(make_analyses(400, seed=1), noon)


def _numbers(verdicts: list[Verdict]) -> np.ndarray:
    return np.array([[v.p_value, v.sigma, *v.scores.values(), *v.p_values.values()] for v in verdicts])


def test_finds_planted_oddities_and_leaves_normals_alone(judge: Judge, make_analyses: MakeAnalyses) -> None:
    normal = judge.judge(make_analyses(300, seed=2))
    odd = judge.judge(make_analyses(50, seed=3, odd=True))
    assert sum(v.decision is Decision.ANOMALY for v in normal) <= 4
    assert sum(v.decision is not Decision.NORMAL for v in odd) >= 45
    assert np.median([v.sigma for v in odd]) > 2.9
    assert any(v.extrapolated for v in odd)
    assert not any(v.extrapolated and v.p_value > 1 / 401 for v in (*odd, *normal))


def test_fisher_flags_what_every_detector_agrees_on(make_analyses: MakeAnalyses, noon: datetime) -> None:
    agreeing = _fit(make_analyses(400, seed=1), noon, recipe=Recipe(rule=Rule.FISHER, helpers=()))
    odd = agreeing.judge(make_analyses(50, seed=3, odd=True))
    assert sum(v.decision is Decision.ANOMALY for v in odd) >= 45


def test_a_verdict_tells_everything(judge: Judge, make_analyses: MakeAnalyses) -> None:
    (verdict,) = judge.judge(make_analyses(1, seed=4))
    assert tuple(verdict.scores) == judge.detectors == tuple(verdict.p_values)
    assert judge.detectors == ("msp", "energy", "mahalanobis", "neighbours", "pair", "shape", "disturbed")
    assert judge.deciding == ("mahalanobis", "pair", "disturbed")
    assert 0.0 < verdict.p_value <= 1.0
    assert verdict.sigma >= 0.0
    assert verdict.state_id == judge.state.state_id
    assert verdict.budget_per_1000 == SETTINGS.budget_per_1000
    assert not verdict.in_calibration
    assert judge.state.calibrated == 400
    assert judge.state.fitted == 380
    assert judge.state.made_at == "2026-11-21T12:00:00.000Z"
    assert judge.state.model_id == "simulated-1"


def test_the_order_of_the_sample_does_not_matter(
    judge: Judge, make_analyses: MakeAnalyses, noon: datetime
) -> None:
    analyses = make_analyses(400, seed=1)
    order = np.random.default_rng(0).permutation(400)
    other = _fit([analyses[i] for i in order], noon)
    assert other.state.state_id == judge.state.state_id
    asked = make_analyses(20, seed=5)
    np.testing.assert_array_equal(_numbers(other.judge(asked)), _numbers(judge.judge(asked)))
    own, shuffled = judge.judge_own_sample(), other.judge_own_sample()
    np.testing.assert_array_equal(_numbers(shuffled), _numbers([own[i] for i in order]))


def test_own_verdicts_come_in_the_given_order(judge: Judge, make_analyses: MakeAnalyses) -> None:
    own = judge.judge_own_sample()
    pair = [analysis.heads["pair"] for analysis in make_analyses(400, seed=1)]
    assert [verdict.scores["pair"] for verdict in own] == pair
    assert all(verdict.in_calibration for verdict in own)


def test_stored_and_loaded_gives_identical_verdicts(judge: Judge, make_analyses: MakeAnalyses) -> None:
    again = Judge.load(judge.state, SETTINGS)
    asked = [*make_analyses(20, seed=6), *make_analyses(5, seed=7, odd=True)]
    assert again.judge(asked) == judge.judge(asked)
    assert again.judge_own_sample() == judge.judge_own_sample()


def test_a_state_that_is_not_what_it_says_is_bad_data(judge: Judge) -> None:
    with pytest.raises(BadData, match="calibrate anew"):
        Judge.load(replace(judge.state, source="another"), SETTINGS)
    with pytest.raises(BadData, match="calibrate anew"):
        Judge.load(replace(judge.state, blob=judge.state.blob[:-400]), SETTINGS)


def test_the_budget_can_change_without_a_fit(judge: Judge, make_analyses: MakeAnalyses) -> None:
    asked = make_analyses(300, seed=8)
    wide = judge.with_settings(DetectSettings(budget_per_1000=200.0, near_miss_factor=2.0)).judge(asked)
    narrow = judge.judge(asked)
    assert [v.p_value for v in wide] == [v.p_value for v in narrow]
    assert sum(v.decision is Decision.ANOMALY for v in wide) == pytest.approx(60, abs=25)
    assert sum(v.decision is Decision.NEAR_MISS for v in wide) == pytest.approx(60, abs=25)


def test_a_seed_deals_anew(make_analyses: MakeAnalyses, noon: datetime) -> None:
    sample = make_analyses(60, seed=1)
    states = {_fit(sample, noon, DetectSettings(seed=seed), QUICK).state.state_id for seed in (1, 2, 1)}
    assert len(states) == 2


def test_works_from_forty_pictures_on(make_analyses: MakeAnalyses, noon: datetime) -> None:
    small = _fit(make_analyses(40, seed=9), noon)
    normal, odd = small.judge(make_analyses(200, seed=10)), small.judge(make_analyses(40, seed=11, odd=True))
    assert np.median([v.p_value for v in odd]) < 0.05 < np.median([v.p_value for v in normal])
    assert all(v.extrapolated for v in (*normal, *odd) if v.decision is Decision.ANOMALY)
    with pytest.raises(ValueError, match="40 are needed"):
        _fit(make_analyses(39, seed=9), noon)


def test_identical_pictures_make_a_sane_judge(make_analyses: MakeAnalyses, noon: datetime) -> None:
    same = make_analyses(1, seed=12) * 40
    judge = _fit(same, noon, recipe=QUICK)
    verdicts = [*judge.judge(same[:3]), *judge.judge_own_sample()]
    assert all(v.decision is Decision.NORMAL and v.p_value > 0.2 for v in verdicts)
    (other,) = judge.judge(make_analyses(1, seed=13, odd=True))
    assert other.p_value < 0.05


def test_pictures_without_shapes_or_heads_are_judged(make_analyses: MakeAnalyses, noon: datetime) -> None:
    judge = _fit(make_analyses(60, seed=14, heads=False, measured=False), noon)
    assert judge.deciding == ("mahalanobis",)
    assert "shape" not in judge.detectors
    found = judge.judge(make_analyses(5, seed=15, heads=False))
    assert all(0.0 < v.p_value <= 1.0 for v in found)


def test_unmeasured_pictures_of_a_measured_source_are_judged(
    judge: Judge, make_analyses: MakeAnalyses
) -> None:
    found = judge.judge(make_analyses(5, seed=16, measured=False))
    assert np.isfinite(_numbers(found)).all()


def test_votes_reach_two_of_three(judge: Judge, make_analyses: MakeAnalyses) -> None:
    """The older systems' thresholds could never be reached; these can."""
    (odd,) = make_analyses(1, seed=17, odd=True)
    unsure = replace(odd, logits=np.full(3, -20.0, np.float32))
    (verdict,) = judge.judge([unsure])
    assert verdict.votes >= 2


def test_another_encoder_is_refused(judge: Judge, make_analyses: MakeAnalyses) -> None:
    (one,) = make_analyses(1, seed=18)
    with pytest.raises(ValueError, match="calibration knows simulated-1"):
        judge.judge([replace(one, model_id="other")])
    with pytest.raises(ValueError, match="differ from the calibration"):
        judge.judge([replace(one, heads={})])
    assert judge.judge([]) == []


def test_a_recipe_can_be_named(make_analyses: MakeAnalyses, noon: datetime) -> None:
    recipe = Recipe(
        computed=("neighbours", "relative_mahalanobis"), combined=("neighbours",), weights=(1.0,), folds=2
    )
    judge = fit_judge(make_analyses(60, seed=19), source="s", settings=SETTINGS, made_at=noon, recipe=recipe)
    assert judge.detectors == ("neighbours", "relative_mahalanobis")


def test_a_time_without_a_zone_is_refused(make_analyses: MakeAnalyses) -> None:
    with pytest.raises(ValueError, match="time zone"):
        _fit(make_analyses(40, seed=20), datetime(2026, 11, 21))  # noqa: DTZ001
