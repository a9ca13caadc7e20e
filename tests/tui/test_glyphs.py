"""Which marks a terminal gets."""

from dataclasses import fields

import pytest

from astrolens.tui.glyphs import ascii_glyphs, choose_glyphs


@pytest.mark.parametrize(
    ("setting", "terminal", "encoding", "unicode"),
    [
        ("auto", "xterm-256color", "utf-8", True),
        ("auto", "xterm-256color", "ANSI_X3.4-1968", False),
        ("auto", "linux", "UTF-8", False),
        ("unicode", "linux", "ascii", True),
        ("ascii", "xterm", "utf-8", False),
    ],
)
def test_choice(setting: str, terminal: str, encoding: str, unicode: bool) -> None:
    assert choose_glyphs(setting, {"TERM": terminal}, encoding).half_cells is unicode


def test_ascii_is_ascii() -> None:
    glyphs = ascii_glyphs()
    for field in fields(glyphs):
        value = getattr(glyphs, field.name)
        text = value if isinstance(value, str) else "".join(value.values()) if isinstance(value, dict) else ""
        assert text.isascii(), field.name
