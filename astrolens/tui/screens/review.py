"""View 3: one picture, one key."""

from collections.abc import Collection
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from astrolens.api.client import Client
from astrolens.api.wire import CandidateRow
from astrolens.api.wire_review import QueueOrder, StepReply
from astrolens.domain.review import LabelValue, RemarkKind
from astrolens.tui.album import Album
from astrolens.tui.desk import LabelDesk
from astrolens.tui.facts import Facts
from astrolens.tui.folding import folded
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import (
    DeskNews,
    LabelsWanted,
    LabelWanted,
    RemarkWanted,
    ViewWanted,
)
from astrolens.tui.picture_keys import PICTURE_BINDINGS, PictureKeys
from astrolens.tui.review_empty import why_no_picture
from astrolens.tui.review_keys import StepKeys, StripKeys, review_bindings
from astrolens.tui.review_progress import ReviewProgress
from astrolens.tui.review_queue import ReviewQueue, reason_of
from astrolens.tui.review_reader import CountsArrived, FactsArrived, QueueArrived, ReviewReader, RowArrived
from astrolens.tui.review_words import own_line, review_lines
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.line_asker import LineAsker
from astrolens.tui.screens.view import View
from astrolens.tui.widgets.live_text import TextBlock
from astrolens.tui.widgets.picture_pane import PicturePane
from astrolens.tui.widgets.review_head import ReviewHead
from astrolens.tui.widgets.review_strip import FRAMES, ReviewStrip, row_of
from astrolens.tui.work import begin

_PREFETCHED = 8
_MARGIN = 4  # beside the words that stand for a picture
_FEW_LEFT = 12
_PAGE = 40
_MOST_ROWS = 1000
_LONGEST_TAG, _LONGEST_NOTE = 40, 2000


