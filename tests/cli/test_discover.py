"""The whole loop by one verb: what it prints, what it writes, how it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from astrolens.config.paths import make_private, resolve
from astrolens.config.settings import Settings
from astrolens.daemon.lock import ProfileLock
from tests.cli.conftest import HOSTILE, Command, harmless, promoted
from tests.models.tiny import write_tiny_model
from tests.pipeline.pictures import paint, settled, stand_still

pytestmark = pytest.mark.process


@pytest.fixture
def config(tmp_path: Path, tiny_model: Path) -> Path:
    file = tmp_path / "a.toml"
    file.write_text(
        f'[analyse]\nmodel = "{tiny_model}"\n[detect]\ncalibration_images = 40\nbudget_per_1000 = 20.0\n'
        "[catalog]\nenabled = false\n[notify]\ndesktop = false\n"
    )
    return file


def test_a_folder_of_ones_own(tmp_path: Path, config: Path, command: Command) -> None:
    pictures = tmp_path / "pictures"
    paint(pictures, 44)
    (pictures / "galaxy0001.jpg").rename(pictures / HOSTILE)
    broken = pictures / f"broken {HOSTILE}"
    broken.write_bytes(b"<html>")
    settled(broken)
    stand_still(pictures)
    results = tmp_path / "found.json"
    ended = command(
        "discover", "--folder", pictures, "--config", config, "--output", results, "--aggressive",
        "--calibrate",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert harmless(ended.out)
    assert "the budget is 100 false alarms per 1,000 instead of 20" in ended.out
    assert "cycle 1: 45 new, 44 measured" in ended.out
    assert "1 parked" in ended.out
    assert str(results) in ended.out
    found = json.loads(results.read_text(encoding="utf-8"))
    assert (found["offered"], found["measured"], found["parked"], found["images"]) == (45, 44, 1, 45)
    assert found["budget_per_1000"] == 100.0
    folder = found["sources"]["folder"]
    assert folder["states"] == {"done": 44, "parked": 1}
    assert sum(folder["decisions"].values()) == 44
    assert not folder["calibrating"]
    assert found["candidates_total"] == len(found["candidates"])
    assert {row["decision"] for row in found["candidates"]} <= {"anomaly", "near_miss"}
    assert not list(tmp_path.glob("*.part"))

    again = command("discover", "-f", pictures, "-c", config, "-o", results, "--quiet")
    assert (again.code, again.out) == (0, "")
    assert json.loads(results.read_text(encoding="utf-8"))["offered"] == 0


def test_a_source_that_is_still_calibrating_says_so(tmp_path: Path, config: Path, command: Command) -> None:
    paint(tmp_path / "pictures", 2)
    stand_still(tmp_path / "pictures")
    ended = command(
        "discover", "-f", tmp_path / "pictures", "-c", config, "-o", tmp_path / "r.json", "-n", "1"
    )
    assert "folder is calibrating: nothing is judged before 40" in ended.out
    assert "cycle 1: 1 new" in ended.out


def test_a_promoted_encoder_needs_nothing_of_the_one_that_the_file_names(
    tmp_path: Path, config: Path, command: Command, tiny_model: Path
) -> None:
    paint(tmp_path / "pictures", 1)
    stand_still(tmp_path / "pictures")
    config.write_text(config.read_text().replace(str(tiny_model), str(tmp_path / "gone")))
    asked = ("discover", "-f", tmp_path / "pictures", "-c", config, "-o", tmp_path / "r.json", "-q")
    ended = command(*asked)
    assert ended.code == 78
    assert ended.err.startswith(
        f"astrolens: {config}:2: analyse.model: there is no folder '{tmp_path}/gone'; name "
    )
    other = str(write_tiny_model(tmp_path / "other", 1))
    promoted(tmp_path / "data", str(tmp_path / "gone"), other)
    assert command(*asked).code == 0
    assert json.loads((tmp_path / "r.json").read_text())["model_id"].startswith("tiny1-")
    promoted(tmp_path / "data", other, str(tmp_path / "away"), str(tmp_path / "gone"))
    assert command(*asked).code == 0, "the house takes up the one before"
    assert json.loads((tmp_path / "r.json").read_text())["model_id"].startswith("tiny1-")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 78, "no source is switched on"),
        (("--source", "foldr"), 78, "folder"),
        (("--source", "folder"), 78, "path"),
        (("--folder", "/nowhere/at/all"), 2, "/nowhere/at/all"),
        (("--count", "0"), 2, "--count"),
        (("--source", "folder", "--output", "/nowhere/r.json"), 1, "cannot be written"),
        (("--config", "/nowhere/a.toml"), 78, "no such file"),
    ],
)
def test_mistakes_have_their_code(
    command: Command, arguments: tuple[str, ...], code: int, words: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    ended = command("discover", *arguments)
    assert ended.code == code, ended.err
    assert words in ended.err
    assert "Traceback" not in ended.err
    assert not list(tmp_path.glob("*.json"))


def test_a_profile_in_use_ends_with_75(tmp_path: Path, config: Path, command: Command) -> None:
    (tmp_path / "pictures").mkdir()
    paths = resolve(Settings(), config)
    make_private(paths.data)
    with ProfileLock(paths.lock):
        ended = command("discover", "-f", tmp_path / "pictures", "-c", config, "-o", tmp_path / "r.json")
    assert ended.code == 75
    assert "attach with 'astrolens tui'" in ended.err


_SMALL_DISK = """
import resource, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a check in the background of a shell ignores it
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
from astrolens.cli.main import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on files stands for a full disk")
def test_a_full_disk_is_told_once_and_has_its_code(tmp_path: Path, config: Path) -> None:
    paint(tmp_path / "pictures", 120)
    stand_still(tmp_path / "pictures")
    order = ["discover", "-f", str(tmp_path / "pictures"), "-c", str(config), "-o", str(tmp_path / "r.json")]
    with subprocess.Popen(
        [sys.executable, "-c", _SMALL_DISK, *order], stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as run:
        assert run.stderr is not None
        try:
            told = [next(run.stderr)]
            run.send_signal(signal.SIGINT)
            told += run.stderr.readlines()
            run.wait(30.0)
        finally:
            run.kill()
    assert run.returncode == 74, told
    assert "free disk space" in told[0]
    assert "Ctrl+C ends it" in told[0]
    assert told[-1] == "astrolens: stopped while nothing could be saved; the rest comes with the next run\n"
    assert not [line for line in told if "rests" in line or "not committed" in line]


@pytest.mark.parametrize(
    ("also", "key", "code"),
    [
        ((), "sources.folder.path", 78),
        (("-q",), "sources.folder.path", 78),
        (("-q", "-f", "."), "sources.tns.bot_id", 0),
    ],
)
def test_a_mistake_in_a_source_is_said_once(
    also: tuple[str, ...], key: str, code: int, tmp_path: Path, config: Path
) -> None:
    name = key.split(".")[1]
    order = ["discover", "-s", name, "-c", str(config), "-o", str(tmp_path / "r.json"), *also]
    ended = subprocess.run(
        [sys.executable, "-m", "astrolens", *order], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (ended.returncode, ended.stdout, ended.stderr.count(key)) == (code, "", 1), ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on files stands for a full disk")
def test_what_waits_is_told_with_its_reason(tmp_path: Path, config: Path) -> None:
    paint(tmp_path / "pictures", 1)
    noise = np.random.default_rng(1).integers(0, 255, (1200, 1200), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "pictures" / "large.png")
    stand_still(tmp_path / "pictures")
    order = ["discover", "-f", str(tmp_path / "pictures"), "-c", str(config), "-o", str(tmp_path / "r.json")]
    ended = subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, *order], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
    assert "1 wait for a later try: cannot write a copy to " in ended.stdout
    assert json.loads((tmp_path / "r.json").read_text())["waiting"] == 1
