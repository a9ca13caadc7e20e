"""View 6: which model looks and which others could, how each source is calibrated, and whether the budget is kept."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from astrolens.api import view_calls
from astrolens.api.client import Client
from astrolens.api.wire_models import ChoiceRow, ModelsReply
from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.folding import folded
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.model_orders import Consent, Order, compare, promote, roll_back
from astrolens.tui.model_text import model_lines
from astrolens.tui.promotion_text import back_to, promote_lines, roll_back_lines
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.screens.promotion_asker import PromotionAsker
from astrolens.tui.table import Cell, Column, line_of, widths_of
from astrolens.tui.version_text import (
    comparison_of,
    in_use_of,
    is_proven,
    newest_of,
    outcome_words,
    short_name,
    version_columns,
    version_detail,
    version_row,
    whole_reply,
)
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.reading import Reading
from astrolens.tui.widgets.versions import Versions
from astrolens.tui.work import begin

_LONGEST_REFUSAL = 1000
_FEWEST_ROWS = 3
_ROOMY = 30  # lines of a window from which on blank ones help


class ModelsView(AskedView):
    """Versions with a cursor, what is said about one of them, and below it all that is to be read."""

    NAME = "models"
    EVERY_S = 30.0
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "models",
        [
            Binding(
                "c", "compare", "compare", tooltip="compare this version with the one in use; takes minutes"
            ),
            Binding("P", "promote", "put to use", tooltip="put this version to use; asks first"),
            Binding("u", "roll_back", "roll back", tooltip="take the former version up again; asks first"),
            Binding(
                "pagedown,ctrl+d", "read_on(1)", "read on", show=False, tooltip="a page down in the text"
            ),
            Binding("pageup,ctrl+u", "read_on(-1)", "read back", show=False, tooltip="a page up in the text"),
            Binding("home", "read_top", "top", show=False, tooltip="the beginning of the text"),
            Binding("end,G", "read_end", "bottom", show=False, tooltip="the end of the text"),
        ],
    )

    @dataclass
    class Done(Message):
        """What came of an order."""

        order: Order
        said: str
        refused: bool

    def __init__(self, client: Client, live: Live, reviewer: str | None) -> None:
        super().__init__(live)
        self._client = client
        self._reviewer = reviewer
        self._reply: ModelsReply | None = None
        self._reason = ""
        self._comparing = ""  # by this terminal
        self._refusal = ""  # of what was asked for last, in full
        self._news = (0, 0)
        self._cells: list[list[Cell]] = []
        self._columns: tuple[Column, ...] = ()
        self._widths: dict[int, int] = {}

    def body(self) -> Widget:
        """Versions, one of them in words, and the text."""
        return Vertical(
            HeadLine(self.live, self._head, id="models-head"),
            Versions(self.live, self._draw, id="versions"),
            HeadLine(self.live, self._detail, id="models-detail"),
            Reading(self.live, self._lines),
            id="body",
        )

    def on_mount(self) -> None:
        """Keys go to the versions."""
        super().on_mount()
        self._list.focus()

    @property
    def _list(self) -> Versions:
        return self.query_one(Versions)

    # ---------------------------------------------------------------- reading

    async def fetch(self) -> object:
        """Ask for all of it."""
        return await self._client.ask(view_calls.models())

    def show_reply(self, reply: object) -> None:
        """Draw it; the cursor stays on its version."""
        choice = self._choice()
        self._reply, self._reason = whole_reply(cast(ModelsReply, reply)), ""
        ids = [row["model_id"] for row in self._reply["choices"]]
        found = ids.index(choice["model_id"]) if choice is not None and choice["model_id"] in ids else None
        self._compose_rows(found)

    def show_failure(self, reason: str) -> None:
        """Say it in the first line, unless the daemon is away for a reason that is said already."""
        self._reason = "" if self.live.reopening() else reason
        self._compose_rows()

    def _follow(self) -> None:
        """Ask again when the daemon is back, or a model was compared or promoted by whomever."""
        super()._follow()
        news = (self.live.returns, self.live.model_news)
        if news != self._news and self.live.attached:
            self._news = news
            if self.is_current:
                self.action_read()

    def _choices(self) -> list[ChoiceRow]:
        return self._reply["choices"] if self._reply is not None else []

    def _choice(self) -> ChoiceRow | None:
        rows = self._choices()
        return rows[self._list.cursor] if self._list.cursor < len(rows) else None

    def _compose_rows(self, cursor: int | None = None) -> None:
        reply, palette, glyphs = self._reply, self.live.palette, self.live.glyphs
        self._cells = [version_row(row, reply, palette, glyphs) for row in self._choices()] if reply else []
        self._columns = version_columns(self._cells)
        widths = widths_of(self._columns, self._cells, max(10, self.size.width - 4))
        self._widths = {place: wide for place, wide in widths.items() if wide}
        self._list.show(len(self._cells), cursor)
        self._list.fit(max(_FEWEST_ROWS, self.size.height // 4))
        self._redraw()

    def _redraw(self) -> None:
        for head in self.query(HeadLine):
            head.redraw()
        self.query_one(Reading).redraw()

    def on_resize(self) -> None:
        """Other columns fit."""
        self.call_after_refresh(self._compose_rows)

    # ---------------------------------------------------------------- drawing

    def _head(self, width: int) -> list[Text]:
        palette, glyphs = self.live.palette, self.live.glyphs
        lines: list[Text] = []
        if self._reason:
            lines += folded(Text(f"The models could not be read: {self._reason}", palette.alarm), width)
        if self._reply is None:
            return lines or [Text("Reading what is known of the models.", palette.quiet)]
        if self._refusal:
            lines += folded(Text(f"{glyphs.alarm} {self._refusal}", palette.alarm), width)
        name = self._comparing or self._reply["comparing"]
        if name:
            words = f"{glyphs.half} {short_name(name)} is being compared with the one in use. It takes minutes; all else goes on."
            lines += folded(Text(words, palette.unsure), width)
        if not self._cells:
            name = clean(self._reply["in_use"], 80)
            return [*lines, Text(name, f"bold {palette.strong}").append("  in use", palette.normal)]
        heading = [(column.title, palette.quiet) for column in self._columns]
        return [*lines, Text(" ").append_text(line_of(self._columns, heading, self._widths))]

    def _draw(self, index: int, width: int) -> Text:
        return line_of(self._columns, self._cells[index], self._widths)

    def _detail(self, width: int) -> list[Text]:
        choice = self._choice()
        if self._reply is None or choice is None:
            return []
        since = newest_of(self._reply["promotions"], in_use_of(self._reply))
        lines = version_detail(choice, self._reply, since, self.live.palette, width)
        above = [Text("")] if self.size.height >= _ROOMY else []
        return [*above, *lines, Text("")]

    def _lines(self, width: int) -> list[Text]:
        if self._reply is None:
            return []
        return model_lines(self._reply, self.live.palette, self.live.glyphs, width)

    def in_short(self, _width: int) -> list[Text]:
        """The version under the cursor, and what is known of it."""
        choice = self._choice()
        if self._reply is None or choice is None:
            return []
        comparison = comparison_of(self._reply, choice)
        said = "in use" if choice["in_use"] else "not compared"
        if comparison is not None:
            said = outcome_words(comparison)
        return [
            Text(short_name(choice["model"]), self.live.palette.strong),
            Text(said, self.live.palette.text),
        ]

    # ------------------------------------------------------------------- keys

    def on_row_list_moved(self) -> None:
        """Say something about another version."""
        self._refusal = ""
        self._redraw()

    def on_row_list_opened(self) -> None:
        """Two clicks ask the same as the key."""
        self.action_promote()

    def action_read_on(self, pages: int) -> None:
        """A page up or down."""
        reading = self.query_one(Reading)
        reading.scroll_relative(y=pages * max(1, reading.size.height - 1), animate=False)

    def action_read_top(self) -> None:
        """The first line."""
        self.query_one(Reading).scroll_home(animate=False)

    def action_read_end(self) -> None:
        """The last line."""
        self.query_one(Reading).scroll_end(animate=False)

    def action_compare(self) -> None:
        """Compare the version under the cursor with the one in use."""
        choice = self._other_choice()
        if choice is None:
            return
        if self._comparing:
            self.live.say(
                f"{short_name(self._comparing)} is being compared; wait for its outcome", urgent=True
            )
            return
        self._comparing = choice["model"]
        self._redraw()
        otherwise = f"{short_name(choice['model'])} was not compared"
        task = partial(compare, self._client, choice["model"])
        begin(self, partial(self._run, Order.COMPARE, task, otherwise), group="compare")

    def action_promote(self) -> None:
        """Ask whether the version under the cursor is to be put to use."""
        choice = self._other_choice()
        if choice is None or self._reply is None:
            return
        comparison = comparison_of(self._reply, choice)
        words = partial(promote_lines, choice, in_use_of(self._reply), comparison, self.live.palette)
        self._ask_for(
            words, is_proven(comparison), partial(promote, self._client, self._reviewer, choice["model"]),
            f"{short_name(choice['model'])} was not put to use",
        )  # fmt: skip

    def action_roll_back(self) -> None:
        """Ask whether the version before is to be taken up again."""
        if not self._may_change():
            return
        reply = self._reply
        if reply is None:
            self.live.say("the models are still being read")
            return
        back = back_to(reply["promotions"])
        if back is None:
            self.live.say("there is nothing to roll back: no model was promoted here")
            return
        present = in_use_of(reply)
        since = newest_of(reply["promotions"], present)
        words = partial(roll_back_lines, back, present, since, self.live.palette)
        self._ask_for(
            words, True, partial(roll_back, self._client, self._reviewer), "nothing was rolled back"
        )

    # ----------------------------------------------------------------- telling

    def _other_choice(self) -> ChoiceRow | None:
        """The version under the cursor, if something can be done with it; says why not."""
        if not self._may_change():
            return None
        choice = self._choice()
        if self._reply is None:
            self.live.say("the models are still being read")
            return None
        if len(self._choices()) < 2:
            self.live.say("there is no other version here; 'astrolens train' makes one")
            return None
        if choice is not None and choice["in_use"]:
            self.live.say("this version is in use; choose another one with j or k")
            return None
        return choice

    def _may_change(self) -> bool:
        self._refusal = ""
        self._redraw()
        if reason := self.live.refusal():
            self.live.say(f"not done: {reason}", urgent=True)
        return not reason

    def _ask_for(
        self,
        words: Callable[[int], list[Text]],
        proven: bool,
        order: Callable[[Consent], Coroutine[None, None, str]],
        otherwise: str,
    ) -> None:
        news = self.live.model_news

        def answered(consent: Consent | None) -> None:
            if consent is None or not self._may_change():
                return
            if news != self.live.model_news:
                self.live.say("not done: the models changed while you were asked; look again", urgent=True)
            else:
                task = partial(order, consent)
                begin(self, partial(self._run, Order.CHANGE, task, otherwise), group="promote")

        self.app.push_screen(PromotionAsker(self.live, words, proven=proven), answered)

    async def _run(
        self, order: Order, task: Callable[[], Coroutine[None, None, str]], otherwise: str
    ) -> None:
        try:
            said = await task()
        except AstroLensError as error:
            refusal = clean(f"{otherwise}: {error}", _LONGEST_REFUSAL)
            self.post_message(self.Done(order=order, said=refusal, refused=True))
        else:
            self.post_message(self.Done(order=order, said=said, refused=False))

    def on_models_view_done(self, message: Done) -> None:
        """Say what came of it, and read what is so now."""
        message.stop()
        if message.order is Order.COMPARE:
            self._comparing = ""
        elif not message.refused:
            self.live.expect_reopening()
        self._refusal = message.said if message.refused else ""
        self.live.say(message.said, urgent=message.refused)
        self._redraw()
        if self.live.attached:
            self.action_read()
