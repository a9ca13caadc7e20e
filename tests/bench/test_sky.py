"""A labelled sky from nothing."""

from pathlib import Path

import pytest

from astrolens.bench.sky import paint_sky

pytestmark = pytest.mark.timeout(60)


def test_paints_once_and_the_same(tmp_path: Path) -> None:
    first = paint_sky(tmp_path / "a", reference=2, normal=1, odd=7, seed=1, survey="wide")
    assert len(first.files()) == len(list((tmp_path / "a").iterdir())) == 10
    assert "merger" in first.odd[0].name
    assert first.odd[0].name.split("-")[-1] == first.odd[6].name.split("-")[-1]
    times = [path.stat().st_mtime_ns for path in first.files()]
    again = paint_sky(tmp_path / "a", reference=2, normal=1, odd=7, seed=1, survey="wide")
    assert [path.stat().st_mtime_ns for path in again.files()] == times
    other = paint_sky(tmp_path / "b", reference=2, normal=1, odd=7, seed=1, survey="wide")
    assert other.odd[0].read_bytes() == first.odd[0].read_bytes()
