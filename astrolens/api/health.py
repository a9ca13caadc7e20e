"""GET /health, /ready, /stats, /device and /metrics."""

import os

from aiohttp import web

from astrolens.api.route import Asked, Route, json_reply
from astrolens.api.subject import Subject, get
from astrolens.api.wire import WIRE_VERSION
from astrolens.api.wire_status import DeviceReply, HealthReply, ReadyReply, StatusReply

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class HealthHandlers(Subject):
    """Answers about the daemon itself."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        media_type = OPENMETRICS.partition(";")[0]
        return [
            get("/health", self._health, HealthReply, "200 while the daemon's loop turns."),
            get(
                "/ready",
                self._ready,
                ReadyReply,
                "200 when it can do its work, 503 with the reasons when it cannot.",
                errors=(503,),
            ),
            get("/stats", self._stats, StatusReply, "Everything that the overview shows."),
            get("/device", self._device, DeviceReply, "Where the network runs and which one it is."),
            get(
                "/metrics",
                self._metrics,
                None,
                "Counters and gauges as OpenMetrics text.",
                media_type=media_type,
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
