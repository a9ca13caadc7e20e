"""Pictures of a demo session for the documents: ``python -m tests.tui.snapshots.demo docs/pictures``.

Starts a daemon on the simulated sky in a throw-away profile, waits for findings, drives the terminal, and writes
one SVG for each step. The pictures of two runs differ as two nights do. A picture of a view that failed, or that names a
place of this machine, is not written, and the run ends with status 1.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.api.sync_client import SyncClient
from astrolens.cli.background import start_and_wait, stop_and_wait
from astrolens.config.load import load
from astrolens.config.paths import resolve
from astrolens.config.settings import UiSettings
from astrolens.tui.app import AstroLensApp
from astrolens.tui.glyphs import unicode_glyphs
from tests.tui.snapshots.drawing import png, svg
from tests.tui.snapshots.guard import Spoiled, spoiled
from tests.tui.snapshots.screen import taken

SIZE = (120, 40)
_CONFIGURATION = """
[sources.simulated]
enabled = true
interval_s = 1.0
batch = 64
count = 0
[sources.simulated_wide]
enabled = true
interval_s = 1.0
batch = 64
count = 0
[detect]
calibration_images = 200
budget_per_1000 = 10.0
[catalog]
enabled = false
[notify]
desktop = false
"""
_FINDINGS = 16
_LONGEST_S = 420.0
_MOST_TURNS = 100


_FILTER = "sigma>2 -label:*"
_NAMES = {" ": "space", ">": "greater_than_sign", "-": "minus", ":": "colon", "*": "asterisk"}


@dataclass(frozen=True, slots=True)
class Step:
    """What is pressed, and the name and title of the picture after it."""

    name: str
    title: str
    keys: tuple[str, ...]


STEPS = (
    Step("overview", "Overview: what flows and what was found", ()),
    Step("candidates", "Candidates: the oddest first", ("@candidates", "j")),
    Step("label", "One key is one label", ("a", "x", "j")),
    Step("filter", "A filter as it is typed", ("slash", *_FILTER)),
    Step("card", "Card: everything about one picture", ("enter", "enter")),
    Step("heat", "Heat map: where it is odd", ("h",)),
    Step("similar", "Pictures that look like it", ("h", "escape", "s")),
    Step("review", "Review: one picture, one key", ("escape", "escape", "@review")),
    Step("sky", "Sky: what was searched and found", ("@sky",)),
    Step("models", "Models: what judges, and how well", ("@models",)),
    Step("help", "Every key", ("question_mark",)),
)


async def session(socket: Path, folder: Path, *, pictures: bool, steps: Sequence[Step] = STEPS) -> None:
    """Drive the terminal and write what it shows."""
    async with Client(socket) as client:
        app = await asyncio.to_thread(
            AstroLensApp, client, UiSettings(reviewer="ana"), glyphs=unicode_glyphs()
        )
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot)
            for step in steps:
                for key in step.keys:
                    if key.startswith("@"):  # digits mean something else in some views
                        app.action_view(key[1:])
                    else:
                        await pilot.press(_NAMES.get(key, key))
                    await settled(pilot)
                await settled(pilot)
                screen = taken(app)
                if line := spoiled(screen.text()):
                    raise Spoiled(f"{step.name} is not written, it shows: {line}")
                (folder / f"{step.name}.svg").write_text(svg(screen, step.title), encoding="utf-8")
                if pictures:
                    png(screen).save(folder / f"{step.name}.png")
                sys.stdout.write(f"{step.name}: {step.title}\n")


async def settled(pilot: Pilot[int]) -> None:
    """Let what is on its way arrive."""
    for _ in range(_MOST_TURNS):
        await pilot.pause(0.2)
        busy = [worker for worker in pilot.app.workers if worker.group != "feed" and worker.is_running]
        if not busy:
            break
    await pilot.pause(0.5)


def wait_for_findings(client: SyncClient) -> None:
    """Wait until there is something to show."""
    began = time.monotonic()
    while time.monotonic() - began < _LONGEST_S:
        status = client.ask(questions.status())
        sys.stderr.write(f"\r{status['images']:,} pictures, {status['anomalies']} anomalies ")
        if status["anomalies"] >= _FINDINGS:
            break
        time.sleep(1.0)
    sys.stderr.write("\n")


def main() -> None:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--png", action="store_true", help="PNG beside each SVG, to look at")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    profile = Path(tempfile.mkdtemp(prefix="al-demo-"))
    os.environ |= {"ASTROLENS_DATA_DIR": str(profile / "d"), "ASTROLENS_RUNTIME_DIR": str(profile / "r")}
    try:
        file = profile / "astrolens.toml"
        file.write_text(_CONFIGURATION, encoding="utf-8")
        paths = resolve(load(file), file)
        process = start_and_wait(paths, file)
        assert process is not None
        try:
            client = SyncClient(paths.socket)
            wait_for_findings(client)
            client.ask(orders.pause())  # nothing moves while it is drawn
            asyncio.run(session(paths.socket, asked.folder, pictures=asked.png))
        except Spoiled as error:
            sys.exit(str(error))
        finally:
            stop_and_wait(process, paths.socket)
    finally:
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    main()
