"""What the review asks of the daemon, in workers; answers come back as messages."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from textual.message import Message

from astrolens.api.client import Client
from astrolens.api.review_calls import review_queue
from astrolens.api.wire import CandidateRow
from astrolens.api.wire_review import QueueOrder, QueueReply
from astrolens.domain.errors import AstroLensError
from astrolens.tui.album import Album
from astrolens.tui.review_lore import ReviewLore

_FACTS_AFTER_S = 0.06  # a quick hand does not wait for words
_REST_AFTER_S = 0.25
_COUNTS_AFTER_S = 0.3


@dataclass
class QueueArrived(Message, bubble=False):
    """The queue, or why it could not be read."""

    order: QueueOrder
    reply: QueueReply | None
    reason: str


@dataclass
class CountsArrived(Message, bubble=False):
    """How far this person is; None when nobody answered."""

    reply: QueueReply | None


@dataclass
class FactsArrived(Message, bubble=False):
    """More is known of a picture."""

    image_id: int
    reason: str = ""  # why the language model said nothing


@dataclass
class RowArrived(Message, bubble=False):
    """A picture that was judged before, to be shown again."""

    row: CandidateRow | None
    reason: str = ""


class ReviewReader:
    """Asks, and posts what came."""

    def __init__(
        self, client: Client, album: Album, reviewer: str | None, post: Callable[[Message], object]
    ) -> None:
        self._client = client
        self._album = album
        self._reviewer = reviewer
        self._post = post
        self.lore = ReviewLore(client)
        self.counting = self._changed = False

    async def queue(self, order: QueueOrder, limit: int) -> None:
        """The first so many of a queue."""
        try:
            reply = await self._client.ask(review_queue(reviewer=self._reviewer, order=order, limit=limit))
        except AstroLensError as error:
            self._post(QueueArrived(order=order, reply=None, reason=str(error)))
        else:
            self._post(QueueArrived(order=order, reply=reply, reason=""))

    async def counts(self) -> None:
        """How many wait and can be undone, once for all that is said in a moment; a failure is in the banner."""
        self._changed = True
        if self.counting:
            return
        self.counting = True
        reply: QueueReply | None = None
        try:
            while self._changed:
                await asyncio.sleep(_COUNTS_AFTER_S)
                self._changed = False
                call = review_queue(reviewer=self._reviewer, order=QueueOrder.INTERESTING, limit=1)
                counted = await self._client.ask(call)
                reply = counted
        except AstroLensError:
            reply = None
        finally:
            self.counting = False
        self._post(CountsArrived(reply=reply))

    async def facts(self, image_id: int, neighbours: int) -> None:
        """What stands beside a picture, the most important first; what fails is not shown."""
        await asyncio.sleep(_FACTS_AFTER_S)
        with suppress(AstroLensError):
            await self._album.fetch_detail(image_id)
            await self.lore.fetch_opinions(image_id)
            self._post(FactsArrived(image_id=image_id))
        await asyncio.sleep(_REST_AFTER_S)
        with suppress(AstroLensError):
            await self.lore.fetch_similar(image_id, neighbours)
            self._post(FactsArrived(image_id=image_id))
        with suppress(AstroLensError):
            await self._album.fetch_why(image_id)
            self._post(FactsArrived(image_id=image_id))

    async def row(self, image_id: int) -> None:
        """One picture as a row."""
        try:
            self._post(RowArrived(row=await self._album.fetch_detail(image_id)))
        except AstroLensError as error:
            self._post(RowArrived(row=None, reason=str(error)))

    async def model_words(self, image_id: int) -> None:
        """Let the language model describe a picture."""
        try:
            reason = await self._album.ask_for_words(image_id)
        except AstroLensError as error:
            reason = str(error)
        self._post(FactsArrived(image_id=image_id, reason=reason))
