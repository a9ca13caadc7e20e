"""Pixels only where they are known to arrive."""

import pytest

from astrolens.tui.graphics.detect import Graphics, choose_graphics


@pytest.mark.parametrize(
    ("setting", "environment", "wanted"),
    [
        ("auto", {"TERM": "xterm-256color"}, Graphics.CELLS),
        ("auto", {"TERM": "xterm-kitty"}, Graphics.KITTY),
        ("auto", {"TERM": "xterm-256color", "KITTY_WINDOW_ID": "3"}, Graphics.KITTY),
        ("auto", {"TERM_PROGRAM": "ghostty"}, Graphics.KITTY),
        ("auto", {"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, Graphics.CELLS),
        ("kitty", {"TERM": "tmux-256color", "TMUX": "/tmp/x"}, Graphics.CELLS),
        ("auto", {"TERM": "xterm-kitty", "NO_COLOR": "1"}, Graphics.CELLS),
        ("auto", {"TERM": "xterm-kitty", "TEXTUAL_DRIVER": "x"}, Graphics.CELLS),
        ("cells", {"TERM": "xterm-kitty"}, Graphics.CELLS),
        ("kitty", {"TERM": "foot"}, Graphics.KITTY),
    ],
)
def test_choices(setting: str, environment: dict[str, str], wanted: Graphics) -> None:
    assert choose_graphics(setting, environment, half_cells=True, is_terminal=True) is wanted
    assert choose_graphics(setting, environment, half_cells=False, is_terminal=True) is Graphics.CELLS
    assert choose_graphics(setting, environment, half_cells=True, is_terminal=False) is Graphics.CELLS
