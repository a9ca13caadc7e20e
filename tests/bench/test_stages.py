"""Every step has its time."""

from pathlib import Path

import pytest

from astrolens.bench.measured import MeasuredFile
from astrolens.bench.sets import LabelledSet
from astrolens.bench.stages import STAGES, middle, time_stages
from astrolens.config.settings import Settings
from astrolens.detect.stage import fit_judge
from astrolens.domain.clock import utc_now
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder

pytestmark = pytest.mark.timeout(60)


def test_each_step_is_timed(
    small_sky: LabelledSet, measured: dict[Path, MeasuredFile], encoder: Encoder
) -> None:
    sample = [a for path in small_sky.reference if (a := measured[path].analysis)]
    judge = fit_judge(sample, source="x", settings=Settings().detect, made_at=utc_now())
    spent = time_stages(small_sky.normal[:3], encoder, judge, DecodeLimits())
    assert tuple(spent) == STAGES
    assert all(len(times) == 3 and (times >= 0.0).all() for times in spent.values())
    assert spent["network"].sum() > 0.0


def test_middle_is_median_and_mad() -> None:
    assert middle([1.0, 2.0, 10.0]) == {"median": 2.0, "mad": pytest.approx(1.0)}
