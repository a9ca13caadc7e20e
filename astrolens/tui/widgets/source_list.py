"""The sources with their health, as a quiet table."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from astrolens.api.wire_status import SourceStatus
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.widgets.live_text import LiveText

_REASON_WIDTH = 200
_GAP = 2


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    right: bool
    importance: int  # the largest goes first when there is no room


_COLUMNS = (
    _Column("Source", False, 0),
    _Column("State", False, 0),
    _Column("next", True, 4),
    _Column("images", True, 1),
    _Column("today", True, 2),
    _Column("errors", True, 3),
    _Column("per 1,000", True, 5),
    _Column("drift", True, 6),
    _Column("breaker", False, 7),
)


class SourceList(LiveText):
    """One row a source, and the reason below one that rests."""

    DEFAULT_CSS = """
    SourceList { height: auto; padding: 0 1; }
    """

    def lines(self, width: int) -> list[Text]:
        """Heading and rows, without the columns that do not fit."""
        palette, stats = self.live.palette, self.live.stats
        if stats is None:
            return []
        if not stats["sources"]:
            told = "No source is on. Name one below [sources] in astrolens.toml, then reload."
            return [Text(told, palette.unsure)]
        table = [self._cells(source) for source in stats["sources"]]
        widths = _widths(table, width)
        lines = [_row({title: (title, palette.quiet) for title in widths}, widths)]
        for source, cells in zip(stats["sources"], table, strict=True):
            lines.append(_row(cells, widths))
            if source["reason"]:
                reason = " " * 4 + clean(source["reason"], _REASON_WIDTH)
                lines.append(Text(reason, palette.quiet, no_wrap=True, overflow="ellipsis"))
        return lines

    def _cells(self, source: SourceStatus) -> dict[str, tuple[str, str]]:
        palette = self.live.palette
        state, colour = self._state(source)
        errors = source["errors"]
        realised = source["realised_per_1000"]
        share = f"{words.per_thousand(realised)} of {source['budget_per_1000']:g}"
        next_poll = source["next_poll_s"]
        return {
            "Source": (clean(source["name"], 16), palette.strong),
            "State": (state, colour),
            "next": (words.UNKNOWN if next_poll is None else words.duration(next_poll), palette.quiet),
            "images": (words.number(source["images"]), palette.text),
            "today": (words.number(source["today"]), palette.text),
            "breaker": (clean(source["breaker"], 10) or words.UNKNOWN, palette.quiet),
            "errors": (words.number(errors), palette.unsure if errors else palette.quiet),
            "per 1,000": (share if realised is not None else words.UNKNOWN, palette.text),
            "drift": (
                words.UNKNOWN if source["drift"] == "unknown" else clean(source["drift"], 7),
                palette.quiet,
            ),
        }

    def _state(self, source: SourceStatus) -> tuple[str, str]:
        palette, glyphs = self.live.palette, self.live.glyphs
        state = clean(source["state"], 16)
        if state == "calibrating":
            seen, wanted = (
                words.number(source["calibration_seen"]),
                words.number(source["calibration_wanted"]),
            )
            return f"{glyphs.calibrating} calibrating {seen} of {wanted}", palette.unsure
        mark, colour = {
            "ok": (glyphs.running, palette.normal),
            "slow": (glyphs.half, palette.unsure),
            "resting": (glyphs.resting, palette.unsure),
            "paused": (glyphs.paused, palette.unsure),
            "failed": (glyphs.alarm, palette.alarm),
        }.get(state, (glyphs.off, palette.quiet))
        return f"{mark} {state}", colour


def _widths(table: list[dict[str, tuple[str, str]]], width: int) -> dict[str, int]:
    """Width of each column that fits, by its title."""
    columns = list(_COLUMNS)
    widest = {
        column.title: max(len(column.title), *(cell_len(cells[column.title][0]) for cells in table))
        for column in columns
    }
    while sum(widest[column.title] + _GAP for column in columns) - _GAP > width and len(columns) > 2:
        columns.remove(max(columns, key=lambda column: column.importance))
    return {column.title: widest[column.title] for column in columns}


def _row(cells: dict[str, tuple[str, str]], widths: dict[str, int]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for column in _COLUMNS:
        if column.title in widths:
            said, style = cells[column.title]
            blank = " " * (widths[column.title] - cell_len(said))
            line.append(blank + said if column.right else said + blank, style).append(" " * _GAP)
    return line
