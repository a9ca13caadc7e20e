"""A picture is held against pictures of its own bands, as if its source had no others."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from astrolens.config.settings import DetectSettings
from astrolens.detect.by_bands import BandJudge, fit_by_bands, load_judge, rows_by_bands
from astrolens.detect.stage import Judge, fit_judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import Decision, Verdict
from astrolens.domain.errors import BadData
from tests.detect.conftest import MakeAnalyses

SETTINGS = DetectSettings(calibration_images=100)
_SHIFT = 3.0


def in_band(analyses: list[Analysis], bands: str, shift: float = 0.0) -> list[Analysis]:
    """The same pictures as another filter shows them: each number of the network moved alike."""
    step = np.where(np.arange(analyses[0].embedding.size) % 2, -shift, shift).astype(np.float32)
    return [replace(one, bands=bands, embedding=one.embedding + step) for one in analyses]


def fitted(analyses: list[Analysis], noon: datetime, settings: DetectSettings = SETTINGS) -> Judge:
    return fit_by_bands(
        analyses, source="hst", settings=settings, made_at=noon, known_normal=[False] * len(analyses)
    )


def apart(verdicts: list[Verdict]) -> list[Verdict]:
    return [replace(one, state_id="") for one in verdicts]


@pytest.fixture(scope="module")
def red(make_analyses: MakeAnalyses) -> list[Analysis]:
    return in_band(make_analyses(200, seed=1), "F814W")


@pytest.fixture(scope="module")
def blue(make_analyses: MakeAnalyses) -> list[Analysis]:
    return in_band(make_analyses(150, seed=2), "F435W", _SHIFT)


@pytest.fixture(scope="module")
def mixed(red: list[Analysis], blue: list[Analysis], make_analyses: MakeAnalyses) -> list[Analysis]:
    rows = [*red, *blue, *make_analyses(30, seed=4)]
    return [rows[place] for place in np.random.default_rng(3).permutation(len(rows))]


@pytest.fixture(scope="module")
def together(mixed: list[Analysis], noon: datetime) -> Judge:
    return fit_judge(mixed, source="hst", settings=SETTINGS, made_at=noon)


@pytest.fixture(scope="module")
def judge(mixed: list[Analysis], noon: datetime) -> BandJudge:
    made = fitted(mixed, noon)
    assert isinstance(made, BandJudge)
    return made


def test_each_set_of_bands_is_judged_as_if_it_were_alone(
    judge: BandJudge, mixed: list[Analysis], make_analyses: MakeAnalyses, noon: datetime
) -> None:
    assert judge.band_sets == ("F435W", "F814W")
    asked = in_band([*make_analyses(30, seed=5), *make_analyses(10, seed=6, odd=True)], "F814W")
    own = judge.judge_own_sample()
    for bands, fresh in (("F814W", asked), ("F435W", in_band(asked, "F435W", _SHIFT))):
        rows = rows_by_bands(mixed)[bands]
        alone = fit_judge([mixed[row] for row in rows], source="hst", settings=SETTINGS, made_at=noon)
        among_others = judge.judge([*fresh, *in_band(asked, "F606W")])[: len(fresh)]
        assert apart(among_others) == apart(alone.judge(fresh))
        assert apart([own[row] for row in rows]) == apart(alone.judge_own_sample())
    assert {one.state_id for one in (*own, *judge.judge(asked))} == {judge.state.state_id}


def test_what_is_usual_in_another_band_only_is_odd(
    judge: BandJudge, together: Judge, make_analyses: MakeAnalyses
) -> None:
    looks_blue = in_band(make_analyses(40, seed=7), "F814W", _SHIFT)
    assert sum(one.decision is Decision.ANOMALY for one in together.judge(looks_blue)) <= 4
    assert sum(one.decision is Decision.ANOMALY for one in judge.judge(looks_blue)) >= 36


def test_bands_with_too_few_pictures_are_judged_by_the_whole_source(
    judge: BandJudge, together: Judge, mixed: list[Analysis], make_analyses: MakeAnalyses, noon: datetime
) -> None:
    for bands in ("", "F606W"):
        asked = in_band(make_analyses(20, seed=8), bands)
        assert apart(judge.judge(asked)) == apart(together.judge(asked))
    np.testing.assert_array_equal(judge.sample_cells(), together.sample_cells())
    cells = judge.judge_and_place(mixed[:20])[1]
    np.testing.assert_array_equal(cells, together.judge_and_place(mixed[:20])[1])
    many = fitted(mixed, noon, DetectSettings(calibration_images=1_000))
    assert many.state == together.state
    assert type(many) is Judge


def test_a_source_of_one_set_of_bands_is_what_it_was(red: list[Analysis], noon: datetime) -> None:
    plain = fit_judge([replace(one, bands="") for one in red], source="hst", settings=SETTINGS, made_at=noon)
    assert fitted(red, noon).state == plain.state
    assert load_judge(plain.state, SETTINGS).judge(red[:5]) == plain.judge(red[:5])


def test_stored_and_loaded_gives_identical_verdicts(
    judge: BandJudge, mixed: list[Analysis], noon: datetime
) -> None:
    again = load_judge(judge.state, SETTINGS)
    assert isinstance(again, BandJudge)
    assert again.judge(mixed[:50]) == judge.judge(mixed[:50])
    assert again.judge_own_sample() == judge.judge_own_sample()
    assert again.presumed_odd == judge.presumed_odd
    shuffled = fitted(mixed[::-1], noon)
    assert shuffled.state.state_id == judge.state.state_id
    assert shuffled.judge_own_sample()[::-1] == judge.judge_own_sample()


def test_the_budget_holds_in_every_part(judge: BandJudge, mixed: list[Analysis]) -> None:
    wide = judge.with_settings(SETTINGS.model_copy(update={"budget_per_1000": 300.0}))
    assert {one.budget_per_1000 for one in wide.judge(mixed)} == {300.0}
    flagged = sum(one.decision is Decision.ANOMALY for one in wide.judge_own_sample())
    assert 0.2 < flagged / len(mixed) < 0.4
    assert wide.state is judge.state


def test_presumed_anomalies_are_counted_where_they_are_judged(
    red: list[Analysis], blue: list[Analysis], make_analyses: MakeAnalyses, noon: datetime
) -> None:
    some = SETTINGS.model_copy(update={"contamination_limit": 0.2})
    odd = in_band(make_analyses(20, seed=9, odd=True), "F814W")
    made = fitted([*red, *odd, *blue], noon, some)
    alone = fit_judge([*red, *odd], source="hst", settings=some, made_at=noon)
    blue_alone = fit_judge(blue, source="hst", settings=some, made_at=noon)
    assert made.presumed_odd == alone.presumed_odd + blue_alone.presumed_odd > 0


def test_p_values_of_normals_are_uniform_in_each_band(judge: BandJudge, make_analyses: MakeAnalyses) -> None:
    for bands, shift in (("F814W", 0.0), ("F435W", _SHIFT)):
        p_values = np.sort(
            [one.p_value for one in judge.judge(in_band(make_analyses(400, seed=10), bands, shift))]
        )
        steps = (np.arange(400) + 0.5) / 400
        assert np.abs(p_values - steps).max() < 0.14  # KS of 400 against a calibration of 150, 1 in 1,000


def test_a_state_that_is_not_what_it_says_is_bad_data(judge: BandJudge) -> None:
    with pytest.raises(BadData, match="calibrate anew"):
        load_judge(replace(judge.state, blob=judge.state.blob[:-400]), SETTINGS)
    with pytest.raises(BadData, match="calibrate anew"):
        load_judge(replace(judge.state, source="another"), SETTINGS)
    with pytest.raises(BadData, match="calibrate anew"):
        load_judge(replace(judge.state, state_id="0" * 16), SETTINGS)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(judge.state.blob)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b'"rows": [', b'"rows": [0, ') if name.endswith("json") else content
            )
    with pytest.raises(BadData, match="calibrate anew"):
        load_judge(replace(judge.state, blob=stream.getvalue()), SETTINGS)
