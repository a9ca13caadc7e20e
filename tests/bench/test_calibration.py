"""The benchmark of budgets on a small sky."""

from dataclasses import replace
from pathlib import Path

import pytest

from astrolens.bench.calibration import NormalSource, bench_calibration, judge_source, labelled_sources
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData
from tests.bench.conftest import silent


@pytest.mark.process
@pytest.mark.timeout(60)
def test_clean_and_contaminated(small_sky: LabelledSet) -> None:
    normals = replace(small_sky, normal=(*small_sky.reference, *small_sky.normal))
    found = bench_calibration(
        [normals], Settings(), seed=1, splits=2, simulated=0, processes=1, progress=silent, labels=[0, 10]
    )
    table = found["sources"]["simulated"]
    assert (table["normals"], table["odd"]) == (90, 12)
    assert table["clean"]["splits"] == 2
    assert table["clean"]["calibrated"] == 45
    assert set(table["contaminated"]) == {"0.01", "0.03", "0.05"}
    assert table["contaminated"]["0.01"] is None  # of 45 pictures that would be none
    spoilt = table["contaminated"]["0.05"]
    assert (spoilt["splits"], spoilt["calibrated"]) == (2, 45)
    assert set(spoilt["after_labels"]) == {"10"}
    looked = spoilt["after_labels"]["10"]
    assert (looked["labels"], looked["splits"]) == (10, 2)
    assert 0.0 <= looked["odd_found_95"][0] <= looked["odd_found"] <= 1.0


def test_few_normals_are_refused() -> None:
    with pytest.raises(BadData, match="at least 80"):
        judge_source(
            NormalSource(name="x", encoder="y", normals=(), odd=()),
            Settings().detect,
            seed=1,
            splits=4,
            progress=silent,
        )


def test_a_folder_of_sets_gives_its_sources(real_data: Path) -> None:
    assert [one.name for one in labelled_sources([real_data / "galaxies"])] == ["gz1", "efigi"]
    assert [one.name for one in labelled_sources([real_data / "galaxies" / "gz1"])] == ["gz1"]
