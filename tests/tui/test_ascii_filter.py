"""Nothing but ASCII, and no cell more or less."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from astrolens.domain.text import clean
from astrolens.tui.ascii_filter import AsciiFilter, in_ascii


@given(st.text(max_size=60))
def test_any_clean_words_keep_their_width(words: str) -> None:
    shown = in_ascii(clean(words))
    assert shown.isascii()
    assert cell_len(shown) == cell_len(clean(words))


def test_likeness() -> None:
    assert in_ascii("Sérsic … 星 σ") == "Sersic ~ ?? ?"


def test_segments_keep_their_style() -> None:
    style = Style(bold=True)
    (segment,) = AsciiFilter().apply([Segment("█━", style)], Color(0, 0, 0))
    assert segment == Segment("#=", style)
