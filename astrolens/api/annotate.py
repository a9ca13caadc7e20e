"""POST /annotate/{id}: words of a language model, kept apart from everything that was measured."""

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.images import existing
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.rows import description_row
from astrolens.api.wire import DescriptionRow


class AnnotateHandlers:
    """Answers of ``/annotate``.

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
                method="POST",
                path="/annotate/{id}",
                handler=self._annotate,
                words="Let the language model describe one picture; an answer that cannot be used has its reason.",
                reply=DescriptionRow,
                errors=(404, 409, 422, 503),
            )
        ]

    async def _annotate(self, asked: Asked) -> web.StreamResponse:
        store = self._context.store
        record = await existing(store, asked.number)
        if record.sha256 is None or await store.run(store.blobs.thumbnail, record.sha256) is None:
            raise web.HTTPConflict(
                text=f"image {asked.number} is {record.state.value} and has no thumbnail to be described"
            )
        return json_reply(description_row(await self._context.control.annotate(asked.number)))
