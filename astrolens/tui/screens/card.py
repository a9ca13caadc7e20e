"""Everything about one candidate, with the keys to judge it and to go to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message

from astrolens.api.wire import CandidateRow
from astrolens.domain.errors import AstroLensError
from astrolens.domain.review import LabelValue
from astrolens.tui.album import Album
from astrolens.tui.card_text import card_lines, card_title
from astrolens.tui.facts import Facts
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import LabelWanted, UndoWanted
from astrolens.tui.picture_keys import PICTURE_BINDINGS, PictureKeys
from astrolens.tui.screens.keeps_keys import KeepsKeys
from astrolens.tui.widgets.banner import Banner
from astrolens.tui.widgets.fact_sheet import FactSheet
from astrolens.tui.widgets.key_line import KeyLine
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.widgets.picture_pane import PicturePane
from astrolens.tui.widgets.plain_lines import PlainGround
from astrolens.tui.widgets.tiny_line import TinyLine
from astrolens.tui.work import begin

Neighbour = Callable[[int], tuple[CandidateRow | None, int]]


class Body(PlainGround, Container):
    """Picture and facts."""


class CardScreen(PictureKeys, PlainGround, KeepsKeys):
    """One picture, as large as fits, beside all that was measured."""

    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "card",
        [
            Binding("a", "label('anomaly')", "anomaly", tooltip="this is an anomaly"),
            Binding("n", "label('normal')", "normal", tooltip="this is normal"),
            Binding("x", "label('artefact')", "artefact", tooltip="this is an artefact"),
            Binding("d", "label('unsure')", "unsure", tooltip="unsure what this is"),
            Binding("0", "interest(0)", "interest", key_display="0-5", tooltip="how interesting, 0 to 5"),
            *(Binding(str(degree), f"interest({degree})", show=False) for degree in range(1, 6)),
            Binding("h", "heat", "heat map", tooltip="where in the picture the oddity lies"),
            Binding("w", "words", "words", tooltip="let the language model describe this picture"),
            Binding("u", "undo", "undo", tooltip="take the newest label back"),
            Binding("j,right", "neighbour(1)", "next", tooltip="next candidate"),
            Binding("k,left", "neighbour(-1)", "previous", tooltip="previous candidate"),
            Binding("escape,enter", "close", "back", tooltip="back to the list"),
            *PICTURE_BINDINGS,
        ],
    )

    @dataclass
    class DetailArrived(Message):
        """A worker fetched everything about a picture, or says why not."""

        image_id: int
        reason: str

    @dataclass
    class WordsArrived(Message):
        """A worker heard what the language model said, or why it said nothing."""

        image_id: int
        reason: str

    def __init__(self, album: Album, live: Live, row: CandidateRow, neighbour: Neighbour | None) -> None:
        super().__init__()
        self._album = album
        self._live = live
        self._neighbour = neighbour
        self._index: int | None = neighbour(0)[1] if neighbour is not None else None
        self._reason = ""
        self._interest: int | None = None  # waits for the word that it belongs to
        self._asked_for_words: set[int] = set()
        self.row = row

    @property
    def shown_row(self) -> CandidateRow:
        """What copying and the browser are about."""
        return self.row

    def compose(self) -> ComposeResult:
        """Title, picture, facts, keys."""
        yield TinyLine(self._live, self._in_short)
        yield TextBlock(id="card-title")
        yield Banner(self._live)
        yield Body(
            PicturePane(self._album, self._live, id="card-picture"),
            FactSheet(id="card-facts"),
            id="card-body",
        )
        yield KeyLine(self._live)

    def on_mount(self) -> None:
        """Show the first picture."""
        self._live.changed.subscribe(self, lambda _none: self._follow())
        self._live.withdrawn.subscribe(self, lambda _label: self._go_back())
        for facts in self.query(FactSheet):  # none when the screen was left while it was built
            facts.focus()
            self._show(self.row)

    def on_resize(self) -> None:
        """Write for the new width."""
        self.call_after_refresh(self._write)

    def _follow(self) -> None:
        if self._reason and self._live.attached:
            self._show(self.row)
        self._write()

    def _show(self, row: CandidateRow) -> None:
        self.row, self._reason = row, ""
        self.query_one(PicturePane).show(row["id"], row["source"])
        self.query_one(FactSheet).scroll_home(animate=False)
        self._write()
        if self._album.detail(row["id"]) is None or self._album.why(row["id"]) is None:
            begin(self, partial(self._fetch, row["id"]), group="detail", exclusive=True)

    async def _fetch(self, image_id: int) -> None:
        try:
            await self._album.fetch_detail(image_id)
        except AstroLensError as error:
            self.post_message(self.DetailArrived(image_id=image_id, reason=str(error)))
        else:
            self.post_message(self.DetailArrived(image_id=image_id, reason=""))
            await self._fetch_why(image_id)

    async def _fetch_why(self, image_id: int) -> None:
        try:
            await self._album.fetch_why(image_id)
        except AstroLensError:
            return  # the banner says when the daemon is away; a picture without a verdict has no reasons
        self.post_message(self.DetailArrived(image_id=image_id, reason=""))

    def action_heat(self) -> None:
        """The picture with its heat map, or without."""
        picture, why = self.query_one(PicturePane).picture, self._album.why(self.row["id"])
        if not picture.warm and (why is None or "heat" not in why):
            said = "the heat map is still on its way" if why is None else "this picture has no heat map"
            self._live.say(said, urgent=False)
            return
        picture.toggle_heat()

    def on_card_screen_detail_arrived(self, message: DetailArrived) -> None:
        """Show it, unless another picture is shown by now."""
        message.stop()
        if message.image_id == self.row["id"]:
            self._reason = message.reason
            self._write()

    def action_words(self) -> None:
        """Let the language model describe this picture."""
        image_id = self.row["id"]
        if reason := self._live.refusal():
            self._live.say(f"no words: {reason}", urgent=True)
        elif image_id in self._asked_for_words:
            self._live.say("the language model was asked already; it may take minutes")
        else:
            self._asked_for_words.add(image_id)
            self._live.say("asking the language model; it may take minutes")
            begin(self, partial(self._ask_for_words, image_id), group="words")

    async def _ask_for_words(self, image_id: int) -> None:
        try:
            reason = await self._album.ask_for_words(image_id)
        except AstroLensError as error:
            reason = str(error)
        self.post_message(self.WordsArrived(image_id=image_id, reason=reason))

    def on_card_screen_words_arrived(self, message: WordsArrived) -> None:
        """Show them, unless another picture is shown by now."""
        message.stop()
        self._asked_for_words.discard(message.image_id)
        if message.reason:
            self._live.say(f"no words: {message.reason}", urgent=True)
        if message.image_id == self.row["id"]:
            self._write()

    def _title(self) -> Text:
        mark = self._live.marks.shown(self.row)
        return card_title(self.row, mark, self._live, self._interest)

    def _in_short(self, width: int) -> list[Text]:
        facts = Facts(self._live.palette, self._live.glyphs, width)
        return [Text("Card", f"bold {self._live.palette.strong}"), self._title(), facts.catalogue(self.row)]

    def _write(self) -> None:
        detail = self._album.detail(self.row["id"])
        self.query_one("#card-title", TextBlock).show([self._title()])
        facts = self.query_one(FactSheet)
        width = facts.columns or self.size.width
        lines: list[Text] = card_lines(
            self.row, detail, self._live, width, self._reason, self._album.why(self.row["id"])
        )
        facts.show(lines)

    # --------------------------------------------------------------- judging

    def action_label(self, value: str) -> None:
        """Judge this picture and go on to the next."""
        self._judge(LabelValue(value))
        if not self._live.refusal() and self._neighbour is not None:
            self.action_neighbour(1)

    def _judge(self, value: LabelValue) -> None:
        wanted = LabelWanted(row=self.row, value=value, interest=self._interest, row_index=self._index)
        self._interest = None
        self.post_message(wanted)

    def action_interest(self, interest: int) -> None:
        """Add a degree to the word that was said, or keep it for the word that comes."""
        mark = self._live.marks.shown(self.row)
        self._interest = interest
        if mark is not None and mark.value is not None and not self._live.other(mark):
            self._judge(LabelValue(mark.value))
        else:
            self._live.say(f"interest {interest}: now say what it is, a n x or d")
        self._write()

    def action_undo(self) -> None:
        """Take the newest label back."""
        self.post_message(UndoWanted())

    def _go_back(self) -> None:
        """To where the list went back to, as its label was taken back."""
        row, index = (None, 0) if self._neighbour is None else self._neighbour(0)
        if row is not None and row["id"] != self.row["id"]:
            self._index, self._interest = index, None
            self._show(row)

    def action_neighbour(self, step: int) -> None:
        """The next or the previous candidate of the list."""
        if self._neighbour is None:
            return
        row, index = self._neighbour(step)
        if row is None:
            self._live.say("that row is still being read", urgent=False)
        elif row["id"] == self.row["id"]:
            self._live.say("this is the last one" if step > 0 else "this is the first one")
        else:
            self._index, self._interest = index, None
            self._show(row)

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss(None)
