"""The sources with their health, as a quiet table."""

from dataclasses import dataclass

from rich.cells import set_cell_size
from rich.text import Text

from astrolens.api.wire import SourceStatus
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.widgets.live_text import LiveText

_REASON_WIDTH = 200


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    right: bool
    importance: int  # the largest goes first when there is no room


_COLUMNS = (
    _Column("Source", 13, False, 0),
    _Column("State", 24, False, 0),
    _Column("next", 7, True, 4),
    _Column("images", 9, True, 1),
    _Column("today", 7, True, 2),
    _Column("errors", 6, True, 3),
    _Column("per 1,000", 10, True, 5),
    _Column("drift", 7, True, 6),
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
            words_ = "No source is switched on. Add a table below [sources] in astrolens.toml, then reload."
            return [Text(words_, palette.unsure)]
        columns = _fitting(width)
        lines = [_row([(column.title, palette.quiet) for column in columns], columns)]
        for source in stats["sources"]:
            cells = self._cells(source, columns)
            lines.append(_row(cells, columns))
            if source["reason"]:
                reason = " " * 4 + clean(source["reason"], _REASON_WIDTH)
                lines.append(Text(reason, palette.quiet, no_wrap=True, overflow="ellipsis"))
        return lines

    def _cells(self, source: SourceStatus, columns: list[_Column]) -> list[tuple[str, str]]:
        palette = self.live.palette
        state, colour = self._state(source)
        errors = source["errors"]
        realised = source["realised_per_1000"]
        share = f"{words.per_thousand(realised)} of {source['budget_per_1000']:g}"
        next_poll = source["next_poll_s"]
        by_title = {
            "Source": (clean(source["name"], 13), palette.strong),
            "State": (state, colour),
            "next": (words.UNKNOWN if next_poll is None else words.duration(next_poll), palette.quiet),
            "images": (words.number(source["images"]), palette.text),
            "today": (words.number(source["today"]), palette.text),
            "errors": (words.number(errors), palette.unsure if errors else palette.quiet),
            "per 1,000": (share if realised is not None else words.UNKNOWN, palette.text),
            "drift": (words.UNKNOWN if source["drift"] == "unknown" else clean(source["drift"], 7), palette.quiet),
        }
        return [by_title[column.title] for column in columns]

    def _state(self, source: SourceStatus) -> tuple[str, str]:
        palette, glyphs = self.live.palette, self.live.glyphs
        state = clean(source["state"], 16)
        if state == "calibrating":
            seen, wanted = words.number(source["calibration_seen"]), words.number(source["calibration_wanted"])
            return f"{glyphs.calibrating} calibrating {seen} of {wanted}", palette.unsure
        mark, colour = {
            "ok": (glyphs.running, palette.normal),
            "slow": (glyphs.half, palette.unsure),
            "resting": (glyphs.resting, palette.unsure),
            "failed": (glyphs.alarm, palette.alarm),
        }.get(state, (glyphs.off, palette.quiet))
        return f"{mark} {state}", colour


def _fitting(width: int) -> list[_Column]:
    columns = list(_COLUMNS)
    while sum(column.width + 1 for column in columns) > width and len(columns) > 2:
        columns.remove(max(columns, key=lambda column: column.importance))
    return columns


def _row(cells: list[tuple[str, str]], columns: list[_Column]) -> Text:
    line = Text(no_wrap=True)
    for (said, style), column in zip(cells, columns, strict=True):
        shown = set_cell_size(said, column.width) if len(said) > column.width or not column.right else said
        line.append(shown.rjust(column.width) if column.right else shown, style)
        line.append(" ")
    return line
