"""Long sentences as several lines."""

from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from astrolens.tui.folding import folded


def test_whole_words_with_an_indent() -> None:
    lines = folded(Text("one two three four five", "bold"), 14, 2)
    assert [line.plain for line in lines] == ["  one two", "  three four", "  five"]
    assert all(line.style == "bold" for line in lines)


@given(
    st.text(st.characters(exclude_categories=["C", "M"]), max_size=200),
    st.integers(1, 100),
    st.integers(0, 4),
)
def test_no_line_is_longer_and_no_word_is_lost(words: str, width: int, indent: int) -> None:
    lines = folded(Text(words), width, indent)
    assert lines
    assert all(line.cell_len <= max(12, width - indent) + indent for line in lines)
    assert "".join("".join(line.plain.split()) for line in lines) == "".join(words.split())
