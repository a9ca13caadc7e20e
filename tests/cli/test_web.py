"""The verb that shows the terminal in a browser."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from astrolens.cli.web import PORT

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.process


def run(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    own = {"ASTROLENS_DATA_DIR": str(folder / "d"), "ASTROLENS_RUNTIME_DIR": str(folder / "r")}
    return subprocess.Popen(
        [sys.executable, "-m", "astrolens", "web", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | own,
    )  # fmt: skip


def test_it_opens_and_ends(tmp_path: Path) -> None:
    pytest.importorskip("textual_serve", reason="textual-serve is not installed (extra: web)")
    with run("--port", "0", folder=tmp_path) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said)
        assert address, said
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address.group().split("?")[0], timeout=10)
        refused.value.close()
        assert refused.value.code == 403
        process.send_signal(signal.SIGINT)
        _said, errors = process.communicate(timeout=15)
        assert process.returncode == 0, errors
        assert "Traceback" not in errors


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5"])
def test_it_says_why_not(tmp_path: Path, host: str) -> None:
    with run("--host", host, folder=tmp_path) as process:
        _said, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "only on this machine" in errors
    assert f"-L {PORT}:" in errors


def test_a_mistake_in_the_configuration_is_told_here(tmp_path: Path) -> None:
    file = tmp_path / "astrolens.toml"
    file.write_text("[ui]\nglyphs = 7\n")
    with run("--port", "0", "--config", str(file), folder=tmp_path) as process:
        said, errors = process.communicate(timeout=30)
    assert process.returncode not in (0, None)
    assert "glyphs" in errors
    assert "token" not in said
