"""GET /health, /ready, /stats, /device and /metrics."""

import os

from aiohttp import web

from astrolens.api.context import ApiContext
from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.wire import WIRE_VERSION, DeviceReply, HealthReply, ReadyReply, StatusReply

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class HealthHandlers:
    """Answers about the daemon itself.

    Parameters
    ----------
    context : ApiContext
        The daemon.
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
                path="/health",
                handler=self._health,
                words="200 while the daemon's loop turns.",
                reply=HealthReply,
            ),
            Route(
                method="GET",
                path="/ready",
                handler=self._ready,
                words="200 when it can do its work, 503 with the reasons when it cannot.",
                reply=ReadyReply,
                errors=(503,),
            ),
            Route(
                method="GET",
                path="/stats",
                handler=self._stats,
                words="Everything that the overview shows.",
                reply=StatusReply,
            ),
            Route(
                method="GET",
                path="/device",
                handler=self._device,
                words="Where the network runs and which one it is.",
                reply=DeviceReply,
            ),
            Route(
                method="GET",
                path="/metrics",
                handler=self._metrics,
                words="Counters and gauges as OpenMetrics text.",
                media_type=OPENMETRICS.partition(";")[0],
            ),
        ]

    async def _health(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(
            HealthReply(
                state=self._context.control.state(),
                version=self._context.version,
                wire_version=WIRE_VERSION,
                pid=os.getpid(),
            )
        )

    async def _ready(self, _asked: Asked) -> web.StreamResponse:
        reasons = self._context.control.not_ready()
        if reasons:
            raise web.HTTPServiceUnavailable(text="; ".join(reasons))
        return json_reply(ReadyReply(ready=True))

    async def _stats(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.control.status())

    async def _device(self, _asked: Asked) -> web.StreamResponse:
        return json_reply(await self._context.control.device())

    async def _metrics(self, _asked: Asked) -> web.StreamResponse:
        text = await self._context.control.metrics()
        return web.Response(body=text.encode(), headers={"Content-Type": OPENMETRICS})
