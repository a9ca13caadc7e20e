import json
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from scipy.stats import kstest, norm

from astrolens.config.settings import DetectSettings
from astrolens.detect.combine import Rule
from astrolens.detect.drift import ALARM, Drift, DriftWord, play, rank
from astrolens.detect.places import CELLS, VIEWS, cells_of
from astrolens.detect.roster import Recipe
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.errors import BadData
from tests.detect.conftest import MakeAnalyses

STATE = "00ff00ff00ff00ff"


def _stream(count: int, seed: int, shift: float = 0.0) -> np.ndarray:
    normals = np.random.default_rng(seed).standard_normal((count, 1)) + shift
    cells = np.clip((norm.cdf(normals) * CELLS).astype(np.int64), 0, CELLS - 1)
    steady = np.random.default_rng(seed + 1).integers(0, CELLS, (count, 1, len(VIEWS)))
    steady[:, :, 0] = cells
    return np.repeat(steady, 5, axis=1)


def _start(seed: int = 0) -> Drift:
    counts = np.zeros((len(VIEWS), 5, CELLS), np.int64)
    for row, cells in enumerate(_stream(1000, seed)):
        counts[np.arange(len(VIEWS)), row % 5, cells[0]] += 1
    return Drift.start(STATE, counts)


def test_an_unchanged_survey_alarms_in_at_most_one_night_of_a_hundred() -> None:
    """A thousand surveys through a night of 20,000 pictures, by exact p-values: at most 1 in 200 may be expected."""
    rng = np.random.default_rng(3)
    wealth, alarmed = np.zeros((1000, 7)), np.zeros(1000, np.bool_)
    for _ in range(20_000):
        wealth = play(wealth, rng.random(1000))
        alarmed |= wealth.mean(axis=1) >= ALARM
    assert alarmed.mean() <= 0.01


def test_no_player_expects_to_gain() -> None:
    grid = (np.arange(2_000_000) + 0.5) / 2_000_000
    gain = play(np.zeros((len(grid), 7)), grid).mean(axis=0)
    assert (gain <= 1.0 + 1e-9).all()
    assert (gain > 0.97).all()


def test_ranks_of_a_source_with_few_calibration_pictures_are_uniform() -> None:
    """Ranks among 50 pictures and all earlier arrivals; a fixed sample of 50 would not do."""
    rng = np.random.default_rng(4)
    p_values: list[float] = []
    for survey in range(40):
        cells = _stream(350, 100 + survey)[:, 0, 0]
        counts = np.bincount(cells[:50], minlength=CELLS)[None, :]
        for cell in cells[50:]:
            p_values.append(rank(counts, np.array([cell]), rng.random(1))[0])
            counts[0, cell] += 1
    assert kstest(p_values, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(p_values[:-1], p_values[1:])[0, 1]) < 0.03


def test_a_long_unchanged_stream_keeps_quiet() -> None:
    drift = _start()
    for night in range(5):
        drift = drift.watch(_stream(2000, 10 + night))
    assert drift.word is DriftWord.NONE
    assert drift.seen == 10_000


@pytest.mark.parametrize(("shift", "direction"), [(0.7, "odder"), (-0.7, "more ordinary")])
def test_a_change_is_found_within_a_few_hundred_pictures(shift: float, direction: str) -> None:
    drift = _start().watch(_stream(3000, 20)).watch(_stream(300, 21, shift))
    assert drift.word is DriftWord.ALARM
    assert drift.direction == direction
    assert drift.alarmed_at is not None
    assert 3000 < drift.alarmed_at <= 3300
    assert drift.watch(_stream(2000, 22)).word is DriftWord.ALARM  # until it is calibrated anew


def test_it_survives_a_restart_bit_for_bit() -> None:
    whole = _start().watch(_stream(400, 30))
    half = _start().watch(_stream(400, 30)[:150])
    again = Drift.restore(json.loads(json.dumps(half.facts()))).watch(_stream(400, 30)[150:])
    assert again.facts() == whole.facts()
    assert again.word is DriftWord.NONE


@pytest.mark.parametrize("change", [{"counts": [[1]]}, {"wealth": "x"}, {"seen": None}])
def test_damaged_facts_are_bad_data(change: dict[str, object]) -> None:
    with pytest.raises(BadData, match="begins anew"):
        Drift.restore({**_start().facts(), **change})
    with pytest.raises(BadData, match="begins anew"):
        Drift.restore({})


EVEN = Recipe(
    computed=("mahalanobis", "pair"), combined=("mahalanobis", "pair"), weights=(1.0, 1.0), rule=Rule.FISHER
)


def test_cells_cover_everything() -> None:
    found = cells_of(np.array([0.0, 1.0, 3.0, 1e9]), Recipe())
    assert found[0] == 0
    assert found[-1] == CELLS - 1
    assert (np.diff(found) > 0).all()
    independent = -np.log(np.random.default_rng(5).random((2, 50_000))).sum(axis=0)
    assert np.bincount(cells_of(independent, EVEN)).std() < 40


@pytest.fixture(scope="module")
def judge(make_analyses: MakeAnalyses, noon: datetime) -> Judge:
    return fit_judge(make_analyses(400, seed=1), source="simulated", settings=DetectSettings(), made_at=noon)


def test_pictures_of_the_same_source_raise_nothing(judge: Judge, make_analyses: MakeAnalyses) -> None:
    drift = Drift.start(judge.state.state_id, judge.sample_cells())
    assert drift.counts.sum() == 400 * len(VIEWS)
    verdicts, cells = judge.judge_and_place(make_analyses(1500, seed=2))
    assert len(verdicts) == 1500
    assert drift.watch(cells).evidence < 1e5
    assert judge.judge_and_place([])[1].shape == (0, 5, len(VIEWS))


def test_a_brighter_sky_raises_an_alarm_that_says_so(judge: Judge, make_analyses: MakeAnalyses) -> None:
    """The encoder may not care about a new stretch; the sky tells it."""
    changed = [
        replace(one, morphology=replace(one.morphology, sky=one.morphology.sky * 1.5))
        for one in make_analyses(300, seed=5)
    ]
    drift = Drift.start(judge.state.state_id, judge.sample_cells())
    drift = drift.watch(judge.judge_and_place(changed)[1])
    assert drift.word is DriftWord.ALARM
    assert drift.direction == "higher sky"


def test_another_stretch_raises_an_alarm(judge: Judge, make_analyses: MakeAnalyses) -> None:
    changed = make_analyses(200, seed=3)
    bent = [
        type(one)(
            model_id=one.model_id,
            embedding=(np.sign(one.embedding) * np.abs(one.embedding) ** 1.6).astype(np.float32),
            logits=one.logits,
            class_names=one.class_names,
            heads=one.heads,
            morphology=one.morphology,
        )
        for one in changed
    ]
    start = Drift.start(judge.state.state_id, judge.sample_cells())
    assert start.watch(judge.judge_and_place(bent)[1]).word is DriftWord.ALARM


def test_a_hundred_unchanged_nights_raise_no_more_than_their_share() -> None:
    """The mean is at most one alarm in 100 nights of 40,000; six or more would be an accident of 6 in 10,000."""
    rng = np.random.default_rng(20261121)
    wealth = np.zeros((100, len(VIEWS), 7))
    alarmed = np.zeros(100, np.bool_)
    for _ in range(40_000):
        wealth = play(wealth, 1.0 - rng.random((100, len(VIEWS))))
        alarmed |= wealth.mean(axis=(1, 2)) >= ALARM
    assert alarmed.sum() <= 5
