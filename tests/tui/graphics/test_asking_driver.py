"""A terminal that is asked what it can draw: in a real pseudo-terminal, with every manner of answering."""

import asyncio
from pathlib import Path

import pytest

from astrolens.tui.graphics.answers import QUESTIONS
from tests.tui.fake_daemon import FakeDaemon
from tests.tui.fake_pixels import in_flux
from tests.tui.injection.child import Child
from tests.tui.injection.stream import strangers

ROWS, COLUMNS = 40, 120
FOOT = "\x1b[6;20;10t\x1b[4;800;1200t\x1b[?62;4;22c"
SIXEL = b"\x1bP0;1;0q"

pytestmark = [pytest.mark.process, pytest.mark.timeout(60)]


class Person:
    """Waits and types in front of a terminal."""

    def __init__(self, child: Child) -> None:
        self.child = child

    async def sees(self, words: bytes, *, after: int = 0) -> None:
        """Wait for words on the screen."""
        await asyncio.to_thread(self.child.wait_for, lambda written: words in written[after:], repr(words))

    async def opens_a_card(self) -> None:
        """From the overview."""
        self.child.press("2")
        await self.sees(b"of 41")
        self.child.press("\r")
        await self.sees(b"asinh  99.5 %")

    async def leaves(self) -> None:
        """Back, and out; nothing that was written is a stranger's."""
        self.child.press("\x1b[27u")
        self.child.press("q")
        assert await asyncio.to_thread(self.child.end) == 0
        assert strangers(self.child.written, rows=ROWS, columns=COLUMNS) == []


def child_of(socket: Path, **env: str) -> Child:
    return Child(["-m", "tests.tui.injection.attached", str(socket)], rows=ROWS, columns=COLUMNS, env=env)


@pytest.mark.parametrize(
    ("said", "sixel"),
    [
        (list(FOOT), True),
        (["\x1b[?62;4c"], True),  # the size of a cell is taken to be the VT340's
        (["\x1b[>1;4c\x1bP>|fake(2)\x1b\\\x1b[99;4;2t\x1b_Gi=31;" + "x" * 40 + "\x1b\\"], False),
    ],
    ids=["in pieces", "partly", "garbage"],
)
async def test_no_answer_is_a_key(socket: Path, said: list[str], sixel: bool) -> None:
    async with FakeDaemon(socket) as daemon:
        daemon.pixels = in_flux
        with child_of(socket) as child:
            person = Person(child)
            await person.sees(QUESTIONS.encode())
            for piece in said:
                child.press(piece)
            await person.sees(b"offered")
            before = child.press("p")
            await person.sees(b"paused", after=before)
            assert b"of 41" not in child.written, "a digit of an answer is no view"
            await person.opens_a_card()
            if sixel:
                await person.sees(SIXEL)
            else:
                assert SIXEL not in child.written
            await person.leaves()
            assert child.written.count(QUESTIONS.encode()) == 1


async def test_no_answer_and_then_a_late_one_changes_the_picture_that_is_seen(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon:
        daemon.pixels = in_flux
        with child_of(socket) as child:
            person = Person(child)
            await person.sees(b"offered")
            await person.opens_a_card()
            assert SIXEL not in child.written
            child.press(FOOT)
            await person.sees(SIXEL)
            before = child.press("?")
            await person.sees(b"this is an artefact", after=before)
            before = child.press("zzzz")
            await person.sees(b"No key for this", after=before)
            assert SIXEL not in child.written[before:], "nothing shines through what covers it"
            before = child.press("\x1b[27u")
            await person.sees(SIXEL, after=before)
            before = child.press("s")
            await person.sees(b"sinh", after=before)
            await person.leaves()


async def test_a_name_is_not_believed_against_the_answer(socket: Path) -> None:
    async with FakeDaemon(socket) as daemon:
        daemon.pixels = in_flux
        with child_of(socket, TERM="xterm-kitty") as child:
            person = Person(child)
            await person.sees(b"offered")
            child.press("\x1b[?62;22c")
            await person.opens_a_card()
            await person.leaves()
            assert b"\x1b_Ga=T" not in child.written
