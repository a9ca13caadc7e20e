"""The benchmark on a small sky: one table, paired with its reference."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrolens.bench.galaxies import bench_galaxies, published_scores
from astrolens.bench.sets import LabelledSet
from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData
from tests.bench.conftest import silent


@pytest.mark.process
@pytest.mark.timeout(60)
def test_a_table_of_ours_and_theirs(small_sky: LabelledSet, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("name,good\n" + "".join(f"{path.stem},2\n" for path in small_sky.odd))
    found = bench_galaxies(
        [small_sky], Settings(), seed=1, processes=1, progress=silent, draws=50, published=theirs
    )
    table = json.loads(json.dumps(found))["sets"]["simulated"]
    assert (table["objects"], table["odd"], table["not_scored"]) == (42, 12, 0)
    assert {"combination", "votes", *table["deciding"]} <= set(table["detectors"])
    low, high = table["detectors"]["combination"]["auroc_95"]
    assert low <= table["detectors"]["combination"]["auroc"] <= high
    assert table["detectors"]["combination"]["auroc"] > 0.8
    assert table["reference_methods"]["published_good"]["auroc"] == 1.0
    assert table["ratio_found_in_100"]["ellipses"]["best"].startswith("ellipse")
    assert table["ratio_found_in_100"]["published"]["ours_over_it"]["value"] == 1.0


@pytest.mark.process
def test_too_few_normals_are_refused(small_sky: LabelledSet) -> None:
    few = replace(small_sky, reference=small_sky.reference[:5])
    with pytest.raises(BadData, match="5 usable reference pictures"):
        bench_galaxies([few], Settings(), seed=1, processes=1, progress=silent)


def test_scores_of_another_program(tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("name,one,none\na,1.5,\nb,nan,\n")
    found = published_scores(file, [Path("b.jpg"), Path("a.jpg"), Path("c.jpg")])
    assert list(found) == ["published_one"]
    assert np.array_equal(found["published_one"], [np.nan, 1.5, np.nan], equal_nan=True)
    file.write_text("name,one\na,much\n")
    with pytest.raises(BadData, match=r"theirs\.csv"):
        published_scores(file, [])
