"""The marks that the terminal draws with, for terminals that know Unicode and for those that do not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from astrolens.domain.detection import Decision
from astrolens.domain.review import LabelValue

_POOR_TERMINALS = frozenset({"linux", "dumb", "vt52", "vt100", "vt102", "vt220", "xterm-mono"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One mark for each thing that is said in a mark."""

    anomaly: str = "▲"
    near_miss: str = "·"
    calibrating: str = "◌"
    cursor: str = "▸"
    running: str = "●"
    half: str = "◐"
    resting: str = "○"
    off: str = "·"
    alarm: str = "✗"
    paused: str = "‖"
    flag: str = "⚑"
    gear: str = "⚙"
    pen: str = "✎"
    arrow: str = "►"
    line: str = "─"
    dot: str = "·"
    sigma: str = "σ"
    descending: str = "▼"
    ascending: str = "▲"
    times: str = "×"
    waits: str = "…"
    degree: str = "°"
    plus_minus: str = "±"
    eighths: str = " ▁▂▃▄▅▆▇█"
    bar_full: str = "━"
    bar_half: str = "╸"
    bar_rest: str = "─"
    half_cells: bool = True
    decisions: Mapping[str, str] = field(
        default_factory=lambda: {
            Decision.ANOMALY: "▲",
            Decision.NEAR_MISS: "·",
            Decision.NORMAL: " ",
            Decision.CALIBRATING: "◌",
        }
    )
    labels: Mapping[str, str] = field(
        default_factory=lambda: {
            LabelValue.ANOMALY: "!",
            LabelValue.NORMAL: "=",
            LabelValue.ARTEFACT: "x",
            LabelValue.UNSURE: "?",
        }
    )


def unicode_glyphs() -> Glyphs:
    """Marks for nearly every terminal of today."""
    return Glyphs()


def ascii_glyphs() -> Glyphs:
    """Marks that a serial console can draw."""
    return Glyphs(
        anomaly="^",
        near_miss=".",
        calibrating="o",
        cursor=">",
        running="*",
        half="%",
        resting="o",
        off="-",
        alarm="X",
        paused="=",
        flag="!",
        gear="#",
        pen="+",
        arrow=">",
        line="-",
        dot="-",
        sigma="s",
        descending="v",
        ascending="^",
        times="x",
        waits="~",
        degree="d",
        plus_minus="+-",
        eighths=" .:-=+*#@",
        bar_full="=",
        bar_half="-",
        bar_rest=".",
        half_cells=False,
        decisions={
            Decision.ANOMALY: "^",
            Decision.NEAR_MISS: ".",
            Decision.NORMAL: " ",
            Decision.CALIBRATING: "o",
        },
    )


def choose_glyphs(setting: str, environment: Mapping[str, str], encoding: str) -> Glyphs:
    """Marks for this terminal.

    ``setting`` is ``ui.glyphs``; ``auto`` looks at the terminal's name and the encoding of its output.
    """
    if setting == "ascii":
        return ascii_glyphs()
    if setting == "unicode":
        return unicode_glyphs()
    poor = environment.get("TERM", "") in _POOR_TERMINALS
    return unicode_glyphs() if "utf" in encoding.lower() and not poor else ascii_glyphs()
