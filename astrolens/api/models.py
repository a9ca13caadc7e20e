"""GET /models and POST /models/...: versions, whether the budget is kept, and which encoder is in use."""

from typing import cast

from aiohttp import web

from astrolens.api.reviewer import reviewer_of
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire_models import (
    CompareRequest,
    ComparisonRow,
    ModelsReply,
    PromoteRequest,
    PromotionRow,
    RollbackRequest,
)
from astrolens.domain.promotion import Comparison, Promotion

_LONGEST_NAME = 4096
_LONGEST_REASON = 500


def comparison_row(comparison: Comparison) -> ComparisonRow:
    """A paired test as it crosses the socket.

    Parameters
    ----------
    comparison : Comparison
        From the store.

    Returns
    -------
    ComparisonRow
        For the wire.
    """
    return cast("ComparisonRow", comparison.facts())


def promotion_row(promotion: Promotion) -> PromotionRow:
    """A change of the encoder in use as it crosses the socket.

    Parameters
    ----------
    promotion : Promotion
        From the store.

    Returns
    -------
    PromotionRow
        For the wire.
    """
    return cast("PromotionRow", promotion.facts())


class ModelHandlers(Subject):
    """Answers about models."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get(
                "/models",
                self._models,
                ModelsReply,
                "Encoders, what can be put to use, promotions, calibrations, drift, and false alarms by what people said.",
            ),
            post(
                "/models/compare",
                self._compare,
                ComparisonRow,
                "Compare an encoder with the one in use on labelled pictures; changes nothing and takes minutes.",
                body=CompareRequest,
                errors=(409, 422, 503),
            ),
            post(
                "/models/promote",
                self._promote,
                PromotionRow,
                "Put an encoder to use that was shown to be better; the daemon opens anew with it.",
                body=PromoteRequest,
                errors=(422,),
            ),
            post(
                "/models/rollback",
                self._roll_back,
                PromotionRow,
                "Take up the encoder that was in use before; the daemon opens anew with it.",
                body=RollbackRequest,
                errors=(422,),
            ),
        ]

    async def _models(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.store.run(self._context.control.views.models))

    async def _compare(self, asked: Asked) -> web.StreamResponse:
        model = _named(asked)
        promoter = self._context.control.promoter
        if promoter.comparing:
            raise web.HTTPConflict(
                text=f"{promoter.comparing} is being compared now; ask again when that has ended"
            )
        return json_reply(comparison_row(await promoter.compare(model)))

    async def _promote(self, asked: Asked) -> web.StreamResponse:
        done = await self._context.control.promoter.promote(
            _named(asked),
            by=reviewer_of(asked.request, asked.body.get("reviewer")),
            reason=_reason(asked),
            without_proof=asked.body.get("without_proof", False),
        )
        return json_reply(promotion_row(done))

    async def _roll_back(self, asked: Asked) -> web.StreamResponse:
        by = reviewer_of(asked.request, asked.body.get("reviewer"))
        done = await self._context.control.promoter.roll_back(by=by, reason=_reason(asked))
        return json_reply(promotion_row(done))


def _named(asked: Asked) -> str:
    model = str(asked.body["model"]).strip()
    if not model or len(model) > _LONGEST_NAME or not model.isprintable():
        raise web.HTTPBadRequest(
            text="model is empty, too long or holds control characters; GET /models lists choices"
        )
    return model


def _reason(asked: Asked) -> str:
    reason = str(asked.body.get("reason", ""))
    if len(reason) > _LONGEST_REASON:
        raise web.HTTPBadRequest(
            text=f"reason has {len(reason)} characters; at most {_LONGEST_REASON} are taken"
        )
    return reason
