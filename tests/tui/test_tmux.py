"""A real session in tmux on a real daemon: attach, filter, label, undo, kill the daemon, see it return."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.config.load import load
from astrolens.config.paths import resolve
from astrolens.domain.errors import AstroLensError
from astrolens.store.crowd import fill
from astrolens.store.store import open_store

ROOT = Path(__file__).resolve().parents[2]
_CONFIGURATION = "[catalog]\nenabled = false\n[notify]\ndesktop = false\n"
_LONGEST_S = 30.0
_TICK_S = 0.05

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed"),
]


@dataclass
class Session:
    """A daemon, and the terminal in a pane of a tmux server of its own."""

    folder: Path
    environment: dict[str, str]
    daemon: subprocess.Popen[bytes] | None = None
    pieces: list[str] = field(default_factory=list)

    @property
    def file(self) -> Path:
        """The configuration."""
        return self.folder / "astrolens.toml"

    def start_daemon(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "daemon.log").open("ab") as log:
            self.daemon = subprocess.Popen(
                [sys.executable, "-m", "astrolens", "daemon", "--config", str(self.file)],
                env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        client = SyncClient(resolve(load(self.file), self.file).socket)

        def ready() -> bool:
            try:
                return bool(client.ask(questions.ready())["ready"])
            except AstroLensError:
                return False

        self.until(ready, "the daemon")

    def tmux(self, *arguments: str) -> str:
        """Ask the tmux server of this test alone."""
        done = subprocess.run(
            ["tmux", "-S", str(self.folder / "t"), "-f", "/dev/null", *arguments],
            capture_output=True, text=True, env=self.environment, cwd=ROOT, check=True, timeout=20,
        )  # fmt: skip
        return done.stdout

    def screen(self) -> str:
        """What the pane shows."""
        return self.tmux("capture-pane", "-p", "-t", "a")

    def press(self, *keys: str) -> None:
        """Type; names as tmux knows them."""
        self.tmux("send-keys", "-t", "a", *keys)

    def until(self, holds: Callable[[], bool], what: str) -> float:
        """Wait; seconds that it took."""
        began = time.monotonic()
        while time.monotonic() - began < _LONGEST_S:
            if holds():
                return time.monotonic() - began
            time.sleep(_TICK_S)
        log = (self.folder / "daemon.log").read_text(errors="replace")[-800:]
        shown = self.screen() if (self.folder / "t").exists() else ""
        raise AssertionError(f"this never came: {what}\n{shown}\n{log}")

    def until_shown(self, words: str) -> float:
        """Wait for words on the screen."""
        return self.until(lambda: words in self.screen(), repr(words))

    def labels(self) -> list[tuple[int, str, int]]:
        """Picture, value, whether withdrawn; read beside the daemon."""
        paths = resolve(load(self.file), self.file)
        with sqlite3.connect(f"file:{paths.database}?mode=ro", uri=True) as connection:
            rows = connection.execute(
                "SELECT image_id, value, withdrawn_at IS NOT NULL FROM labels ORDER BY id"
            ).fetchall()
        connection.close()
        return rows

    def end(self) -> None:
        """End what this test has started."""
        if (self.folder / "t").exists():
            subprocess.run(
                ["tmux", "-S", str(self.folder / "t"), "kill-server"], capture_output=True, check=False
            )
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Forty findings, a daemon, and the terminal attached at 120x40."""
    with tempfile.TemporaryDirectory(prefix="al") as name:
        folder = Path(name)
        own = {
            "ASTROLENS_DATA_DIR": str(folder / "d"), "ASTROLENS_RUNTIME_DIR": str(folder / "r"),
            "TERM": "screen-256color", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1",
        }  # fmt: skip
        for key, value in own.items():
            monkeypatch.setenv(key, value)
        monkeypatch.delenv("TMUX", raising=False)
        session = Session(folder=folder, environment=os.environ | own)
        session.file.write_text(_CONFIGURATION)
        store = open_store(resolve(load(session.file), session.file))
        try:
            fill(store.database, 400, lambda *_: None)
        finally:
            store.close()
        try:
            session.start_daemon()
            command = f"{sys.executable} -m astrolens tui --config {session.file}"
            session.tmux("new-session", "-d", "-s", "a", "-x", "120", "-y", "40", command)
            yield session
        finally:
            session.end()


def test_a_night_with_a_crash(session: Session) -> None:
    session.until_shown("Overview")
    session.press("2")
    session.until_shown("1 of 40")
    session.press("/")
    session.until_shown("complete")
    session.press("-l", "label:none")
    session.press("Enter")
    session.until(
        lambda: "complete" not in session.screen() and "of 40" in session.screen(), "the filter to apply"
    )
    for number in range(1, 21):
        session.press("anxd"[number % 4])
        session.until(lambda wanted=number: len(session.labels()) == wanted, f"label {number} on disk")  # type: ignore[misc]
    for number in range(1, 4):
        session.press("u")
        session.until(lambda wanted=number: taken_back(session) == wanted, f"undo {number} on disk")  # type: ignore[misc]
    kept = {picture: value for picture, value, withdrawn in session.labels() if not withdrawn}
    assert len(kept) == 17

    assert session.daemon is not None
    os.kill(session.daemon.pid, signal.SIGKILL)
    session.daemon.wait()
    session.until_shown("daemon gone")
    session.press("a")
    session.until_shown("not saved")
    assert "sdss" in session.screen(), "what was read stays readable"
    session.start_daemon()
    assert session.until(lambda: "daemon gone" not in session.screen(), "attached again") <= 2.5
    session.until_shown("back")
    assert {picture: value for picture, value, withdrawn in session.labels() if not withdrawn} == kept
    session.press("n")
    session.until(lambda: len(session.labels()) - taken_back(session) == 18, "a label after the crash")
    session.press("q")
    session.until(lambda: "Overview" not in screen_or_nothing(session), "it leaves")


def test_keys_in_one_burst_label_nothing(session: Session) -> None:
    session.until_shown("Overview")
    session.press("-l", "2/sigma>4 -label:anxd\x1b1")
    session.until_shown("images an hour")
    session.press("-l", "2/sigma>0.5")
    session.press("Enter")
    session.until_shown("sigma>0.5")
    session.press("-l", "?anxd")
    session.until_shown("anxd")
    assert session.labels() == []


def taken_back(session: Session) -> int:
    return sum(withdrawn for _picture, _value, withdrawn in session.labels())


def screen_or_nothing(session: Session) -> str:
    try:
        return session.screen()
    except subprocess.CalledProcessError:
        return ""
