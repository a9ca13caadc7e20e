"""What a review shows beside a picture and no other view needs: what people say, and what looks alike."""

from collections.abc import Iterable

from astrolens.api import questions, review_calls
from astrolens.api.client import Client
from astrolens.api.wire import EventRow, SimilarRow
from astrolens.api.wire_review import OpinionsReply
from astrolens.domain.event import EventKind
from astrolens.tui.album import Newest

_KEPT = 128


class ReviewLore:
    """Asked once and kept while it is near; what people say is forgotten when somebody says more."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._opinions: Newest[int, OpinionsReply] = Newest(_KEPT)
        self._similar: Newest[int, list[SimilarRow]] = Newest(_KEPT)
        self._heard = 0

    def opinions(self, image_id: int) -> OpinionsReply | None:
        """What people say, if it was asked before."""
        return self._opinions.get(image_id)

    def similar(self, image_id: int) -> list[SimilarRow] | None:
        """What looks alike, if it was asked before."""
        return self._similar.get(image_id)

    def forget(self, image_id: int) -> None:
        """Ask again what people say."""
        self._opinions.drop(image_id)

    def heard(self, events: Iterable[EventRow]) -> set[int]:
        """Pictures that somebody labelled since the last call, in this terminal or elsewhere; they are forgotten."""
        new = [event for event in events if event["sequence"] > self._heard]
        self._heard = max((event["sequence"] for event in new), default=self._heard)
        labelled = {
            event["image_id"]
            for event in new
            if event["kind"] == EventKind.LABELLED and event["image_id"] is not None
        }
        for image_id in labelled:
            self.forget(image_id)
        return labelled

    async def fetch_opinions(self, image_id: int) -> None:
        """Ask what people say; Unavailable or BadData as the daemon answers."""
        if self._opinions.get(image_id) is None:
            self._opinions.put(image_id, await self._client.ask(review_calls.opinions_on(image_id)))

    async def fetch_similar(self, image_id: int, limit: int) -> None:
        """Ask what looks alike; Unavailable or BadData as the daemon answers."""
        if self._similar.get(image_id) is None:
            self._similar.put(image_id, await self._client.ask(questions.similar(image_id, limit=limit)))
