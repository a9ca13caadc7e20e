"""The fixture that holds screens: nothing moves, and what is seen is compared with what is kept."""

import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip
from textual.widgets import Input
from textual.worker import WorkerState

from tests.tui.conftest import OpenTerminal, Terminal
from tests.tui.snapshots.look import KEPT
from tests.tui.snapshots.screen import Screen, read, taken, written

MIDNIGHT = datetime(2026, 11, 21, 2, 14, 55, tzinfo=UTC)
_POLL_S = 0.03
_STILL = 3  # polls without a change
_MOST_POLLS = 400
_ALWAYS_RUNNING = "feed"
_READING = "Reading the list"


class StoppedClock(datetime):
    """A clock that always says the same."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        """The one moment."""
        return cls.fromtimestamp(MIDNIGHT.timestamp(), tz)


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every clock that a screen shows stands still; no colour is forced from outside."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("astrolens.tui", "tests.tui.fake")) and hasattr(module, "utc_now"):
            monkeypatch.setattr(module, "utc_now", lambda: MIDNIGHT)
        if name.startswith("tests.tui.fake"):
            if hasattr(module, "NOW"):
                monkeypatch.setattr(module, "NOW", MIDNIGHT)
            if hasattr(module, "datetime"):
                monkeypatch.setattr(module, "datetime", StoppedClock)
    monkeypatch.setattr("astrolens.tui.live.monotonic", lambda: 1000.0)
    for name in ("NO_COLOR", "COLORTERM", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path that is the same wherever the test runs: what is refused names it."""
    monkeypatch.chdir(tmp_path)
    return Path("socket")


@dataclass
class Keeper:
    """Compares with what is kept, or keeps; says everything that differs at the end."""

    update: bool
    differing: list[str]

    def hold(self, name: str, screen: Screen) -> None:
        """Compare one screen."""
        file = KEPT / f"{name}.screen"
        kept = read(file.read_text(encoding="utf-8")) if file.exists() else None
        found = ["it was never kept"] if kept is None else kept.differences(screen)
        if found and self.update:
            file.write_text(written(screen), encoding="utf-8")
        elif found:
            more = f"\n  and {len(found) - 6} rows more" if len(found) > 6 else ""
            self.differing.append(f"{name}:\n  " + "\n  ".join(found[:6]) + more)


@pytest.fixture
def keeper(pytestconfig: pytest.Config) -> Iterator[Keeper]:
    """``keeper.hold(name, screen)``."""
    keeper = Keeper(update=bool(pytestconfig.getoption("--update-snapshots")), differing=[])
    yield keeper
    assert not keeper.differing, (
        "screens differ; look at them and run pytest --update-snapshots if it is meant\n"
        + "\n".join(keeper.differing)
    )


async def still(t: Terminal) -> Screen:
    """The screen when nothing moves on it and nothing is on its way."""
    t.app.animation_level = "none"
    last, same, working = drawn(t), 0, [""]
    for _ in range(_MOST_POLLS):
        for line in t.app.screen.query(Input):
            line.cursor_blink = False
        await t.pilot.pause(_POLL_S)
        now = drawn(t)
        working = [
            worker.group
            for worker in t.app.workers
            if worker.group != _ALWAYS_RUNNING and worker.state in (WorkerState.PENDING, WorkerState.RUNNING)
        ]
        same = same + 1 if now == last and not working else 0
        last = now
        if same >= _STILL and _READING not in t.screen():
            t.app.screen.refresh()  # what lies below a question is drawn with it, as it was then
            await t.pilot.pause(_POLL_S)
            return taken(t.app)
    raise AssertionError(f"the screen never came to rest; still at work: {working}\n{t.screen()}")


def drawn(t: Terminal) -> list[Strip]:
    """What would be sent, to see whether it changes."""
    return t.app.screen._compositor.render_strips()


Shoot = Callable[..., Awaitable[None]]


@pytest.fixture
def shoot(terminal: OpenTerminal, keeper: Keeper) -> Shoot:
    """``await shoot({name: keys, ...}, size=..., after=..., prepare=...)``: one app walks through views."""

    async def run(
        views: Mapping[str, Sequence[str]],
        *,
        size: tuple[int, int],
        mark: str = "",
        before: Callable[[Terminal], Awaitable[None]] | None = None,
        **options: Any,
    ) -> None:
        async with terminal(size=size, **options) as t:
            await still(t)
            if before is not None:
                await before(t)
            for name, keys in views.items():
                for key in keys:
                    if key.startswith("@"):  # by its name: digits mean something else in some views
                        t.app.action_view(key[1:])
                    else:
                        await t.press(*key.split())
                    await still(t)
                keeper.hold(f"{name}{mark}-{size[0]}x{size[1]}", await still(t))
                while len(t.app.screen_stack) > 1:
                    await t.press("escape")
                    await still(t)

    return run
