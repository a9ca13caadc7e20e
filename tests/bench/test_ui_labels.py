"""Labels in a row, given to a small program that behaves as the review view does."""

from pathlib import Path

import pytest

from astrolens.bench import ui_labels
from astrolens.bench.ui_labels import bench_labels
from astrolens.domain.errors import Unavailable

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc is not there")

_VIEW = """
import sys, termios, tty
tty.setraw(0)
words = {"n": "normal", "x": "artefact", "a": "anomaly", "d": "unsure"}
def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()
say("q leave")
if sys.stdin.read(1) == "3":
    say("\\x1b[1m\\u2580\\x1b[0m")
while (key := sys.stdin.read(1)):
    SLOW
    say("\\x1b[2mnext: \\u2580\\x1b[0m\\x1b[1m\\x1b[3;4Hsav\\x1b[0med: " + words[key])
"""


def view(folder: Path, slow: str) -> list[str]:
    file = folder / "view.py"
    file.write_text(_VIEW.replace("SLOW", slow), encoding="utf-8")
    return [str(file)]


def test_every_label_is_waited_for(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    found = bench_labels(view(tmp_path, ""), 6, progress=lambda *one: told.append(one))
    assert found["labels"] == 6
    assert 0.0 <= found["median_s"] <= found["p95_s"] <= found["longest_s"][-1] < 5.0
    assert len(found["longest_s"]) == 5
    assert found["over_half_a_second"] == sum(one > 0.5 for one in found["longest_s"])
    assert found["terminal_cpu_ms"] >= 0.0
    assert told[-1] == ("labels", 6, 6)


def test_a_slow_label_is_counted(tmp_path: Path) -> None:
    slow = "import time; time.sleep(0.6 if key == 'x' else 0.0)"
    found = bench_labels(view(tmp_path, slow), 2, progress=lambda *_: None)
    assert found["over_half_a_second"] >= 1
    assert found["longest_s"][-1] >= 0.6


def test_a_label_that_is_never_saved_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_labels, "_SLOWEST_S", 0.5)
    with pytest.raises(Unavailable, match="saved: normal"):
        bench_labels(view(tmp_path, "words[key] = 'nothing'"), 1, progress=lambda *_: None)
