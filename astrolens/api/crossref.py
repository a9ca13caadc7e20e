"""POST /crossref...: what catalogues know; three outcomes, never two."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.images import existing
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.rows import answer_row
from astrolens.api.wire_crossref import (
    BatchReply,
    BatchRequest,
    CrossrefReply,
    CrossrefSummary,
    PositionRequest,
)
from astrolens.catalog.roster import answerable
from astrolens.domain.finding import CatalogAnswer, CatalogState, overall_state
from astrolens.domain.sky import SkyPosition

_LARGEST_RADIUS_ARCSEC = 600.0
_LARGEST_BATCH = 1000


class CrossrefHandlers:
    """Answers of ``/crossref``.

    Parameters
    ----------
    context : ApiContext
        Store and daemon.
    required : iterable of str
        Catalogues that must all answer before anything is called unknown.
    """

    def __init__(self, context: ApiContext, required: Iterable[str]) -> None:
        self._context = context
        self._required = tuple(required)

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            Route(
                method="POST",
                path="/crossref",
                handler=self._position,
                words="Ask the catalogues about a position.",
                reply=CrossrefReply,
                body=PositionRequest,
                errors=(503,),
            ),
            Route(
                method="POST",
                path="/crossref/batch",
                handler=self._batch,
                words="Put pictures on the list of the sweep.",
                reply=BatchReply,
                status=202,
                body=BatchRequest,
            ),
            Route(
                method="GET",
                path="/crossref/summary",
                handler=self._summary,
                words="Anomalies and near misses by what the catalogues say together.",
                reply=CrossrefSummary,
            ),
            Route(
                method="POST",
                path="/crossref/{id}",
                handler=self._image,
                words="Ask the catalogues about one picture now.",
                reply=CrossrefReply,
                errors=(404, 409, 503),
            ),
        ]

    async def _position(self, asked: Asked) -> web.StreamResponse:
        body = asked.body
        radius = body.get("radius_arcsec")
        if radius is not None and not 0 < radius <= _LARGEST_RADIUS_ARCSEC:
            raise web.HTTPBadRequest(
                text=f"radius_arcsec is {radius:g}; it must be above 0 and at most {_LARGEST_RADIUS_ARCSEC:g}"
            )
        try:
            position = SkyPosition(ra_deg=float(body["ra_deg"]), dec_deg=float(body["dec_deg"]))
        except (ValueError, OverflowError) as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        epoch = _time_of(body.get("epoch"))
        answers = await self._context.control.crossref_at(position, radius, epoch)
        return self._reply(None, answers, epoch=epoch)

    async def _image(self, asked: Asked) -> web.StreamResponse:
        record = await existing(self._context.store, asked.number)
        if record.position is None:
            raise web.HTTPConflict(
                text=f"image {asked.number} has no position; neither its source nor its file says where it is"
            )
        answers = await self._context.control.crossref(asked.number)
        return self._reply(asked.number, answers, epoch=record.offer.observed_at)

    async def _batch(self, asked: Asked) -> web.StreamResponse:
        wanted = list(dict.fromkeys(asked.body["ids"]))
        if not 1 <= len(wanted) <= _LARGEST_BATCH:
            raise web.HTTPBadRequest(text=f"ids has {len(wanted)} numbers; give 1 to {_LARGEST_BATCH}")
        store = self._context.store
        known = await store.run(lambda: [number for number in wanted if store.images.get(number)])
        queued = await self._context.control.crossref_later(known) if known else 0
        unknown = sorted(set(wanted) - set(known))
        return json_reply(BatchReply(queued=queued, unknown_ids=unknown), status=202)

    async def _summary(self, _asked: Asked) -> web.StreamResponse:
        store = self._context.store
        counts = await store.run(store.crossref.summary)
        return json_reply({state.value: counts.get(state, 0) for state in CatalogState})

    def _reply(
        self, image_id: int | None, answers: Sequence[CatalogAnswer], *, epoch: datetime | None
    ) -> web.Response:
        required = answerable(self._required, epoch)
        return json_reply(
            CrossrefReply(
                image_id=image_id,
                catalogue=overall_state(answers, required, has_position=True).value,
                answers=[answer_row(answer) for answer in answers],
            )
        )


def _time_of(words: str | None) -> datetime | None:
    """The time of an exposure; a time without a zone is refused, because it may be hours off."""
    if words is None:
        return None
    try:
        epoch = datetime.fromisoformat(words)
    except ValueError:
        epoch = None
    if epoch is None or epoch.tzinfo is None:
        raise web.HTTPBadRequest(text=f"epoch is {words!r}; write it like 2026-03-01T04:30:00Z")
    return epoch.astimezone(UTC)
