"""The measurements of the terminal run, and what they promise holds in small."""

from pathlib import Path

import pytest

from astrolens.bench.ui import UiAmounts, bench_ui
from astrolens.bench.ui_events import bench_storm

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is not there"),
]


def quiet(_what: str, _done: int, _every: int) -> None:
    return


def test_every_event_of_a_storm_is_counted_or_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrolens.bench.ui_events._ROUNDS", 1)
    monkeypatch.setattr("astrolens.bench.ui_events._ROUND_S", 1.0)
    found = bench_storm(tmp_path / "s", rate=4_000, seconds=2.0, progress=quiet)
    assert found["exact"], found
    assert found["published"] >= 2_000
    before, after = found["terminal_memory_mb"]
    assert after - before < 60
    assert found["stopped_reader"]["house_memory_grew_mb"] < 60


def test_amounts_are_those_of_the_issue() -> None:
    usual = UiAmounts()
    assert (usual.candidates, usual.rate, usual.storm_s, usual.stopped_s) == (1_000_000, 10_000, 60.0, 120.0)
    assert bench_ui.__doc__
