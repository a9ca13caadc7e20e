"""Takes labels to the daemon one after the other, and takes them back."""

import asyncio
from collections.abc import Callable

from textual.message import Message

from astrolens.api import orders
from astrolens.api.client import Client
from astrolens.domain.errors import AstroLensError
from astrolens.tui.live import Live
from astrolens.tui.messages import LabelRefused, LabelSaved, LabelWanted, LabelWithdrawn


class LabelDesk:
    """Keeps the order in which keys were pressed; says of each label whether it is on disk."""

    def __init__(
        self, client: Client, live: Live, post: Callable[[Message], object], reviewer: str | None
    ) -> None:
        self._client = client
        self._live = live
        self._post = post
        self._reviewer = reviewer
        self._turn = asyncio.Lock()

    def take(self, wanted: LabelWanted) -> bool:
        """Note a label as pending; False when the daemon is away and nothing was noted."""
        if reason := self._live.refusal():
            self._live.say(f"not saved: {reason}", urgent=True)
            return False
        self._live.marks.begin(wanted.row, wanted.value, wanted.interest)
        self._live.changed.publish(None)
        return True

    async def save(self, wanted: LabelWanted) -> None:
        """Send one label when those before it are through."""
        image_id = wanted.row["id"]
        async with self._turn:
            try:
                call = orders.label(image_id, wanted.value, reviewer=self._reviewer, interest=wanted.interest)
                label = await self._client.ask(call)
            except AstroLensError as error:
                self._live.marks.refuse(image_id)
                self._post(LabelRefused(image_id=image_id, reason=str(error)))
            else:
                self._live.marks.save(label, wanted.row_index)
                self._post(LabelSaved(label=label))

    def may_undo(self) -> bool:
        """Whether there is something to take back and someone to tell."""
        if reason := self._live.refusal():
            self._live.say(f"cannot undo: {reason}", urgent=True)
            return False
        if not self._live.marks.pending and self._live.marks.newest_step() is None:
            self._live.say("nothing to undo in this session")
            return False
        return True

    async def undo(self) -> None:
        """Take the newest label back when those before it are through."""
        async with self._turn:
            step = self._live.marks.newest_step()
            if step is None:
                return
            try:
                label = await self._client.ask(orders.withdraw_label(step.label_id))
            except AstroLensError as error:
                self._post(LabelRefused(image_id=step.image_id, reason=str(error)))
            else:
                self._live.marks.withdraw(step)
                self._post(LabelWithdrawn(label=label, row_index=step.row_index))

    async def settled(self) -> None:
        """Wait until nothing is on its way."""
        async with self._turn:
            return
