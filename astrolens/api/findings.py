"""GET /candidates, GET /similar/{id}, POST /analyze/{id}: what was judged, and what looks like it."""

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.images import LIMIT, detail, existing
from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.wire import CandidateOrder, CandidatePage, ImageDetail, SimilarRow
from astrolens.domain.detection import Decision
from astrolens.domain.filter_text import parse_filter
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState
from astrolens.domain.review import LabelValue
from astrolens.store.candidate_order import CandidateOrder as StoredOrder
from astrolens.store.candidate_query import CandidateFilter
from astrolens.store.candidates import PageWish

_HIGHEST_SIGMA = 100.0
_MEASURED = frozenset({ImageState.ANALYSED, ImageState.JUDGED, ImageState.DONE})

_FILTERS = (
    Parameter(
        name="decision",
        words="Only these decisions.",
        many=True,
        default=(Decision.ANOMALY.value, Decision.NEAR_MISS.value),
        choices=tuple(decision.value for decision in Decision),
    ),
    Parameter(name="source", words="Only this source."),
    Parameter(
        name="label",
        words="Only pictures with this label; 'any' for labelled ones, 'none' for the others.",
        choices=(*(value.value for value in LabelValue), "any", "none"),
    ),
    Parameter(
        name="catalogue",
        words="Only pictures of which the catalogues say this.",
        choices=tuple(state.value for state in CatalogState),
    ),
    Parameter(
        name="minimum_sigma",
        words="Only this odd or odder.",
        kind=ParameterKind.NUMBER,
        default=0.0,
        minimum=0.0,
        maximum=_HIGHEST_SIGMA,
    ),
    Parameter(name="text", words="Only pictures whose key holds this, in any case.", default=""),
    Parameter(
        name="filter",
        words="Only pictures that pass all of this, for example 'sigma>4 source:sdss -label:* found<2d'.",
        default="",
    ),
)
_PART = (
    Parameter(
        name="order",
        words="What the list is sorted by.",
        default=CandidateOrder.SIGMA.value,
        choices=tuple(order.value for order in CandidateOrder),
    ),
    Parameter(
        name="reverse", words="The whole list the other way round.", default="no", choices=("yes", "no")
    ),
    Parameter(name="after", words="Cursor: 'next' of the page before."),
    Parameter(name="before", words="Cursor: 'previous' of the page behind."),
    Parameter(
        name="rank",
        words="Begin with the row that has so many before it; the last page where there are fewer.",
        kind=ParameterKind.INTEGER,
        minimum=0,
        maximum=1e12,
    ),
    LIMIT,
)


class FindingHandlers:
    """Answers about judged pictures.

    Parameters
    ----------
    context : ApiContext
        Store and daemon.
    """

    def __init__(self, context: ApiContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            Route(
                method="GET",
                path="/candidates",
                handler=self._candidates,
                words="One page of judged pictures.",
                reply=CandidatePage,
                parameters=(*_FILTERS, *_PART),
            ),
            Route(
                method="GET",
                path="/similar/{id}",
                handler=self._similar,
                words="Pictures whose embeddings are nearest, by cosine.",
                reply=list[SimilarRow],
                parameters=(
                    Parameter(
                        name="limit",
                        words="Neighbours.",
                        kind=ParameterKind.INTEGER,
                        default=12,
                        minimum=1,
                        maximum=200,
                    ),
                ),
                errors=(404, 409),
            ),
            Route(
                method="POST",
                path="/analyze/{id}",
                handler=self._analyze,
                words="Judge a measured picture again with the present calibration.",
                reply=ImageDetail,
                errors=(404, 409, 422),
            ),
        ]

    async def _candidates(self, asked: Asked) -> web.StreamResponse:
        store, query = self._context.store, asked.query
        try:
            wanted = CandidateFilter(
                decisions=tuple(Decision(decision) for decision in query["decision"]),
                source=query["source"],
                label=query["label"],
                catalogue=query["catalogue"],
                min_sigma=query["minimum_sigma"],
                text=query["text"],
                terms=parse_filter(query["filter"]),
            )
            wish = PageWish(
                order=StoredOrder(query["order"]),
                reverse=query["reverse"] == "yes",
                after=query["after"],
                before=query["before"],
                rank=query["rank"],
                limit=query["limit"],
            )
            page = await store.run(store.verdicts.candidates, wanted, wish)
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from None
        return json_reply(page)

    async def _similar(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        await existing(store, asked.number)
        try:
            return json_reply(await store.run(store.similar, asked.number, asked.query["limit"]))
        except ValueError as error:
            raise web.HTTPConflict(text=str(error)) from None

    async def _analyze(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        record = await existing(store, asked.number)
        if record.state not in _MEASURED:
            raise web.HTTPConflict(
                text=f"image {asked.number} is {record.state.value}; only a measured picture can be judged"
            )
        await self._context.control.rejudge(asked.number)
        return json_reply(await detail(store, asked.number))
