"""Whether a terminal can draw real pixels: asked of its environment, never taken for granted."""

from collections.abc import Mapping
from enum import StrEnum


class Graphics(StrEnum):
    """How large pictures are drawn."""

    CELLS = "cells"
    KITTY = "kitty"


_KITTY_TERMINALS = frozenset({"xterm-kitty", "xterm-ghostty"})
_KITTY_PROGRAMS = frozenset({"ghostty", "kitty"})
_BETWEEN = ("TMUX", "STY", "ZELLIJ", "TEXTUAL_DRIVER")  # what stands between and passes no pixels on


def choose_graphics(
    setting: str, environment: Mapping[str, str], *, half_cells: bool, is_terminal: bool
) -> Graphics:
    """Real pixels where they are known to arrive, half cells everywhere else.

    ``setting`` is ``ui.pictures``; ``auto`` looks at the terminal's name. Inside tmux, screen, zellij or a browser,
    without a terminal, with ``NO_COLOR`` and where only ASCII is drawn, it is cells whatever was set.
    """
    if not half_cells or not is_terminal or environment.get("NO_COLOR"):
        return Graphics.CELLS
    if setting == "cells" or any(environment.get(name) for name in _BETWEEN):
        return Graphics.CELLS
    named = environment.get("TERM", "") in _KITTY_TERMINALS
    program = environment.get("TERM_PROGRAM", "").lower() in _KITTY_PROGRAMS
    if setting == "kitty" or named or program or environment.get("KITTY_WINDOW_ID"):
        return Graphics.KITTY
    return Graphics.CELLS
