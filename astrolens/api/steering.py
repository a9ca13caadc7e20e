"""POST /control/...: pause, resume, reload, stop, poll, recalibrate."""

import difflib

from aiohttp import web

from astrolens.api.control import Control
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.rows import trial_row
from astrolens.api.subject import Subject, post
from astrolens.api.wire_steering import ControlReply, PollRequest, RecalibrateRequest, ReloadReply
from astrolens.api.wire_verdict import TrialReply


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


class SteeringHandlers(Subject):
    """Answers of ``/control/...``."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        return [
            post("/control/pause", self._pause, ControlReply, "Start no new work until told to go on."),
            post("/control/resume", self._resume, ControlReply, "Go on after a pause."),
            post(
                "/control/reload",
                self._reload,
                ReloadReply,
                "Read the configuration again; a wrong file changes nothing.",
                errors=(422,),
            ),
            post(
                "/control/stop",
                self._stop,
                ControlReply,
                "End the daemon in order; only over the Unix socket.",
                status=202,
                socket_only=True,
            ),
            post(
                "/control/poll",
                self._poll,
                ControlReply,
                "Ask a source now.",
                status=202,
                body=PollRequest,
                errors=(404,),
            ),
            post(
                "/control/recalibrate",
                self._recalibrate,
                ControlReply,
                "Fit detectors and calibration again, for one source or all.",
                body=RecalibrateRequest,
                errors=(404, 422),
            ),
            post(
                "/control/recalibrate/trial",
                self._try,
                TrialReply,
                "Say what a new calibration would decide otherwise, for one source or all; nothing is changed.",
                body=RecalibrateRequest,
                errors=(404, 422),
            ),
        ]

    @property
    def _control(self) -> Control:
        return self._context.control

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

    async def _try(self, asked: Asked) -> web.StreamResponse:
        name = asked.body.get("source")
        wanted = self._control.source_names() if name is None else [known_source(self._control, name)]
        tried = [await self._control.try_calibration(one) for one in sorted(wanted)]
        found = [one for one in tried if one is not None]
        if name is not None and not found:
            raise web.HTTPUnprocessableEntity(
                text=f"source {name} has too few measured pictures to calibrate it"
            )
        return json_reply(TrialReply(sources=[trial_row(one) for one in found]))
