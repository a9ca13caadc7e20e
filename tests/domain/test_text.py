"""Words from strangers are made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.text import clean


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("NGC 1300", "NGC 1300"),
        ("a\tb\nc\r", "a b c "),
        ("\x1b[31mred", "�[31mred"),
        ("right\u202eleft", "right�left"),
        ("zero\u200bwidth", "zero�width"),
        ("line\u2028end", "line�end"),
        ("\ud800", "�"),
        ("e\u0301" + "\u0301" * 50, "é" + "\u0301" * 2),
        ("a" + "\u0903" * 50, "a" + "\u0903" * 2),
        ("\u1100" + "\u1160" * 50, "\u1100" + "\u1160" * 2),
        ("\U0001f44d" + "\U0001f3fd" * 50, "\U0001f44d" + "\U0001f3fd" * 2),
        ("\u0301\u0301a", "a"),
        ("\u2764\ufe0f\U000e0101", "\u2764"),
        (None, "None"),
        (3.5, "3.5"),
        ("Ångström σ 星", "Ångström σ 星"),
    ],
)
def test_known_words(words: object, wanted: str) -> None:
    assert clean(words) == wanted


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert clean("x" * 300, 10) == "x" * 9 + "…"
    assert clean("x" * 10, 10) == "x" * 10
    assert len(clean("x" * 10_000_000)) == 200


@given(st.text() | st.text(alphabet="\u0301\x1b\n a\u202e"), st.integers(1, 50))
def test_any_text_becomes_short_and_harmless(words: str, limit: int) -> None:
    safe = clean(words, limit)
    assert len(safe) <= limit
    assert not {unicodedata.category(character) for character in safe} & {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }
    assert clean(safe, limit) == safe
    safe.encode("utf-8")
