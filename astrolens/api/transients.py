"""GET /transients...: the shape of a branch that this version does not have, and the words that say so."""

from aiohttp import web

from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.subject import Subject, get
from astrolens.api.wire_transients import StampsReply, TransientDetail, TransientPage

NOT_INSTALLED = "the transient branch is not installed in this version"


class TransientHandlers(Subject):
    """Honest answers about transients."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get("/transients", self._page, TransientPage, "Transients, or why there are none."),
            get(
                "/transients/{id}",
                self._none,
                TransientDetail,
                "Everything about one transient.",
                errors=(404,),
            ),
            get(
                "/transients/{id}/stamps",
                self._none,
                StampsReply,
                "Science, reference and difference picture of one transient.",
                errors=(404,),
            ),
        ]

    async def _page(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(TransientPage(rows=[], installed=False, reason=NOT_INSTALLED))

    async def _none(self, asked: Asked) -> web.StreamResponse:
        raise web.HTTPNotFound(text=f"there is no transient {asked.number}: {NOT_INSTALLED}")
