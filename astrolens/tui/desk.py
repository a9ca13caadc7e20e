"""Takes labels to the daemon one after the other, and takes them back."""

import asyncio
from collections.abc import Callable

from textual.message import Message

from astrolens.api import orders, review_calls
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire import CandidateRow, LabelRow
from astrolens.api.wire_review import StepReply
from astrolens.domain.errors import AstroLensError
from astrolens.tui.live import Live
from astrolens.tui.messages import (
    DeskNews,
    LabelRefused,
    LabelSaved,
    LabelsWanted,
    LabelWanted,
    LabelWithdrawn,
    RemarkSaved,
    RemarkWanted,
    StepRedone,
)

Listener = Callable[[Message], object]


class LabelDesk:
    """Keeps the order in which keys were pressed; says of each label whether it is on disk."""

    def __init__(self, client: Client, live: Live, post: Listener, reviewer: str | None) -> None:
        self._client = client
        self._live = live
        self._post = post
        self.reviewer = reviewer
        self._turn = asyncio.Lock()
        self._listeners: list[Listener] = []

    def tell(self, listener: Listener) -> None:
        """Also tell somebody of every outcome, as `DeskNews`."""
        self._listeners.append(listener)

    def _news(self, news: DeskNews) -> None:
        for listener in self._listeners:
            listener(news)

    def take(self, wanted: LabelWanted | LabelsWanted) -> bool:
        """Note labels as pending; False when the daemon is away and nothing was noted."""
        if reason := self._live.refusal():
            self._live.say(f"not saved: {reason}", urgent=True)
            return False
        for row in rows_of(wanted):
            self._live.marks.begin(row, wanted.value, wanted.interest)
        self._live.changed.publish(None)
        return True

    async def save(self, wanted: LabelWanted) -> None:
        """Send one label when those before it are through."""
        async with self._turn:
            try:
                call = orders.label(
                    wanted.row["id"],
                    wanted.value,
                    reviewer=self.reviewer,
                    interest=wanted.interest,
                    asked_because=wanted.asked_because,
                )
                label = await self._client.ask(call)
            except AstroLensError as error:
                self._refused(wanted, str(error))
            else:
                self._saved([label], wanted.row_index)

    async def save_many(self, wanted: LabelsWanted) -> None:
        """Send one word for several pictures when what was said before is through; all are saved or none."""
        async with self._turn:
            try:
                call = review_calls.label_many(
                    tuple(row["id"] for row in wanted.rows),
                    wanted.value,
                    reviewer=self.reviewer,
                    interest=wanted.interest,
                    asked_because=wanted.asked_because,
                )
                labels = await self._client.ask(call)
            except AstroLensError as error:
                self._refused(wanted, str(error))
            else:
                self._saved(labels, None)

    def _saved(self, labels: list[LabelRow], row_index: int | None) -> None:
        for label in labels:
            self._live.marks.save(label, row_index)
            self._post(LabelSaved(label=label, of=len(labels)))
        self._news(DeskNews(saved=tuple(labels)))

    def _refused(self, wanted: LabelWanted | LabelsWanted, reason: str) -> None:
        rows = rows_of(wanted)
        for row in rows:
            self._live.marks.refuse(row["id"])
        self._post(LabelRefused(image_id=rows[0]["id"], reason=reason))
        self._news(DeskNews(refused=tuple(rows), reason=reason))

    def may_undo(self) -> bool:
        """Whether there is someone to tell."""
        if reason := self._live.refusal():
            self._live.say(f"cannot undo: {reason}", urgent=True)
            return False
        return True

    async def undo(self) -> None:
        """Take this person's newest step back when those before it are through."""
        await self._step(review_calls.undo(self.reviewer), redone=False)

    async def redo(self) -> None:
        """Do again what was undone last."""
        await self._step(review_calls.redo(self.reviewer), redone=True)

    async def _step(self, call: Call[StepReply], *, redone: bool) -> None:
        async with self._turn:
            try:
                reply = await self._client.ask(call)
            except AstroLensError as error:
                said = f"{'redo' if redone else 'undo'} failed: {error}"
                self._post(LabelRefused(image_id=0, reason=said))
                return
            for shown in reply["shown"]:
                self._live.marks.settle(shown, reply["reviewer"])
            self._live.marks.count(len(reply["labels"]) * (1 if redone else -1))
            if redone or not reply["labels"]:
                self._post(StepRedone(step=reply, redone=redone))
            else:
                self._withdrawn(reply)
            self._news(DeskNews(step=reply, redone=redone))

    def _withdrawn(self, reply: StepReply) -> None:
        for label in reply["labels"]:
            place = self._live.marks.place(label["image_id"])
            self._post(LabelWithdrawn(label=label, row_index=place, of=len(reply["labels"])))

    async def remark(self, wanted: RemarkWanted) -> None:
        """Send a tag or a note when what was said before is through."""
        async with self._turn:
            try:
                call = review_calls.remark(wanted.image_id, wanted.kind, wanted.words, reviewer=self.reviewer)
                remark = await self._client.ask(call)
            except AstroLensError as error:
                self._post(LabelRefused(image_id=wanted.image_id, reason=str(error)))
            else:
                self._post(RemarkSaved(remark=remark))
                self._news(DeskNews(remark=remark))

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
        async with self._turn:
            return


def rows_of(wanted: LabelWanted | LabelsWanted) -> tuple[CandidateRow, ...]:
    """The pictures of a wish."""
    return wanted.rows if isinstance(wanted, LabelsWanted) else (wanted.row,)
