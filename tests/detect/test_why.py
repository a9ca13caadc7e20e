from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from astrolens.config.settings import DetectSettings
from astrolens.detect.roster import Recipe
from astrolens.detect.stage import Judge, fit_judge
from astrolens.detect.why import explain
from astrolens.domain.analysis import Analysis, Morphology, MorphologyFlag
from tests.detect.conftest import MakeAnalyses

QUICK = Recipe(computed=("mahalanobis",), combined=("mahalanobis",), weights=(1.0,))


@pytest.fixture(scope="module")
def judge(make_analyses: MakeAnalyses, noon: datetime) -> Judge:
    return fit_judge(
        make_analyses(300, seed=1), source="s", settings=DetectSettings(), made_at=noon, recipe=QUICK
    )


def _with(analysis: Analysis, **numbers: float) -> Analysis:
    named = dict(zip(Morphology.number_names(), analysis.morphology.numbers(), strict=True)) | numbers
    return replace(analysis, morphology=Morphology(flags=MorphologyFlag.NONE, **named))


def test_names_what_is_outside_the_farthest_first(judge: Judge, make_analyses: MakeAnalyses) -> None:
    (one,) = make_analyses(1, seed=2)
    middle = dict.fromkeys(one.morphology.number_names(), 1.0)
    assert explain(judge, _with(one, **middle)) == ()
    found = explain(
        judge, _with(one, **{**middle, "asymmetry": 50.0, "gini": 0.01, "sky": 1e9, "m20": np.nan})
    )
    assert [outlier.name for outlier in found] == ["asymmetry", "gini"]
    assert found[0].value == 50.0
    assert found[0].high < 50.0
    assert found[1].low > 0.01
    assert 0.0 < found[1].beyond < found[0].beyond


def test_one_in_fifty_of_each_number_is_outside(judge: Judge, make_analyses: MakeAnalyses) -> None:
    asked = make_analyses(400, seed=3)
    named = [outlier.name for one in asked for outlier in explain(judge, one)]
    assert 0.01 < named.count("asymmetry") / 400 < 0.05
    assert "sky" not in named


def test_unmeasured_sources_have_nothing_to_say(make_analyses: MakeAnalyses, noon: datetime) -> None:
    blind = fit_judge(
        make_analyses(60, seed=4, measured=False),
        source="s",
        settings=DetectSettings(),
        made_at=noon,
        recipe=QUICK,
    )
    assert explain(blind, make_analyses(1, seed=5)[0]) == ()
