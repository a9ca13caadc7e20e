"""Every view as it looks: sizes, themes, no colour, ASCII, empty, away, refused, hostile.

After a change that is meant: ``pytest tests/tui/snapshots --update-snapshots``, then look at all of them with
``python -m tests.tui.snapshots.look FOLDER``.
"""

import pytest

from astrolens.config.settings import UiSettings
from astrolens.tui.glyphs import ascii_glyphs
from tests.tui.snapshots import scenes
from tests.tui.snapshots.conftest import Shoot
from tests.tui.snapshots.look import KEPT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SMALL, MIDDLE, LARGE, VAST = (80, 24), (120, 40), (200, 60), (300, 80)
THIN, TINY = (60, 18), (20, 5)
LIGHT = UiSettings(theme="astrolens-light")
HOUSE = ("overview", "candidates", "review", "transients", "sky", "models", "log", "settings")
OF_A_HOUSE: dict[str, tuple[str, ...]] = {view: (f"@{view}",) for view in HOUSE}
OF_A_ROW: dict[str, tuple[str, ...]] = {
    "card": ("@candidates", "j", "enter"),
    "similar": ("@candidates", "s"),
}
VIEWS = OF_A_HOUSE | OF_A_ROW
LARGEST_KEPT_BYTES = 3_000_000


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE, THIN, TINY], ids=str)
async def test_sizes(shoot: Shoot, size: tuple[int, int]) -> None:
    await shoot(VIEWS, size=size, prepare=scenes.busy)


async def test_very_large(shoot: Shoot) -> None:
    await shoot(
        {view: VIEWS[view] for view in ("overview", "candidates", "card", "transients", "sky")},
        size=VAST,
        prepare=scenes.busy,
    )


async def test_light(shoot: Shoot) -> None:
    await shoot(VIEWS, size=SMALL, mark="-light", prepare=scenes.busy, settings=LIGHT)


async def test_no_colour(shoot: Shoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    await shoot(VIEWS, size=SMALL, mark="-no-colour", prepare=scenes.busy)


async def test_ascii(shoot: Shoot) -> None:
    await shoot(VIEWS, size=SMALL, mark="-ascii", prepare=scenes.busy, glyphs=ascii_glyphs())


async def test_calibrating(shoot: Shoot) -> None:
    await shoot(OF_A_HOUSE, size=SMALL, mark="-calibrating", prepare=scenes.calibrating)


async def test_nothing_is_switched_on(shoot: Shoot) -> None:
    await shoot(OF_A_HOUSE, size=SMALL, mark="-nothing", prepare=scenes.nothing)


async def test_the_daemon_is_gone_before_a_view_was_seen(shoot: Shoot) -> None:
    await shoot(OF_A_HOUSE, size=SMALL, mark="-gone", prepare=scenes.busy, before=scenes.gone)


async def test_the_daemon_is_gone_after_a_view_was_seen(shoot: Shoot) -> None:
    await shoot(
        {"candidates": (), "card": ("enter",)},
        size=SMALL,
        mark="-left",
        prepare=scenes.busy,
        before=scenes.seen_then_gone,
    )


async def test_strangers_words(shoot: Shoot) -> None:
    await shoot(VIEWS, size=SMALL, mark="-hostile", prepare=scenes.hostile)


async def test_what_is_said(shoot: Shoot) -> None:
    await shoot({"back": ("@candidates",)}, size=SMALL, prepare=scenes.busy, before=scenes.back)
    await shoot({"refused": ()}, size=SMALL, prepare=scenes.busy, before=scenes.refused)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=str)
async def test_what_lies_above_a_view(shoot: Shoot, size: tuple[int, int]) -> None:
    asked = {
        "help": ("@candidates", "question_mark"),
        "palette": ("@candidates", "colon"),
        "filter": ("@candidates", "m", "slash", "s o u r c e"),
    }
    await shoot(asked, size=size, prepare=scenes.busy)


@pytest.mark.parametrize("size", [SMALL, MIDDLE, THIN], ids=str)
async def test_another_model(shoot: Shoot, size: tuple[int, int]) -> None:
    asked = {
        "models-better": ("@models", "j"),
        "models-proof": ("P",),
        "models-no-proof": ("j", "P", "enter", "y e s enter"),
        "models-rollback": ("u",),
        "models-promoted": ("k", "P", "enter"),
    }
    await shoot(asked, size=size, prepare=scenes.busy)
    await shoot({"models-refused": ()}, size=size, prepare=scenes.busy, before=scenes.unproven)
    await shoot({"models-comparing": ()}, size=size, prepare=scenes.busy, before=scenes.comparing)


async def test_the_daemon_takes_up_another_model(shoot: Shoot) -> None:
    await shoot({"models-reopens": ()}, size=SMALL, prepare=scenes.busy, before=scenes.reopens)


async def test_what_is_asked_in_a_thin_window(shoot: Shoot) -> None:
    asked = {
        "help": ("@candidates", "question_mark"),
        "saved": ("f",),
        "site": ("O",),
        "tag": ("@review", "t"),
    }
    await shoot(asked, size=THIN, prepare=scenes.busy)


def test_what_is_kept_is_small_and_enough() -> None:
    files = list(KEPT.glob("*.screen"))
    assert len(files) >= 60
    assert sum(file.stat().st_size for file in files) < LARGEST_KEPT_BYTES
