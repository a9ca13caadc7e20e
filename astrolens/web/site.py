"""Puts textual-serve behind the gate: its terminal, its files, and a page of our own."""

import asyncio
import logging
import shlex
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web
from textual_serve.server import Server

from astrolens.web.gate import SOCKET_PATH, Gate
from astrolens.web.page import KEYS_SCRIPT, page

_LOG = logging.getLogger(__name__)

MOST_TERMINALS = 8
_SHUTDOWN_S = 3.0
_LARGEST_SIDE = 1000
_BACKLOG = 16


class Site(Server):
    """``async with Site(command, host="127.0.0.1", port=0) as site``; made before the loop runs.

    Parameters
    ----------
    command : sequence of str
        What runs one terminal.
    host : str
        An address of this machine alone, checked before.
    port : int
        0 takes a free one.
    """

    def __init__(self, command: Sequence[str], *, host: str, port: int) -> None:
        # textual-serve runs it through a shell: exec leaves no shell between the terminal and its end.
        super().__init__(f"PYTHONUTF8=1 exec {shlex.join(command)}", host=host, port=port, title="AstroLens")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listening.bind((host, port))
        except OSError:
            self._listening.close()
            raise
        self.port = int(self._listening.getsockname()[1])
        self._terminals = 0
        self.gate = Gate(self.port)
        self._runner = web.AppRunner(self.build(), shutdown_timeout=_SHUTDOWN_S, access_log=None)

    async def __aenter__(self) -> Self:
        """Listen."""
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening, backlog=_BACKLOG).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every terminal, then the port."""
        await self._runner.cleanup()
        self._listening.close()

    def first_address(self) -> str:
        """What is opened in the browser.

        Returns
        -------
        str
            With the token while it is not spent.
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{self.gate.path_with_token()}"

    def build(self) -> web.Application:
        """Routes behind the gate.

        Returns
        -------
        aiohttp.web.Application
            Ready to listen.
        """
        app = web.Application(middlewares=[self.gate.guard], client_max_size=0)
        app.router.add_get("/", self._page, allow_head=False)
        app.router.add_get("/keys.js", self._keys_script, allow_head=False)
        app.router.add_get(SOCKET_PATH, self._terminal, allow_head=False)
        app.router.add_get("/download/{key}", self.handle_download, allow_head=False)
        app.router.add_static("/static", self.statics_path, show_index=False, follow_symlinks=False)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text=page(request.host, request.query.get("fontsize")), content_type="text/html")

    async def _keys_script(self, _request: web.Request) -> web.Response:
        return web.Response(text=KEYS_SCRIPT, content_type="text/javascript")

    async def _terminal(self, request: web.Request) -> web.StreamResponse:
        sides = [request.query.get(side, "80") for side in ("width", "height")]
        if not all(side.isdecimal() and 0 < int(side[:6]) <= _LARGEST_SIDE for side in sides):
            return web.Response(status=400, text=f"A side of a terminal has 1 to {_LARGEST_SIDE} cells.")
        if self._terminals >= MOST_TERMINALS:
            return web.Response(status=503, text=f"{MOST_TERMINALS} terminals are open; close one first.")
        self._terminals += 1
        try:
            return await self.handle_websocket(request)
        except asyncio.CancelledError:
            _LOG.info("a terminal in the browser ended with the server")
            raise
        finally:
            self._terminals -= 1
