"""Pixels only where they are known to arrive."""

import pytest

from astrolens.tui.graphics.answers import Answers
from astrolens.tui.graphics.detect import Graphics, choose_graphics, may_ask

FOOT = Answers(complete=True, sixel=True, cell_px=(10, 20))
WEZTERM = Answers(complete=True, sixel=True, kitty=True)
KITTY = Answers(complete=True, kitty=True)
POOR = Answers(complete=True)


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


@pytest.mark.parametrize(
    ("setting", "environment", "answers", "wanted"),
    [
        ("auto", {"TERM": "foot"}, FOOT, Graphics.SIXEL),
        ("auto", {"TERM": "foot"}, None, Graphics.CELLS),
        ("auto", {"TERM": "xterm-256color"}, POOR, Graphics.CELLS),
        (
            "auto",
            {"TERM": "xterm-256color"},
            WEZTERM,
            Graphics.SIXEL,
        ),  # answers, but knows no cells for pixels
        ("auto", {"TERM": "xterm-256color"}, KITTY, Graphics.CELLS),
        ("auto", {"TERM": "xterm-kitty"}, KITTY, Graphics.KITTY),
        ("auto", {"TERM": "xterm-kitty"}, Answers(), Graphics.KITTY),
        ("auto", {"TERM": "xterm-kitty"}, POOR, Graphics.CELLS),
        ("auto", {"TERM": "xterm-kitty"}, FOOT, Graphics.SIXEL),
        ("kitty", {"TERM": "foot"}, FOOT, Graphics.KITTY),
        ("sixel", {"TERM": "xterm"}, None, Graphics.SIXEL),
        ("sixel", {"TERM": "xterm"}, POOR, Graphics.SIXEL),
        ("cells", {"TERM": "foot"}, FOOT, Graphics.CELLS),
        ("auto", {"TERM": "foot", "NO_COLOR": "1"}, FOOT, Graphics.CELLS),
        ("sixel", {"TERM": "tmux-256color", "TMUX": "/tmp/x"}, FOOT, Graphics.CELLS),
        ("sixel", {"TERM": "screen", "STY": "1.x"}, FOOT, Graphics.CELLS),
        ("auto", {"TERM": "foot", "ZELLIJ": "0"}, FOOT, Graphics.CELLS),
    ],
)
def test_choices_by_answers(
    setting: str, environment: dict[str, str], answers: Answers | None, wanted: Graphics
) -> None:
    found = choose_graphics(setting, environment, half_cells=True, is_terminal=True, answers=answers)
    assert found is wanted


def test_nobody_is_asked_whose_answer_changes_nothing() -> None:
    assert may_ask("auto", {"TERM": "foot"}, half_cells=True, is_terminal=True)
    assert not may_ask("cells", {"TERM": "foot"}, half_cells=True, is_terminal=True)
    assert not may_ask("auto", {"TERM": "foot", "TMUX": "x"}, half_cells=True, is_terminal=True)
    assert not may_ask("auto", {"TERM": "foot"}, half_cells=True, is_terminal=False)
    assert not may_ask("auto", {"TERM": "linux"}, half_cells=False, is_terminal=True)
