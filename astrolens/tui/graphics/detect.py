"""Whether a terminal can draw real pixels: read from its environment and its answers, never taken for granted."""

from collections.abc import Mapping
from enum import StrEnum

from astrolens.tui.graphics.answers import Answers


class Graphics(StrEnum):
    """How large pictures are drawn."""

    CELLS = "cells"
    KITTY = "kitty"
    SIXEL = "sixel"


_KITTY_TERMINALS = frozenset({"xterm-kitty", "xterm-ghostty"})
_KITTY_PROGRAMS = frozenset({"ghostty", "kitty"})
_BETWEEN = ("TMUX", "STY", "ZELLIJ", "TEXTUAL_DRIVER")  # what stands between and passes no pixels on


def choose_graphics(
    setting: str,
    environment: Mapping[str, str],
    *,
    half_cells: bool,
    is_terminal: bool,
    answers: Answers | None = None,
) -> Graphics:
    """Real pixels where they are known to arrive, half cells everywhere else.

    ``setting`` is ``ui.pictures``; ``auto`` looks at the terminal's name and, once they are there, at its answers.
    Cells that stand for pixels are known to few of the terminals that answer to kitty's protocol, so that its answer
    alone is not enough, and a terminal of the right name that does not give it is not believed. Inside tmux, screen,
    zellij or a browser, without a terminal, with ``NO_COLOR`` and where only ASCII is drawn, it is cells whatever was
    set.
    """
    if not may_ask(setting, environment, half_cells=half_cells, is_terminal=is_terminal):
        return Graphics.CELLS
    if setting != "auto":
        return Graphics(setting)
    answered = answers is not None and answers.complete
    if _is_kitty(environment) and (answers is None or not answered or answers.kitty):
        return Graphics.KITTY
    return Graphics.SIXEL if answers is not None and answers.sixel else Graphics.CELLS


def may_ask(setting: str, environment: Mapping[str, str], *, half_cells: bool, is_terminal: bool) -> bool:
    """Whether the terminal's answers could change anything."""
    if not half_cells or not is_terminal or environment.get("NO_COLOR"):
        return False
    return setting != "cells" and not any(environment.get(name) for name in _BETWEEN)


def _is_kitty(environment: Mapping[str, str]) -> bool:
    named = environment.get("TERM", "") in _KITTY_TERMINALS
    program = environment.get("TERM_PROGRAM", "").lower() in _KITTY_PROGRAMS
    return named or program or bool(environment.get("KITTY_WINDOW_ID"))
