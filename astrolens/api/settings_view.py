"""GET /settings and /sources, POST /control/hold: what is in force, and where it comes from."""

from aiohttp import web

from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.steering import known_source
from astrolens.api.subject import Subject, get, post
from astrolens.api.wire_settings import HoldRequest, SettingsReply, SourcesReply
from astrolens.api.wire_steering import ControlReply


class SettingsHandlers(Subject):
    """Answers about settings and sources."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            get("/settings", self._settings, SettingsReply, "Every setting in force; secrets are masked."),
            get("/sources", self._sources, SourcesReply, "Every source with its health and its options."),
            post(
                "/control/hold",
                self._hold,
                ControlReply,
                "Pause one source, or let it go on; kept over restarts.",
                body=HoldRequest,
                errors=(404,),
            ),
        ]

    async def _settings(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.store.run(self._context.control.views.settings))

    async def _sources(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.store.run(self._context.control.views.sources))

    async def _hold(self, asked: Asked) -> web.StreamResponse:
        control = self._context.control
        name = known_source(control, asked.body["source"])
        await control.views.hold(name, held=asked.body["held"])
        return json_reply(ControlReply(state=control.state()))
