"""POST /labels and what belongs to it: people's words, on disk before they are acknowledged."""

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.images import existing
from astrolens.api.reviewer import reviewer_of
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.rows import label_row
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire import LabelRequest, LabelRow
from astrolens.api.wire_review import LabelsRequest
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event, EventKind
from astrolens.domain.review import AskedBecause, Label, LabelValue
from astrolens.domain.text import clean

LONGEST_NOTE = 2000
_HIGHEST_INTEREST = 5
_MOST_AT_ONCE = 500


class LabelHandlers(Subject):
    """Answers of ``/labels``."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            post(
                "/labels",
                self._add,
                LabelRow,
                "Say what a picture is; 201 when it is on disk, 200 when it was there already.",
                status=201,
                body=LabelRequest,
                errors=(404,),
            ),
            post(
                "/labels/batch",
                self._add_many,
                list[LabelRow],
                "Say the same of several pictures: all of them in one step, or none.",
                status=201,
                body=LabelsRequest,
                errors=(404,),
            ),
            post(
                "/labels/{label_id}/withdraw",
                self._withdraw,
                LabelRow,
                "Take a label back; it stays on record.",
                errors=(404,),
            ),
            get(
                "/labels/{image_id}",
                self._of_image,
                list[LabelRow],
                "Every label of one picture, newest first, withdrawn ones too.",
                errors=(404,),
            ),
        ]

    async def _add(self, asked: Asked) -> web.StreamResponse:
        said = await self._judge(asked, [asked.body["image_id"]])
        return json_reply(label_row(said[0][0]), status=201 if said[0][1] else 200)

    async def _add_many(self, asked: Asked) -> web.StreamResponse:
        numbers = list(dict.fromkeys(asked.body["image_ids"]))
        if not 1 <= len(numbers) <= _MOST_AT_ONCE:
            raise web.HTTPBadRequest(text=f"image_ids has {len(numbers)} numbers; send 1 to {_MOST_AT_ONCE}")
        said = await self._judge(asked, numbers)
        status = 201 if any(added for _, added in said) else 200
        return json_reply([label_row(label) for label, _ in said], status=status)

    async def _judge(self, asked: Asked, image_ids: list[int]) -> list[tuple[Label, bool]]:
        labels = _labels_of(asked, image_ids)
        store = self._context.store
        for image_id in image_ids:
            await existing(store, image_id)
        said = await store.run(store.history.judge, labels)
        for one in said:
            if one.added:
                await tell_label(self._context, one.label)
        return [(one.label, one.added) for one in said]

    async def _withdraw(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        try:
            withdrawn = await store.run(store.labels.withdraw, asked.number, iso(utc_now()))
        except ValueError:
            raise web.HTTPNotFound(
                text=f"no label {asked.number}; GET /labels/{{image_id}} lists those of an image"
            ) from None
        await tell_label(self._context, withdrawn)
        return json_reply(label_row(withdrawn))

    async def _of_image(self, asked: Asked) -> web.StreamResponse:
        await existing(self._context.store, asked.number)
        store = self._context.store
        labels = await store.run(store.labels.of_image, asked.number)
        return json_reply([label_row(label) for label in labels])


async def tell_label(context: ApiContext, label: Label) -> None:
    """Publish that a label was given or taken back.

    Parameters
    ----------
    context : ApiContext
        Store and hub.
    label : Label
        As it is stored now.
    """
    event = Event(
        kind=EventKind.LABELLED, at=iso(utc_now()), image_id=label.image_id, payload=dict(label_row(label))
    )
    context.hub.publish(await context.store.run(context.store.events.add, event))


def _labels_of(asked: Asked, image_ids: list[int]) -> list[Label]:
    body = asked.body
    value = LabelValue(one_of(body["value"], "value", [value.value for value in LabelValue]))
    because = one_of(
        body.get("asked_because", AskedBecause.CHOSEN.value),
        "asked_because",
        [reason.value for reason in AskedBecause],
    )
    interest = body.get("interest")
    if interest is not None and not 0 <= interest <= _HIGHEST_INTEREST:
        raise web.HTTPBadRequest(text=f"interest is {interest}; it must be from 0 to {_HIGHEST_INTEREST}")
    note = body.get("note", "")
    if len(note) > LONGEST_NOTE:
        raise web.HTTPBadRequest(text=f"note has {len(note)} characters; {LONGEST_NOTE} are the most")
    reviewer, made_at = reviewer_of(asked.request, body.get("reviewer")), iso(utc_now())
    return [
        Label(
            image_id=image_id,
            value=value,
            reviewer=reviewer,
            made_at=made_at,
            interest=interest,
            note=clean(note, LONGEST_NOTE),
            asked_because=AskedBecause(because),
        )
        for image_id in image_ids
    ]


def one_of(given: str, name: str, choices: list[str]) -> str:
    """A word of a request's body that has to be one of a few.

    Parameters
    ----------
    given : str
        The word.
    name : str
        Of the member.
    choices : list of str
        Permitted words.

    Returns
    -------
    str
        ``given``.

    Raises
    ------
    aiohttp.web.HTTPBadRequest
        If it is another one.
    """
    if given not in choices:
        raise web.HTTPBadRequest(text=f"{name} is {given[:40]!r}; choose one of {', '.join(choices)}")
    return given
