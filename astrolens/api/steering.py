"""POST /control/...: pause, resume, reload, stop, poll, recalibrate."""

import difflib

from aiohttp import web

from astrolens.api.control import Control
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.wire import ControlReply, PollRequest, RecalibrateRequest, ReloadReply


def known_source(control: Control, name: str) -> str:
    """Name of a source, checked.

    Parameters
    ----------
    control : Control
        The daemon.
    name : str
        From the request.

    Returns
    -------
    str
        The same name.

    Raises
    ------
    aiohttp.web.HTTPNotFound
        If no such source is switched on.
    """
    names = list(control.source_names())
    if name in names:
        return name
    near = difflib.get_close_matches(name, names, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"switched on are: {', '.join(names) or 'none'}"
    raise web.HTTPNotFound(text=f"no source {name[:80]!r}; {remedy}")


class SteeringHandlers:
    """Answers of ``/control/...``.

    Parameters
    ----------
    control : Control
        The daemon.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

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
                path="/control/pause",
                handler=self._pause,
                words="Start no new work until told to go on.",
                reply=ControlReply,
            ),
            Route(
                method="POST",
                path="/control/resume",
                handler=self._resume,
                words="Go on after a pause.",
                reply=ControlReply,
            ),
            Route(
                method="POST",
                path="/control/reload",
                handler=self._reload,
                words="Read the configuration again; a wrong file changes nothing.",
                reply=ReloadReply,
                errors=(422,),
            ),
            Route(
                method="POST",
                path="/control/stop",
                handler=self._stop,
                words="End the daemon in order; only over the Unix socket.",
                reply=ControlReply,
                status=202,
                socket_only=True,
            ),
            Route(
                method="POST",
                path="/control/poll",
                handler=self._poll,
                words="Ask a source now.",
                reply=ControlReply,
                status=202,
                body=PollRequest,
                errors=(404,),
            ),
            Route(
                method="POST",
                path="/control/recalibrate",
                handler=self._recalibrate,
                words="Fit detectors and calibration again, for one source or all.",
                reply=ControlReply,
                body=RecalibrateRequest,
                errors=(404, 422),
            ),
        ]

    def _now(self, status: int = 200) -> web.Response:
        return json_reply(ControlReply(state=self._control.state()), status=status)

    async def _pause(self, _asked: Asked) -> web.StreamResponse:
        await self._control.pause()
        return self._now()

    async def _resume(self, _asked: Asked) -> web.StreamResponse:
        await self._control.resume()
        return self._now()

    async def _reload(self, _asked: Asked) -> web.StreamResponse:
        keys = await self._control.reload()
        return json_reply(ReloadReply(state=self._control.state(), needs_restart=list(keys)))

    async def _stop(self, _asked: Asked) -> web.StreamResponse:
        await self._control.stop()
        return json_reply(ControlReply(state="stopping"), status=202)

    async def _poll(self, asked: Asked) -> web.StreamResponse:
        await self._control.poll_now(known_source(self._control, asked.body["source"]))
        return self._now(202)

    async def _recalibrate(self, asked: Asked) -> web.StreamResponse:
        name = asked.body.get("source")
        await self._control.recalibrate(None if name is None else known_source(self._control, name))
        return self._now()
