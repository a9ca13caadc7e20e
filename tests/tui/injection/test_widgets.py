"""Seventeen kinds of widgets show sixteen kinds of attacks and thousands of mixtures; only Textual's own bytes come out.

``ASTROLENS_INJECTION=full`` shows 10,000 mixtures instead of some hundreds.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tui.injection.attacks import ATTACKS, fuzzed
from tests.tui.injection.child import Child
from tests.tui.injection.gallery import COLUMNS, KINDS, ROWS
from tests.tui.injection.stream import strangers, words_in

FULL = os.environ.get("ASTROLENS_INJECTION") == "full"
MIXTURES = 10_000 if FULL else 170
_PER_FRAME_S = 1.0

pytestmark = [pytest.mark.process, pytest.mark.timeout(900 if FULL else 60)]


def stream_of(frames: Sequence[Sequence[str]], file: Path, *, cleaned: bool = True) -> tuple[bytes, int]:
    """What the gallery writes, and its exit code."""
    file.write_text(json.dumps(frames), encoding="ascii")
    arguments = ["-m", "tests.tui.injection.gallery", str(file), "cleaned" if cleaned else "raw"]
    with Child(arguments, rows=ROWS, columns=COLUMNS) as child:
        code = child.end(20.0 + _PER_FRAME_S * len(frames))
        return child.written, code


def stamped(frames: Sequence[Sequence[str]]) -> list[list[str]]:
    """A mark in front of each string, so that it can be found again."""
    return [
        [f"w{kind:02d}f{number:05d} {one}" for kind, one in enumerate(frame)]
        for number, frame in enumerate(frames)
    ]


def check(written: bytes, code: int, frames: int) -> None:
    """No crash, no byte of a stranger, and every string was really on the screen."""
    words = words_in(written)
    assert code == 0, words[-3000:]
    assert strangers(written, rows=ROWS, columns=COLUMNS) == []
    missing = [
        (KINDS[kind], number)
        for number in range(frames)
        for kind in range(len(KINDS))
        if f"w{kind:02d}f{number:05d}" not in words
    ]
    assert missing == []


def test_there_are_seventeen_kinds_and_sixteen_attacks() -> None:
    assert len(KINDS) == len(set(KINDS)) == 17
    assert len(ATTACKS) == len(set(ATTACKS.values())) == 16


def test_no_attack_gets_through_any_kind(tmp_path: Path) -> None:
    frames = stamped([[attack] * len(KINDS) for attack in ATTACKS.values()])
    check(*stream_of(frames, tmp_path / "frames"), len(frames))


def test_no_mixture_gets_through(tmp_path: Path) -> None:
    mixtures = fuzzed(MIXTURES)
    kinds = len(KINDS)
    mixtures += [""] * (-len(mixtures) % kinds)
    frames = stamped([mixtures[start : start + kinds] for start in range(0, len(mixtures), kinds)])
    check(*stream_of(frames, tmp_path / "frames"), len(frames))


def test_the_suite_would_see_them(tmp_path: Path) -> None:
    """Without cleaning the same attacks do come out: the other tests are no empty promise."""
    signs = {
        "clear and move": "[2J",
        "title": "]0;PWNED",
        "clipboard": "]52;c;",
        "link": "]8;;",
        "C1": "x9b",
        "bidi": "u202e",
    }
    frames = [[ATTACKS[name]] * len(KINDS) for name in signs]
    written, _ = stream_of(frames, tmp_path / "frames", cleaned=False)
    found = "\n".join(strangers(written, rows=ROWS, columns=COLUMNS))
    assert [name for name, sign in signs.items() if sign not in found] == []
