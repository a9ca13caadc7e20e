"""View 2: what was found, and the keys to judge it."""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget

from astrolens.api.client import Client
from astrolens.api.wire import CandidateRow
from astrolens.domain.filter_text import FilterError
from astrolens.domain.review import LabelValue
from astrolens.tui.album import Album
from astrolens.tui.emptiness import why_empty
from astrolens.tui.facts import Facts
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import LabelWanted, LabelWithdrawn, UndoWanted
from astrolens.tui.pages import CandidatePages
from astrolens.tui.palette import Palette
from astrolens.tui.query import CandidateQuery
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.interest_asker import InterestAsker
from astrolens.tui.screens.saved_filters import SavedFilters
from astrolens.tui.screens.similar import SimilarScreen
from astrolens.tui.screens.view import View
from astrolens.tui.widgets.candidate_list import CandidateList
from astrolens.tui.widgets.filter_line import FilterLine
from astrolens.tui.widgets.list_status import ListStatus
from astrolens.tui.widgets.plain_lines import PlainBox, PlainColumn
from astrolens.tui.widgets.side_card import SideCard

_PREFETCHED = (1, 2, 3, -1, -2)  # rows from the cursor on, in the direction of the hand


class CandidatesView(View):
    """List, picture, and one key for each decision."""

    NAME = "candidates"
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "candidates",
        [
            Binding("a", "label('anomaly')", "anomaly", tooltip="this is an anomaly"),
            Binding("n", "label('normal')", "normal", tooltip="this is normal"),
            Binding("x", "label('artefact')", "artefact", tooltip="this is an artefact"),
            Binding("d", "label('unsure')", "unsure", tooltip="unsure what this is"),
            Binding("u", "undo", "undo", tooltip="take the newest label back"),
            Binding("enter", "open", "card", tooltip="everything about this candidate"),
            Binding(
                "slash", "filter", "filter", tooltip="filter the list: sigma>4 source:sdss -label:* found<2d"
            ),
            Binding("f", "saved_filters", "saved filters", tooltip="filters that have a name"),
            Binding("s", "similar", "similar", tooltip="pictures that look like this one"),
            Binding("m", "near_misses", "near misses", tooltip="show or hide near misses"),
            Binding("r", "order", "sort", tooltip="sort by the next column (or click on its heading)"),
            Binding("v", "reverse", "reverse", tooltip="the list the other way round"),
            Binding("i", "interest", "interest", tooltip="how interesting, 0 to 5"),
            Binding("g", "newer", "newer", tooltip="read the list again, with what is newer"),
            Binding("escape", "clear_filter", "clear the filter", tooltip="clear the filter", show=False),
        ],
    )

    def __init__(self, client: Client, album: Album, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._album = album
        self.question = CandidateQuery()
        self._was_at = 0
        self._shown: tuple[int, int, Palette] | None = None  # what the rows were drawn with

    def body(self) -> Widget:
        """List and side column; what is said about the list below it."""
        pages = CandidatePages(self._client, self.question)
        return PlainBox(
            PlainColumn(
                FilterLine(self.live),
                CandidateList(self.live, pages),
                ListStatus(self.live),
                id="left",
            ),
            SideCard(self._album, self.live),
            id="body",
        )

    def on_mount(self) -> None:
        """Follow the daemon's state."""
        self.live.changed.subscribe(self, lambda _none: self._follow())
        self.live.withdrawn.subscribe(self, self._go_back_to)
        self._list.focus()

    @property
    def _list(self) -> CandidateList:
        return self.query_one(CandidateList)

    @property
    def shown_row(self) -> CandidateRow | None:
        """What copying and the browser are about."""
        return self._list.row

    def in_short(self, width: int) -> list[Text]:
        """The row under the cursor."""
        row = self._list.row
        if row is None:
            return []
        facts = Facts(self.live.palette, self.live.glyphs, width)
        return [facts.verdict(row), facts.catalogue(row)]

    # ------------------------------------------------------------- the list

    def _follow(self) -> None:
        if self.live.attached and self._list.error:
            self._list.retry()
        self._tell_status()
        shown = (self.live.marks.version, len(self.live.newer), self.live.palette)
        if shown != self._shown or not self._list.pages.total:
            self._shown = shown
            self._list.refresh()

    def ask(self, question: CandidateQuery) -> None:
        """Show another list."""
        self.question = question
        self._list.show(CandidatePages(self._client, question))
        self._list.focus()

    def on_candidate_list_moved(self, message: CandidateList.Moved) -> None:
        """Show the picture of the row, and fetch the next ones."""
        if message.row is not None:
            self.live.session.saw(message.row)
        way = -1 if self._list.cursor < self._was_at else 1
        self._was_at = self._list.cursor
        near = (self._list.pages.row(max(0, self._list.cursor + way * step)) for step in _PREFETCHED)
        self._album.near = tuple(row["id"] for row in near if row is not None)
        self._show_side()
        self._tell_status()

    def on_screen_resume(self) -> None:
        """The cursor may have moved below a card."""
        self._show_side()

    def _show_side(self) -> None:
        if self.is_current:
            side = self.query_one(SideCard)
            side.show(self._list.row)
            side.prefetch(self._album.near)

    def on_candidate_list_replaced(self) -> None:
        """A new list is a list with nothing newer."""
        self.live.newer.clear()
        self._tell_status()

    def on_candidate_list_opened(self) -> None:
        """A row was clicked twice."""
        self.action_open()

    def _tell_status(self) -> None:
        pages = self._list.pages
        self.query_one(ListStatus).tell(pages, self._list.cursor)
        if pages.total == 0:
            self._list.empty_words = why_empty(self.live, pages, self._list.error)

    def action_newer(self) -> None:
        """Read the list again and go to its top."""
        self.ask(self.question)

    def action_near_misses(self) -> None:
        """Show or hide near misses."""
        self.ask(replace(self.question, near_misses=not self.question.near_misses))

    def action_order(self) -> None:
        """Sort by the next column."""
        self._sort(self.question.sorted_next())

    def action_reverse(self) -> None:
        """The other way round."""
        self._sort(self.question.reversed())

    def on_candidate_list_sort_wanted(self, message: CandidateList.SortWanted) -> None:
        """A heading was clicked; twice is the other way round."""
        message.stop()
        self._sort(self.question.sorted_by(message.order))

    def _sort(self, question: CandidateQuery) -> None:
        self.ask(question)
        self.live.say(question.order_words())

    def action_filter(self) -> None:
        """Open the filter line."""
        self.query_one(FilterLine).open(self.question.words())

    def action_clear_filter(self) -> None:
        """Show all candidates again."""
        if self.question.words():
            self.query_one(FilterLine).action_clear()

    def on_filter_line_applied(self, message: FilterLine.Applied) -> None:
        """Narrow the list, or say what is wrong with the words."""
        line = self.query_one(FilterLine)
        try:
            question = self.question.filtered(message.words)
        except FilterError as error:
            if not line.has_class("-open"):
                line.open(message.words)
            line.refuse(error)
            return
        line.close()
        self.live.session.filtered(question.words())
        self.ask(question)

    def action_saved_filters(self) -> None:
        """Filters that have a name."""
        self.app.push_screen(SavedFilters(self._client, self.live, self.question.words()), self._apply)

    def _apply(self, words: str | None) -> None:
        if words is not None:
            self.post_message(FilterLine.Applied(words=words))

    # --------------------------------------------------------------- judging

    def action_label(self, value: str) -> None:
        """Judge the row under the cursor and go on to the next."""
        self._judge(LabelValue(value), None)

    def _here(self) -> CandidateRow | None:
        """The row that a key is about; says so when there is none."""
        row = self._list.row
        if row is None:
            self.live.say("there is no candidate here", urgent=True)
        return row

    def action_interest(self) -> None:
        """Ask how interesting the row is."""
        row = self._here()
        if row is not None:
            self.app.push_screen(InterestAsker(self.live), partial(self._interested, row["id"]))

    def _interested(self, image_id: int, interest: int | None) -> None:
        row = self._list.row
        if interest is None:
            return
        if row is None or row["id"] != image_id:
            self.live.say("not judged: the list has changed meanwhile", urgent=True)
            return
        mark = self.live.marks.shown(row)
        if mark is None or mark.value is None or self.live.other(mark):
            self.live.say("say first what it is (a n x d), then how interesting", urgent=True)
            return
        self._judge(LabelValue(mark.value), interest)

    def _judge(self, value: LabelValue, interest: int | None) -> None:
        row = self._here()
        if row is None:
            return
        if self._list.outdated:  # who judges now means a row of the list that comes
            self.live.say("not judged: the list is being read", urgent=True)
            return
        self.post_message(LabelWanted(row=row, value=value, interest=interest, row_index=self._list.cursor))
        if not self.live.refusal():
            self._list.action_move(1)

    def action_undo(self) -> None:
        """Take the newest label back."""
        self.post_message(UndoWanted())

    def _go_back_to(self, withdrawn: LabelWithdrawn) -> None:
        index = withdrawn.row_index
        row = None if index is None else self._list.pages.row(index)
        if index is not None and row is not None and row["id"] == withdrawn.label["image_id"]:
            self._list.cursor = index

    # ----------------------------------------------------------------- cards

    def action_open(self) -> None:
        """Everything about the row."""
        row = self._here()
        if row is not None:
            self.app.push_screen(CardScreen(self._album, self.live, row, self._neighbour))

    def _neighbour(self, step: int) -> tuple[CandidateRow | None, int]:
        self._list.action_move(step)
        return self._list.row, self._list.cursor

    def action_similar(self) -> None:
        """What looks like the row."""
        row = self._here()
        if row is not None:
            self.app.push_screen(SimilarScreen(self._client, self._album, self.live, row))
