"""GET /models: versions, calibrations, and whether the budget is kept."""

from aiohttp import web

from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.subject import Subject, get
from astrolens.api.wire_models import ModelsReply


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
                "Encoders, calibrations, drift, and false alarms by what people said.",
            )
        ]

    async def _models(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.store.run(self._context.control.views.models))
