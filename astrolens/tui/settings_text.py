"""Settings and sources as rows, and what is said about one of them."""

from rich.text import Text

from astrolens.api.wire_settings import SettingRow, SourceCard
from astrolens.domain.clock import utc_now
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette
from astrolens.tui.table import Cell, Column

_LONGEST_VALUE = 40
_NAME_WIDTH = 10


def setting_columns() -> tuple[Column, ...]:
    """Columns of the settings."""
    return (
        Column("setting"),
        Column("value", least=8),
        Column("from", False, 1),
        Column("default", False, 2),
    )


def setting_row(row: SettingRow, palette: Palette, glyphs: Glyphs) -> list[Cell]:
    """One setting; what differs from its default is bright."""
    mine = row["origin"] != "default"
    origin = f"{glyphs.waits} waits" if row["waiting"] is not None else row["origin"]
    return [
        (clean(row["key"], 50), palette.strong if mine else palette.text),
        (clean(row["value"], _LONGEST_VALUE), palette.strong if mine else palette.text),
        (clean(origin, 12), palette.unsure if row["waiting"] is not None else palette.quiet),
        (clean(row["default"], _LONGEST_VALUE) if mine else "", palette.quiet),
    ]


def setting_detail(row: SettingRow, file: str, palette: Palette, width: int) -> list[Text]:
    """What it does, what is allowed, and how to change it."""
    section, _, name = row["key"].rpartition(".")
    place = f"below [{clean(section, 60)}]" if section else "at the top"
    when = "press R" if row["at_once"] else "restart the daemon"
    lines = [
        Text(clean(row["words"], 300) or "An option of this source.", palette.text),
        _pair("allowed", row["bounds"] or "as the plugin says", palette),
        _pair("default", row["default"] or words.UNKNOWN, palette),
        _pair("change", f"{clean(name, 40)} {place} in {clean(file, 200)}, then {when}", palette),
    ]
    if row["waiting"] is not None:
        waits = f"the file says {clean(row['waiting'], 80)}; it is not in force: {when}"
        lines.insert(1, Text(waits, palette.unsure))
    return _cut(lines, width)


def source_columns() -> tuple[Column, ...]:
    """Columns of the sources."""
    return (
        Column("source"), Column("state"), Column("breaker", False, 2), Column("next", True, 1),
        Column("last good", True, 3), Column("every", True, 4), Column("weight", True, 6), Column("batch", True, 7),
        Column("hosts", False, 8),
    )  # fmt: skip


def source_row(card: SourceCard, palette: Palette, glyphs: Glyphs) -> list[Cell]:
    """One source."""
    state, colour = _state(card, palette, glyphs)
    next_at = words.moment(card["next_poll_at"])
    wait = words.UNKNOWN
    if next_at is not None and not card["held"]:
        wait = words.duration(max(0.0, (next_at - utc_now()).total_seconds()))
    failing = f" after {card['failures']} failures" if card["failures"] else ""
    return [
        (clean(card["name"], 20), palette.strong),
        (state, colour),
        (clean(card["breaker"], 10) + failing or words.UNKNOWN, palette.text),
        (wait, palette.quiet),
        (words.ago(card["last_ok_at"]) if card["last_ok_at"] else words.UNKNOWN, palette.quiet),
        (words.duration(card["interval_s"]), palette.quiet),
        (f"{card['weight']:g}", palette.quiet),
        (words.number(card["batch"]), palette.quiet),
        (clean(", ".join(card["hosts"]), 60) or "none", palette.quiet),
    ]


def _state(card: SourceCard, palette: Palette, glyphs: Glyphs) -> tuple[str, str]:
    if card["held"]:
        return f"{glyphs.paused} paused by you", palette.unsure
    return {
        "ok": (f"{glyphs.running} ok", palette.normal),
        "resting": (f"{glyphs.resting} resting", palette.unsure),
        "broken": (f"{glyphs.alarm} broken", palette.alarm),
    }.get(card["state"], (f"{glyphs.off} {clean(card['state'], 12)}", palette.quiet))


def source_detail(card: SourceCard, palette: Palette, width: int) -> list[Text]:
    """Its last error, its options, whom to credit, and how to change it."""
    options = ", ".join(f"{clean(name, 30)} = {clean(value, 40)}" for name, value in card["options"])
    lines = [Text(clean(card["title"], 120), palette.text)]
    if card["reason"]:
        lines.append(_pair("last error", clean(card["reason"], 300), palette, palette.unsure))
    lines += [
        _pair("options", options or "none", palette),
        _pair("licence", card["licence"] or words.UNKNOWN, palette),
        _pair("credit", card["credit"] or words.UNKNOWN, palette),
        _pair("change", f"[sources.{clean(card['name'], 30)}] in the file, then restart the daemon", palette),
    ]
    return _cut(lines, width)


def _pair(name: str, value: str, palette: Palette, style: str = "") -> Text:
    line = Text(f"{name:<{_NAME_WIDTH}} ", palette.quiet)
    return line.append(clean(value, 400), style or palette.text)


def _cut(lines: list[Text], width: int) -> list[Text]:
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines
