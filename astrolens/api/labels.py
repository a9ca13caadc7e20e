"""POST /labels and what belongs to it: people's words, on disk before they are acknowledged."""

import asyncio
import pwd

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.door import is_unix, peer_uid
from astrolens.api.images import existing
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.rows import label_row
from astrolens.api.wire import LabelRequest, LabelRow
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.domain.review import Label, LabelValue
from astrolens.domain.text import clean

_LONGEST_NOTE = 2000
_LONGEST_REVIEWER = 60
_HIGHEST_INTEREST = 5


class LabelHandlers:
    """Answers of ``/labels``.

    Parameters
    ----------
    context : ApiContext
        Store and hub.
    """

    def __init__(self, context: ApiContext) -> None:
        self._context = context
        self._one_at_a_time = asyncio.Lock()

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
                path="/labels",
                handler=self._add,
                words="Say what a picture is; 201 when it is on disk, 200 when it was there already.",
                reply=LabelRow,
                status=201,
                body=LabelRequest,
                errors=(404,),
            ),
            Route(
                method="POST",
                path="/labels/{label_id}/withdraw",
                handler=self._withdraw,
                words="Take a label back; it stays on record.",
                reply=LabelRow,
                errors=(404,),
            ),
            Route(
                method="GET",
                path="/labels/{image_id}",
                handler=self._of_image,
                words="Every label of one picture, newest first, withdrawn ones too.",
                reply=list[LabelRow],
                errors=(404,),
            ),
        ]

    async def _add(self, asked: Asked) -> web.StreamResponse:
        label = _label_of(asked)
        await existing(self._context.store, label.image_id)
        async with self._one_at_a_time:
            same = await self._same(label)
            if same is not None:
                return json_reply(label_row(same))
            store = self._context.store
            stored = await store.run(store.labels.add, label)
        await self._tell(stored)
        return json_reply(label_row(stored), status=201)

    async def _same(self, label: Label) -> Label | None:
        """This reviewer's newest label when it says the same: the request came twice."""
        store = self._context.store
        mine = [
            known
            for known in await store.run(store.labels.of_image, label.image_id)
            if known.reviewer == label.reviewer and not known.withdrawn
        ]
        if not mine:
            return None
        newest = mine[0]
        same = (newest.value, newest.interest, newest.note) == (label.value, label.interest, label.note)
        return newest if same else None

    async def _withdraw(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        try:
            withdrawn = await store.run(store.labels.withdraw, asked.number, iso(utc_now()))
        except ValueError:
            raise web.HTTPNotFound(
                text=f"no label {asked.number}; GET /labels/{{image_id}} lists those of an image"
            ) from None
        await self._tell(withdrawn)
        return json_reply(label_row(withdrawn))

    async def _of_image(self, asked: Asked) -> web.StreamResponse:
        await existing(self._context.store, asked.number)
        store = self._context.store
        labels = await store.run(store.labels.of_image, asked.number)
        return json_reply([label_row(label) for label in labels])

    async def _tell(self, label: Label) -> None:
        store = self._context.store
        event = Event(
            kind=EventKind.LABELLED,
            at=iso(utc_now()),
            image_id=label.image_id,
            payload=dict(label_row(label)),
        )
        self._context.hub.publish(await store.run(store.events.add, event))


def _label_of(asked: Asked) -> Label:
    body = asked.body
    values = [value.value for value in LabelValue]
    if body["value"] not in values:
        raise web.HTTPBadRequest(text=f"value is {body['value'][:40]!r}; choose one of {', '.join(values)}")
    interest = body.get("interest")
    if interest is not None and not 0 <= interest <= _HIGHEST_INTEREST:
        raise web.HTTPBadRequest(text=f"interest is {interest}; it must be from 0 to {_HIGHEST_INTEREST}")
    note = body.get("note", "")
    if len(note) > _LONGEST_NOTE:
        raise web.HTTPBadRequest(text=f"note has {len(note)} characters; {_LONGEST_NOTE} are the most")
    reviewer = clean(body.get("reviewer", "").strip() or _caller(asked.request), _LONGEST_REVIEWER)
    return Label(
        image_id=body["image_id"],
        value=LabelValue(body["value"]),
        reviewer=reviewer,
        made_at=iso(utc_now()),
        interest=interest,
        note=clean(note, _LONGEST_NOTE),
    )


def _caller(request: web.Request) -> str:
    """Login name of the user at the other end."""
    if not is_unix(request) or request.transport is None:
        return "tcp"
    user = peer_uid(request.transport.get_extra_info("socket"))
    try:
        return "unknown" if user is None else pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
