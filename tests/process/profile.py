"""A profile with a folder of small galaxies and a tiny network, and a daemon process on it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import numpy as np
from PIL import Image

from astrolens.api import questions
from astrolens.api.sync_client import SyncClient
from astrolens.api.wire_status import StatusReply
from astrolens.domain.errors import AstroLensError
from tests.models.tiny import write_tiny_model

READY_TIMEOUT_S = 60.0
CONFIGURATION = """
[analyse]
model = "{model}"

[detect]
calibration_images = {calibration}
budget_per_1000 = 20.0

[catalog]
enabled = false

[notify]
desktop = false

[sources.folder]
enabled = true
path = "{pictures}"
interval_s = 0.2
settle_s = 0.1
batch = 16
"""


def paint_galaxy(path: Path, seed: int, side: int = 48) -> None:
    """One round blob with noise, different for each seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] - side / 2 + rng.normal(0, 0.5, (2, 1, 1))
    axis = rng.uniform(0.5, 1.0)
    light = np.exp(-np.hypot(x, y / axis) / rng.uniform(3, 6))
    planes = [
        np.clip(255 * (tint * light + rng.normal(0.06, 0.015, light.shape)), 0, 255)
        for tint in (1.0, 0.8, 0.6)
    ]
    Image.fromarray(np.stack(planes, -1).astype(np.uint8)).save(path, quality=92)


@dataclass
class DaemonProcess:
    """A profile in a folder, and the daemon that may run on it."""

    folder: Path
    calibration: int = 40
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pictures = self.folder / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "astrolens.toml"
        model = write_tiny_model(self.folder / "model")
        text = CONFIGURATION.format(model=model, pictures=self.pictures, calibration=self.calibration)
        self.config.write_text(text)
        self.data = self.folder / "data"
        self.socket = self.folder / "run" / "astrolens.sock"
        self.client = SyncClient(self.socket)

    def paint(self, count: int, first: int = 0) -> None:
        for number in range(first, first + count):
            paint_galaxy(self.pictures / f"galaxy{number:04d}.jpg", number)

    def start(self, *, wait: bool = True) -> None:
        environment = {
            **os.environ,
            **self.environment,
            "ASTROLENS_DATA_DIR": str(self.data),
            "ASTROLENS_RUNTIME_DIR": str(self.folder / "run"),
        }
        log = (self.folder / "daemon.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "astrolens", "daemon", "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
            )  # fmt: skip
        if wait:
            self.wait_until(lambda: bool(self.client.ask(questions.ready())["ready"]))

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text(errors="replace")

    def status(self) -> StatusReply:
        return self.client.ask(questions.status())

    def wait_until(self, condition: "object", timeout_s: float = READY_TIMEOUT_S) -> None:
        deadline = monotonic() + timeout_s
        while monotonic() < deadline:
            try:
                if condition():  # type: ignore[operator]
                    return
            except AstroLensError:
                if self.process is not None and self.process.poll() is not None:
                    raise AssertionError(
                        f"the daemon ended with {self.process.returncode}:\n{self.log()[-3000:]}"
                    ) from None
            sleep(0.05)
        raise AssertionError(f"it did not come true in {timeout_s} s:\n{self.log()[-3000:]}")

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(15)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
