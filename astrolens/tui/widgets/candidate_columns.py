"""Which columns the candidate list has at a width, and how a row fills them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from astrolens.api.wire import CandidateOrder, CandidateRow
from astrolens.domain.detection import Decision
from astrolens.domain.finding import CatalogState
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.live import Live
from astrolens.tui.marks import Mark, MarkState
from astrolens.tui.palette import Palette
from astrolens.tui.query import CandidateQuery

_GAP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the list."""

    name: str
    title: str
    width: int
    right: bool = False
    gap: int = _GAP  # blanks before it
    most: int = 0  # widest that it grows; 0 for not at all
    importance: int = 0  # the largest goes first when there is no room
    share: int = 0  # of the room that is left over
    order: CandidateOrder | None = None  # what a click on the title sorts by


def _wanted(sigma: str) -> list[Column]:
    return [
        Column(name="mark", title="", width=2, gap=1),
        Column(
            name="found", title="found", width=6, right=True, gap=1, importance=3, order=CandidateOrder.FOUND
        ),
        Column(name="sigma", title=sigma, width=4, right=True, order=CandidateOrder.SIGMA),
        Column(name="p", title="p", width=6, right=True, importance=4, order=CandidateOrder.SIGMA),
        Column(name="why", title="why", width=12, most=40, importance=5, share=2),
        Column(
            name="catalogue", title="catalogues", width=13, most=44, share=3, order=CandidateOrder.CATALOGUE
        ),
        Column(
            name="source",
            title="source",
            width=9,
            most=16,
            gap=2,
            importance=6,
            share=1,
            order=CandidateOrder.SOURCE,
        ),
        Column(name="you", title="you", width=12, most=16, importance=1, share=1, order=CandidateOrder.LABEL),
    ]


def columns_for(width: int, sigma: str) -> list[Column]:
    """Columns that fit, the flexible ones wide enough to fill the line."""
    columns = _wanted(sigma)
    while _taken(columns) > width and len(columns) > 2:
        columns.remove(max(columns, key=lambda column: column.importance))
    spare = max(0, width - _taken(columns))
    shares = sum(column.share for column in columns) or 1
    return [
        replace(
            column, width=min(column.width + spare * column.share // shares, max(column.most, column.width))
        )
        for column in columns
    ]


def _taken(columns: Sequence[Column]) -> int:
    return sum(column.gap + column.width for column in columns) + 1


def heading(
    columns: Sequence[Column], query: CandidateQuery, palette: Palette, glyphs: Glyphs
) -> list[Segment]:
    """The titles; the sorted one is bright and says which way, where its column has the room."""
    plain, sorted_by = Style(color=palette.quiet), Style(color=palette.strong, bold=True)
    arrow = glyphs.descending if query.descends() else glyphs.ascending
    cells = []
    for column in columns:
        mine = column.order is query.order and column.name != "p"
        room = column.width > cell_len(column.title) + 1
        title = f"{column.title} {arrow}" if mine and room else column.title
        cells.append((title, sorted_by if mine else plain))
    return _filled(cells, columns)


def order_at(columns: Sequence[Column], x: int) -> CandidateOrder | None:
    """What the title at a cell sorts by."""
    end = 0
    for column in columns:
        end += column.gap + column.width
        if x < end:
            return column.order
    return None


class RowPainter:
    """Turns rows into segments in one look."""

    def __init__(self, live: Live, now: datetime) -> None:
        self._live = live
        self._palette = live.palette
        self._glyphs = live.glyphs
        self._now = now
        self._styles: dict[str, Style] = {}

    def paint(self, row: CandidateRow, columns: Sequence[Column], *, cursor: bool) -> list[Segment]:
        """One line."""
        cells = [self._cell(row, column, cursor=cursor) for column in columns]
        return _filled([(said, self._style(style)) for said, style in cells], columns)

    def _style(self, definition: str) -> Style:
        style = self._styles.get(definition)
        if style is None:
            style = self._styles[definition] = Style.parse(definition)
        return style

    def _cell(self, row: CandidateRow, column: Column, *, cursor: bool) -> tuple[str, str]:
        palette = self._palette
        if column.name == "mark":
            mark = self._glyphs.decisions.get(row["decision"], " ")
            edge = self._glyphs.cursor if cursor else " "
            return f"{edge}{mark}", palette.of_decision(row["decision"])
        if column.name == "found":
            fresh = row["id"] in self._live.newer
            return words.clock(row["found_at"], self._now), palette.strong if fresh else palette.quiet
        if column.name == "sigma":
            odd = row["decision"] == Decision.ANOMALY
            return words.sigma(row["sigma"]), f"bold {palette.anomaly}" if odd else palette.strong
        if column.name == "p":
            return words.p_value(row["p_value"], extrapolated=row["extrapolated"]), palette.text
        if column.name == "why":
            return reasons(row, column.width), palette.text
        if column.name == "catalogue":
            return self._catalogue(row)
        if column.name == "source":
            return clean(row["source"], 40), palette.quiet
        return self._you(self._live.marks.shown(row))

    def _catalogue(self, row: CandidateRow) -> tuple[str, str]:
        state = row["catalogue"]
        said = clean(row["catalogue_words"] or state.replace("_", " "), 80)
        if state == CatalogState.UNKNOWN:
            return said, self._palette.strong
        return said, self._palette.text if state == CatalogState.KNOWN else self._palette.quiet

    def _you(self, mark: Mark | None) -> tuple[str, str]:
        if mark is None:
            return words.UNKNOWN, self._palette.faint
        if mark.state is MarkState.REFUSED:
            return f"{self._glyphs.alarm} not saved", f"bold {self._palette.alarm}"
        value = clean(mark.value or "", 12)
        interest = "" if mark.interest is None else f" {mark.interest}"
        if mark.state is MarkState.PENDING:
            return f"{self._glyphs.waits} {value}{interest}", f"italic {self._palette.quiet}"
        other = self._live.other(mark)
        said = f"{self._glyphs.labels.get(value, '?')} {value}{interest}" + (f" {other}" if other else "")
        return said, self._palette.of_label(value)


def reasons(row: CandidateRow, width: int) -> str:
    """As many detectors as fit, oddest first, with the share of normals that look less odd."""
    said = ""
    for name, share in row["why"]:
        value = f"{min(float(share), 0.99):.2f}".lstrip("0") if isinstance(share, int | float) else ""
        if not said:
            said = f"{clean(name, 40)[: max(1, width - len(value) - 1)]} {value}".strip()
            continue
        longer = f"{said}, {clean(name, 40)} {value}".rstrip()
        if cell_len(longer) > width:
            break
        said = longer
    return said


def _filled(cells: Sequence[tuple[str, Style]], columns: Sequence[Column]) -> list[Segment]:
    segments = []
    for (said, style), column in zip(cells, columns, strict=True):
        length = cell_len(said)
        if length > column.width:
            said = set_cell_size(said, column.width - 1) + "…"
        elif column.right:
            said = " " * (column.width - length) + said
        else:
            said = said + " " * (column.width - length)
        segments.append(Segment(" " * column.gap))
        segments.append(Segment(said, style))
    return segments
