"""GET /sky and /embedding: what was searched, on the sky and among the embeddings."""

from aiohttp import web

from astrolens.api.route import Asked, Parameter, ParameterKind, Route, json_reply
from astrolens.api.subject import Subject, get
from astrolens.api.wire_sky import EmbeddingReply, SkyReply

MOST_POINTS = 5000


class SkyHandlers(Subject):
    """Answers about the two maps."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get("/sky", self._sky, SkyReply, "What was judged and found, in areas of 5 by 5 degrees."),
            get(
                "/embedding",
                self._embedding,
                EmbeddingReply,
                "Pictures on a plane through their embeddings: findings, and an even sample of the rest.",
                parameters=(
                    Parameter(
                        name="limit",
                        words="Most pictures beside the findings.",
                        kind=ParameterKind.INTEGER,
                        default=2000,
                        minimum=20,
                        maximum=MOST_POINTS,
                    ),
                ),
            ),
        ]

    async def _sky(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.store.run(self._context.control.views.sky))

    async def _embedding(self, asked: Asked) -> web.StreamResponse:
        reply = await self._context.store.run(self._context.control.views.embedding, asked.query["limit"])
        return json_reply(reply)