class ReviewView(PictureKeys, StripKeys, StepKeys, View):
    """The picture leads; every decision is one key and goes on to the next."""

    NAME = "review"
    BINDINGS: ClassVar[list[BindingType]] = keyed("review", [*review_bindings(), *PICTURE_BINDINGS])

    def __init__(self, client: Client, album: Album, live: Live, desk: LabelDesk) -> None:
        super().__init__(live)
        self._live = live
        self._album = album
        self._desk = desk
        self._reader = ReviewReader(client, album, desk.reviewer, self.post_message)
        self.queue = ReviewQueue()
        self.order = QueueOrder.MIXED
        self.progress = ReviewProgress()
        self._error = ""
        self._reading = False
        self._exhausted = False
        self._newer = 0  # findings that had come when the queue was read last
        self._counted = 0  # findings that had come when was asked how many wait
        self._asked_for_words: set[int] = set()
        self._told: tuple[int | None, int, object] | None = None  # what the column was written for

    @property
    def shown_row(self) -> CandidateRow | None:
        """What copying and the browser are about."""
        return self.queue.row

    # ---------------------------------------------------------------- the frame

    def body(self) -> Widget:
        """Picture on the left, reasons on the right, what is similar below."""
        return Vertical(
            ReviewHead(self.live),
            Horizontal(
                PicturePane(self._album, self.live, id="review-picture"),
                TextBlock(id="review-facts"),
                id="review-main",
            ),
            TextBlock(id="review-brief"),
            Container(ReviewStrip(self._album, self.live), id="review-strip"),
            id="body",
        )

    def on_mount(self) -> None:
        """Read the queue."""
        self._desk.tell(self.post_message)
        self.live.changed.subscribe(self, lambda _none: self._follow())
        self._read()

    def on_screen_resume(self) -> None:
        """Something may have come meanwhile."""
        if self.queue.row is None:
            self._exhausted = False
            self._read()
        self._count()

    def on_resize(self) -> None:
        """Write for the new width."""
        self.call_after_refresh(self._write)

    def _follow(self) -> None:
        row, newer = self.queue.row, len(self.live.newer)
        if self.live.attached and (self._error or (row is None and newer != self._newer)):
            self._exhausted, self._newer = False, newer
            self._read()
        elif newer != self._counted and self.is_current:
            self._count()
        heard = self._reader.lore.heard(self.live.events)
        if row is not None and row["id"] in heard:
            begin(self, partial(self._reader.facts, row["id"], FRAMES), group="review-facts", exclusive=True)
        told = (None if row is None else row["id"], self.live.marks.version, self.live.palette)
        if told != self._told:
            self._write()

    def in_short(self, width: int) -> list[Text]:
        """The picture that waits for a word."""
        row = self.queue.row
        return [] if row is None else [Facts(self.live.palette, self.live.glyphs, width).verdict(row)]

    # ---------------------------------------------------------------- the queue

    def _read(self) -> None:
        if self._reading or self._exhausted:
            return
        self._reading = True
        limit = min(_MOST_ROWS, _PAGE + max(0, len(self.queue) - len(self.progress.judged)))
        begin(self, partial(self._reader.queue, self.order, limit), group="review-queue")

    def on_queue_arrived(self, message: QueueArrived) -> None:
        """Add what is new at the end."""
        self._reading = False
        if message.order is not self.order:
            self._read()
            return
        self._error = message.reason
        if message.reply is not None:
            self.progress.reply = message.reply
            empty, judged = self.queue.row is None, self._passed_over()
            new = self.queue.add(
                (row, reason_of(row["asked_because"])) for row in message.reply["rows"] if row["id"] not in judged
            )  # fmt: skip
            self._exhausted = new == 0
            self.query_one(ReviewHead).tell(message.reply, self.order)
            if empty and new:
                self._show()
                return
        self._write()

    def _count(self) -> None:
        self._counted = len(self.live.newer)
        begin(self, self._reader.counts, group="review-counts")

    def on_counts_arrived(self, message: CountsArrived) -> None:
        """What was counted here until now is not needed any more."""
        self.progress.reply = message.reply or self.progress.reply
        self.query_one(ReviewHead).tell(self.progress.reply, self.order)
        if self.queue.row is None:
            self._write()

    def _passed_over(self) -> Collection[int]:
        """What was judged in this session, unless the question is just that."""
        return () if self.order is QueueOrder.DISPUTED else self.progress.judged

    def _show(self) -> None:
        """The picture on the screen is another one."""
        row = self.queue.row
        picture = self.query_one(PicturePane)
        picture.show(None if row is None else row["id"], "" if row is None else row["source"])
        picture.prefetch(tuple(one["id"] for one in self.queue.ahead(_PREFETCHED)))
        self._write()
        if row is not None:
            self.live.session.saw(row)
            begin(self, partial(self._reader.facts, row["id"], FRAMES), group="review-facts", exclusive=True)
        if self.queue.left() < _FEW_LEFT:
            self._read()

    def on_facts_arrived(self, message: FactsArrived) -> None:
        """Write them, unless another picture is shown by now."""
        self._asked_for_words.discard(message.image_id)
        if message.reason:
            self.live.say(f"no words: {message.reason}", urgent=True)
        if self._is_shown(message.image_id):
            self._write()

    def _is_shown(self, image_id: int) -> bool:
        return self.queue.row is not None and self.queue.row["id"] == image_id

    def _write(self) -> None:
        row = self.queue.row
        self._told = (None if row is None else row["id"], self.live.marks.version, self.live.palette)
        column, brief = self.query_one("#review-facts", TextBlock), self.query_one("#review-brief", TextBlock)
        strip = self.query_one(ReviewStrip)
        self.query_one("#review-main").set_class(row is None, "-empty")
        self.query_one("#review-strip").set_class(row is None, "-empty")
        self.query_one(ReviewHead).redraw()
        if row is None:
            said = why_no_picture(
                self.live, self.progress.reply, self.order, self._error, reading=self._reading or self._reader.counting,
                gone=len(self.queue), skipped=self.queue.besides(self.progress.judged),
            )  # fmt: skip
            room = self.size.width - 2 * _MARGIN
            told = [Text(line, self.live.palette.text) for line in said]
            column.show([part for line in told for part in folded(line, room)])
            brief.show(folded(Text(" ".join(said), self.live.palette.text), self.size.width - 2))
            strip.show([])
            return
        facts = Facts(self.live.palette, self.live.glyphs, column.content_size.width or self.size.width // 2)
        image_id = row["id"]
        mark = self.live.marks.shown(row) if self.live.marks.mine(image_id) else None
        own = own_line(self.live, mark, self.progress.interest, self.progress.refused.get(image_id, ""))
        lines = review_lines(
            facts, row, self.queue.because(image_id), own,
            self._album.detail(image_id), self._album.why(image_id), self._reader.lore.opinions(image_id),
        )  # fmt: skip
        column.show(lines)
        brief.show([facts.verdict(row), *own])
        strip.show(self._reader.lore.similar(image_id))

    # ---------------------------------------------------------------- judging

    def _here(self) -> CandidateRow | None:
        """The picture that a key is about; says so when there is none."""
        if self.queue.row is None:
            self.live.say("there is no picture here", urgent=True)
        return self.queue.row

    def action_label(self, value: str) -> None:
        """Judge the picture, and those marked below it, and go on."""
        row = self._here()
        if row is None:
            return
        if reason := self.live.refusal():
            self.live.say(f"not saved: {reason}", urgent=True)
            return
        marked = tuple(row_of(one) for one in self.query_one(ReviewStrip).marked)
        because, interest = self.queue.because(row["id"]), self.progress.interest
        if marked:
            rows = (row, *marked)
            self.post_message(LabelsWanted(rows=rows, value=LabelValue(value), interest=interest))
        else:
            wanted = LabelWanted(
                row=row, value=LabelValue(value), interest=interest, row_index=None, asked_because=because
            )
            self.post_message(wanted)
        self.progress.judge(one["id"] for one in (row, *marked))
        self.queue.advance(self._passed_over())
        self._show()

    def action_interest(self, interest: int) -> None:
        """Keep a degree for the word that comes, or add it to the word that this picture has."""
        row = self._here()
        if row is None:
            return
        mark = self.live.marks.mine(row["id"])
        self.progress.interest = interest
        if mark is not None and mark.value is not None and not self.live.other(mark):
            self.action_label(mark.value)
        else:
            self.live.say(f"interest {interest}: now say what it is, a n x or d")
            self._write()

    def on_desk_news(self, message: DeskNews) -> None:
        """A label is on disk or not, or a step was taken: show the picture that it is about."""
        for label in message.saved:
            self._reader.lore.forget(label["image_id"])
        if message.saved:
            self.progress.count(len(message.saved))
        if message.refused:
            self.progress.keep(message.refused, message.reason)
            self.queue.put(message.refused[0])
            self._show()
        if message.remark is not None:
            self._reader.lore.forget(message.remark["image_id"])
            if self._is_shown(message.remark["image_id"]):
                self._show()
        if message.step is not None and message.step["done"]:
            self._stepped(message.step, redone=message.redone)
        self.query_one(ReviewHead).tell(self.progress.reply, self.order)
        self._count()

    def _stepped(self, step: StepReply, *, redone: bool) -> None:
        self.progress.step(step, redone=redone)
        about = [one["image_id"] for one in (*step["labels"], *step["remarks"])]
        for image_id in about:
            self._reader.lore.forget(image_id)
            self._album.forget_detail(image_id)
        if self.queue.find(about[0]):
            self._show()
        else:
            begin(self, partial(self._reader.row, about[0]), group="review-row", exclusive=True)

    def on_row_arrived(self, message: RowArrived) -> None:
        """Show it again."""
        if message.row is None:
            self.live.say(message.reason, urgent=True)
            return
        self.queue.put(message.row)
        self._show()

    # ---------------------------------------------------------- words on pictures

    def action_tag(self) -> None:
        """Ask for a tag."""
        self._ask_for(RemarkKind.TAG, "tag:", _LONGEST_TAG)

    def action_note(self) -> None:
        """Ask for a note."""
        self._ask_for(RemarkKind.NOTE, "note:", _LONGEST_NOTE)

    def _ask_for(self, kind: RemarkKind, question: str, longest: int) -> None:
        row = self._here()
        if row is None:
            return
        image_id = row["id"]

        def answered(words: str | None) -> None:
            if words:
                self.post_message(RemarkWanted(image_id=image_id, kind=kind, words=words))

        self.app.push_screen(LineAsker(self.live, question, longest), answered)

    def action_words(self) -> None:
        """Let the language model describe this picture."""
        row = self._here()
        if row is None or row["id"] in self._asked_for_words:
            return
        if reason := self.live.refusal():
            self.live.say(f"no words: {reason}", urgent=True)
            return
        self._asked_for_words.add(row["id"])
        self.live.say("asking the language model; it may take minutes")
        begin(self, partial(self._reader.model_words, row["id"]), group="words")

    # ------------------------------------------------------------------ moving

    def action_skip(self, step: int) -> None:
        """The next picture, or the one before, without a word."""
        self.progress.interest = None
        if not self.queue.go(step):
            self.live.say("this is the last one" if step > 0 else "this is the first one")
        self._show()

    def action_picture(self, verb: str, step: int) -> None:
        """Do something to the way pictures are looked at."""
        if self._here() is not None:
            super().action_picture(verb, step)

    def action_heat(self) -> None:
        """The picture with its heat map, or without."""
        row = self._here()
        if row is None:
            return
        picture, why = self.query_one(PicturePane).picture, self._album.why(row["id"])
        if not picture.warm and (why is None or "heat" not in why):
            self.live.say(
                "the heat map is still on its way" if why is None else "this picture has no heat map"
            )
            return
        picture.toggle_heat()

    def action_order(self, order: str) -> None:
        """Another queue, or back to the usual one."""
        wanted = QueueOrder(order)
        self.order = QueueOrder.MIXED if self.order is wanted else wanted
        self.action_again()

    def action_again(self) -> None:
        """Read the queue from its beginning."""
        self.live.newer.clear()
        self.queue, self._exhausted, self.progress.interest = ReviewQueue(), False, None
        self._read()
        self._show()

    def action_open(self) -> None:
        """Everything about this picture."""
        row = self._here()
        if row is not None:
            self.app.push_screen(CardScreen(self._album, self.live, row, None))

    def action_leave_review(self) -> None:
        """To the list; digits belong to the views there."""
        self.post_message(ViewWanted(view="candidates"))
