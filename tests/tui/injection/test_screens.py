"""Every screen on a daemon that means harm, in a real pseudo-terminal: nothing gets out and nothing falls over.

``ASTROLENS_INJECTION=full`` puts each of the sixteen attacks into each place, not only some.
"""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.binding import Binding

from astrolens.domain.event import EventKind
from astrolens.tui.app import AstroLensApp
from tests.tui.injection.attacks import ATTACKS
from tests.tui.injection.child import Child
from tests.tui.injection.hostile import HostileDaemon
from tests.tui.injection.stream import strangers, words_in

FULL = os.environ.get("ASTROLENS_INJECTION") == "full"
TURNS = range(len(ATTACKS)) if FULL else range(1)
ROWS, COLUMNS = 48, 140
ENTER, ESCAPE = "\r", "\x1b[27u"  # escape as the kitty protocol writes it: the key after it cannot join it
# Words of ours by which a screen is known.
LIST, HEADING, CARD, SIMILAR, HELP = "of 41", "catalogues", "alone would flag it", "similar to", "Everywhere"
CONSENT, VERSIONS = "why (may be empty)", "Promotions"

pytestmark = [pytest.mark.process, pytest.mark.timeout(900 if FULL else 60)]


def view_keys() -> Sequence[str]:
    """The keys of all views but the list of candidates, which is walked through by itself."""
    bindings = [one for one in AstroLensApp.BINDINGS if isinstance(one, Binding)]
    return [one.key for one in bindings if one.action.startswith("view(") and "candidates" not in one.action]


async def press(child: Child, daemon: HostileDaemon, keys: str, shows: str | None = None) -> None:
    """Type, and wait until what is drawn after it holds some words, by default a poisoned one of this turn."""
    wanted = (shows or daemon.stamp).encode()
    before = child.press(keys)
    await asyncio.to_thread(
        child.wait_for, lambda written: wanted in written[before:], f"{keys!r} shows {wanted!r}"
    )


async def walk(child: Child, daemon: HostileDaemon) -> None:
    """Through every screen once."""
    for key in view_keys():
        await press(child, daemon, key, VERSIONS if key == "6" else None)
        if key == "3":  # where digits are marks
            await press(child, daemon, ESCAPE, HEADING)
        if key == "6":
            await press(child, daemon, "jP", CONSENT)
            await press(child, daemon, ESCAPE, VERSIONS)
    for kind in EventKind:
        await daemon.rumour(kind.value)
    await press(child, daemon, "2", LIST)
    await press(child, daemon, "g")
    await press(child, daemon, "j", LIST)
    await press(
        child, daemon, "\x1b[200~jjjj\x1b[201~j", LIST
    )  # nobody takes it: it must not go round and round
    await press(child, daemon, "/", "source:NAME")
    for attack in ("C1", "bidi", "title", "zero width"):
        pasted = f"{daemon.stamp}{attack}"
        await press(child, daemon, f"\x1b[200~{pasted}{ATTACKS[attack]}\x1b[201~", pasted)
    await press(child, daemon, ESCAPE, HEADING)
    await press(child, daemon, ENTER, CARD)
    await press(child, daemon, "w", "no words")
    child.press("j")  # a card of the same words: nothing of it may have to be drawn again
    await press(child, daemon, "a", "saved")
    await press(child, daemon, ENTER, HEADING)
    await press(child, daemon, "s", SIMILAR)
    await press(child, daemon, "s", HEADING)
    await press(child, daemon, "?", HELP)
    await press(child, daemon, ESCAPE, HEADING)


@pytest.mark.parametrize("gentle", [True, False], ids=["words", "everything"])
async def test_a_daemon_that_means_harm_does_none(socket: Path, gentle: bool) -> None:
    async with HostileDaemon(socket, gentle=gentle) as daemon:
        daemon.next_words = "refused"
        daemon.label_error = None if gentle else "refused"
        with Child(["-m", "tests.tui.injection.attached", str(socket)], rows=ROWS, columns=COLUMNS) as child:
            await asyncio.to_thread(child.wait_for, lambda written: b"Q00" in written, "the first screen")
            for daemon.turn in TURNS:
                await walk(child, daemon)
            child.press("q")
            code = await asyncio.to_thread(child.end)
            written = child.written
    assert code == 0, words_in(written)[-3000:]
    assert strangers(written, rows=ROWS, columns=COLUMNS) == []
