"""/review: whom to ask about what, steps back and forth, tags and notes, and what people say together."""

from datetime import UTC

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.images import existing
from astrolens.api.labels import LONGEST_NOTE, one_of, tell_label
from astrolens.api.review_rows import chosen_rows, recall_of
from astrolens.api.reviewer import reviewer_of
from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.rows import label_row, remark_row
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire_review import (
    AuditReply,
    OpinionsReply,
    QueueOrder,
    QueueReply,
    RemarkRequest,
    RemarkRow,
    ReviewerRequest,
    ReviewerRow,
    ShownRow,
    StepReply,
)
from astrolens.config.settings import ReviewSettings
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.review import Remark, RemarkKind, ReviewStep
from astrolens.domain.text import clean
from astrolens.review.disagreement import opinions

_LONGEST_TAG = 40
_REVIEWER = Parameter(name="reviewer", words="Whose; the login name of the caller when not given.")


class ReviewHandlers(Subject):
    """Answers of ``/review``.

    Parameters
    ----------
    context : ApiContext
        Store and hub.
    settings : ReviewSettings
        Share and seed of the audit.
    """

    def __init__(self, context: ApiContext, settings: ReviewSettings) -> None:
        super().__init__(context)
        self._settings = settings

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        order = Parameter(
            name="order",
            words="Interesting first with samples and audit between, one of these alone, or what people do not agree on.",
            default=QueueOrder.MIXED.value,
            choices=tuple(order.value for order in QueueOrder),
        )
        limit = Parameter(
            name="limit", words="Most rows.", kind=ParameterKind.INTEGER, default=40, minimum=1, maximum=1000
        )
        return [
            get(
                "/review/queue",
                self._queue,
                QueueReply,
                "What one person should judge next, each with the reason; what this person has judged is left out.",
                parameters=(_REVIEWER, order, limit),
            ),
            get(
                "/review/opinions/{image_id}",
                self._opinions,
                OpinionsReply,
                "The word of each person about one picture, whether they agree, tags and notes.",
                errors=(404,),
            ),
            get(
                "/review/reviewers",
                self._reviewers,
                list[ReviewerRow],
                "Everybody who labelled, with counts.",
            ),
            get(
                "/review/audit",
                self._audit,
                AuditReply,
                "Recall of the detectors on the audit, as far as people have finished it.",
            ),
            post(
                "/review/undo",
                self._undo,
                StepReply,
                "Take this person's newest step back.",
                body=ReviewerRequest,
            ),
            post(
                "/review/redo",
                self._redo,
                StepReply,
                "Do again what was undone last.",
                body=ReviewerRequest,
            ),
            post(
                "/review/remarks",
                self._remark,
                RemarkRow,
                "Put a tag or a note on a picture; said twice it is stored once.",
                status=201,
                body=RemarkRequest,
                errors=(404,),
            ),
        ]

    async def _queue(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        reviewer = reviewer_of(asked.request, asked.query["reviewer"])
        midnight = utc_now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        counts = await store.run(store.review.counts, reviewer, iso(midnight))
        order = QueueOrder(asked.query["order"])
        limit = asked.query["limit"]
        rows = await store.run(chosen_rows, store.review, self._settings, counts, order, limit)
        undo, redo = await store.run(store.history.depth, reviewer)
        return json_reply(
            QueueReply(
                rows=rows,
                reviewer=reviewer,
                audit_every=self._settings.audit_every,
                waiting=await store.run(store.review.waiting, reviewer),
                labels=counts.labels,
                today=counts.since,
                withdrawn=counts.withdrawn,
                undo=undo,
                redo=redo,
            )
        )

    async def _opinions(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        await existing(store, asked.number)
        said = opinions(await store.run(store.labels.of_image, asked.number))
        remarks = await store.run(store.remarks.of_image, asked.number)
        return json_reply(
            OpinionsReply(
                image_id=asked.number,
                opinions=[label_row(label) for label in said.by_reviewer],
                counts={value.value: count for value, count in said.counts.items()},
                disputed=said.disputed,
                remarks=[remark_row(remark) for remark in remarks],
            )
        )

    async def _reviewers(self, _asked: Asked) -> web.StreamResponse:
        found = await self._context.store.run(self._context.store.review.reviewers)
        rows = [
            ReviewerRow(
                reviewer=one.reviewer,
                labels=one.labels,
                withdrawn=one.withdrawn,
                disputed=one.disputed,
                last_at=one.last_at,
            )
            for one in found
        ]
        return json_reply(rows)

    async def _audit(self, _asked: Asked) -> web.StreamResponse:
        store = self._context.store
        recall = await store.run(recall_of, store.review, self._settings.audit_seed)
        return json_reply(
            AuditReply(
                pictures=recall.pictures,
                anomalies=recall.anomalies,
                found=recall.found,
                recall=recall.recall,
                low=recall.low,
                high=recall.high,
            )
        )

    async def _undo(self, asked: Asked) -> web.StreamResponse:
        reviewer = reviewer_of(asked.request, asked.body.get("reviewer"))
        store = self._context.store
        step = await store.run(store.history.undo, reviewer, iso(utc_now()))
        return json_reply(await self._step(step, reviewer))

    async def _redo(self, asked: Asked) -> web.StreamResponse:
        reviewer = reviewer_of(asked.request, asked.body.get("reviewer"))
        store = self._context.store
        step = await store.run(store.history.redo, reviewer, iso(utc_now()))
        return json_reply(await self._step(step, reviewer))

    async def _step(self, step: ReviewStep | None, reviewer: str) -> StepReply:
        store = self._context.store
        labels = () if step is None else step.labels
        for label in labels:
            await tell_label(self._context, label)
        numbers = list(dict.fromkeys(label.image_id for label in labels))
        newest = await store.run(store.labels.newest, numbers)
        shown = []
        for number in numbers:
            now = newest.get(number)
            shown.append(
                ShownRow(
                    image_id=number,
                    label=None if now is None else now.value.value,
                    reviewer=None if now is None else now.reviewer,
                    interest=None if now is None else now.interest,
                )
            )
        undo, redo = await store.run(store.history.depth, reviewer)
        return StepReply(
            done=step is not None,
            reviewer=reviewer,
            labels=[label_row(label) for label in labels],
            remarks=[] if step is None else [remark_row(remark) for remark in step.remarks],
            shown=shown,
            undo=undo,
            redo=redo,
        )

    async def _remark(self, asked: Asked) -> web.StreamResponse:
        remark = _remark_of(asked)
        await existing(self._context.store, remark.image_id)
        stored = await self._context.store.run(self._context.store.history.remark, remark)
        return json_reply(remark_row(stored), status=201)


def _remark_of(asked: Asked) -> Remark:
    body = asked.body
    kind = RemarkKind(one_of(body["kind"], "kind", [kind.value for kind in RemarkKind]))
    longest = _LONGEST_TAG if kind is RemarkKind.TAG else LONGEST_NOTE
    words = clean(body["words"].strip(), longest + 1)
    if kind is RemarkKind.TAG:
        words = "-".join(words.lower().split())
    if not 1 <= len(words) <= longest:
        raise web.HTTPBadRequest(
            text=f"words of a {kind.value} have 1 to {longest} characters; got {len(words)}"
        )
    return Remark(
        image_id=body["image_id"],
        kind=kind,
        words=words,
        reviewer=reviewer_of(asked.request, body.get("reviewer")),
        made_at=iso(utc_now()),
    )
