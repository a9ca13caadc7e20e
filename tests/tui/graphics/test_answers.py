"""Answers are understood however they come in, and never become keys; keys are never lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.tui.graphics.answers import Answers, Ear

FOOT = "\x1b[6;20;10t\x1b[4;800;1000t\x1b[?62;4;22c"
KITTY = "\x1b_Gi=31;OK\x1b\\\x1b[6;18;9t\x1b[4;720;900t\x1b[?62;c"
XTERM = "\x1b[4;384;480t\x1b[?64;1;2;6;9;15;18;21;22c"
KEYS = ("j", "\x1b[A", "\x1b[6~", "\x1b[1;5C", "é", "a4c", "\x1b[<0;3;4M", "\x1b[27u", "\x1b[?2026;2$y")


def heard(*pieces: str) -> tuple[str, Answers]:
    ear = Ear()
    left = "".join(ear.hear(piece) for piece in pieces)
    for _ in range(20):
        left += ear.give_up() if ear.holds else ""
    return left, ear.answers


@pytest.mark.parametrize(
    ("said", "sixel", "kitty", "cell"),
    [
        (FOOT, True, False, (10, 20)),
        (KITTY, False, True, (9, 18)),
        (XTERM, False, False, (6, 16)),
        ("\x1b[?1;2c", False, False, None),
        ("\x1b[?4;6c", False, False, None),  # the first number is a kind of terminal
        ("\x1b[6;0;0t\x1b[?63;4c", True, False, None),
        ("\x1b[6;99999;2t\x1b[4;1;1t\x1b[?6;4;c", True, False, None),
        ("\x1b_Gi=31;ENOTSUP\x1b\\\x1b[?62;4c", True, False, None),
    ],
)
def test_terminals(said: str, sixel: bool, kitty: bool, cell: tuple[int, int] | None) -> None:
    left, answers = heard(said)
    assert left == ""
    assert (answers.complete, answers.sixel, answers.kitty) == (True, sixel, kitty)
    assert answers.cell(80, 24) == cell


@given(
    st.sampled_from([FOOT, KITTY, XTERM]),
    st.lists(st.sampled_from(KEYS), max_size=4),
    st.lists(st.sampled_from(KEYS), max_size=4),
    st.sets(st.integers(0, 80), max_size=8),
)
def test_keys_before_and_after_and_any_cut(
    said: str, before: list[str], after: list[str], cuts: set[int]
) -> None:
    everything = "".join(before) + said + "".join(after)
    edges = [0, *sorted(cut for cut in cuts if cut < len(everything)), len(everything)]
    pieces = [everything[start:end] for start, end in pairwise(edges)]
    left, answers = heard(*pieces)
    assert left == "".join(before + after)
    assert answers.complete


def test_escape_alone_is_a_key_after_a_tick() -> None:
    ear = Ear()
    assert ear.hear("\x1b") == ""
    assert ear.holds
    assert ear.give_up() == "\x1b"
    ear.hear(FOOT)
    assert ear.hear("\x1b") == "\x1b", "at once when everything is said"


def test_half_an_answer_is_waited_for_and_then_forgotten() -> None:
    ear = Ear()
    assert ear.hear("\x1b[?62;4") == ""
    for _ in range(5):
        assert ear.give_up() == ""
    assert ear.hear(";22cj") == "j"
    assert ear.answers.sixel
    other = Ear()
    assert other.hear("\x1b_Gi=31;OK") == ""
    for _ in range(10):
        assert other.give_up() == ""
    assert not other.holds
    assert other.hear("j") == "j"


def test_an_answer_that_breaks_off_is_no_key() -> None:
    ear = Ear()
    ear.hear("\x1b[?62;")
    assert ear.hear("\x1b[Aj") == "\x1b[Aj"


@given(st.text(st.characters(codec="ascii", exclude_characters="\x1b"), max_size=40))
def test_what_holds_no_escape_goes_through(typed: str) -> None:
    assert Ear().hear(typed) == typed


@given(st.binary(max_size=60))
def test_no_garbage_is_too_much(noise: bytes) -> None:
    left, _answers = heard(noise.decode("latin-1"), "j")
    assert len(left) <= len(noise) + 1
