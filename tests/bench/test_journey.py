"""A journey ends in the verdicts that the product gives."""

import asyncio
from pathlib import Path

import pytest

from astrolens.bench.journey import open_journey
from astrolens.bench.measured import MeasuredFile
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from astrolens.detect.stage import fit_judge
from astrolens.domain.clock import utc_now
from astrolens.models.encoder import Encoder

pytestmark = pytest.mark.timeout(60)


@pytest.mark.process
async def test_verdicts_and_costs(
    small_sky: LabelledSet, measured: dict[Path, MeasuredFile], encoder: Encoder
) -> None:
    sample = [a for path in small_sky.reference if (a := measured[path].analysis)]
    judge = await asyncio.to_thread(
        fit_judge, sample, source="x", settings=Settings().detect, made_at=utc_now()
    )
    files = small_sky.normal[:5]
    asked = [a for path in files if (a := measured[path].analysis)]
    async with open_journey(encoder, judge, Settings()) as journey:
        alone, verdicts = await journey.take(files, at_once=1)
        together, same = await journey.take(files, at_once=5)
    expected = [verdict.sigma for verdict in judge.judge(asked)]
    assert [verdict.sigma for verdict in verdicts] == pytest.approx(expected, abs=0.05)
    assert [verdict.sigma for verdict in same] == pytest.approx(expected, abs=0.05)
    assert alone.pictures == together.pictures == 5
    assert alone.cpu_ms > 0.0
    assert together.child_mb > 10.0
