"""The application and the sockets it listens on."""

import asyncio
import errno
import logging
import os
import socket
import stat
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web, web_app
from aiohttp.typedefs import Handler, Middleware

from astrolens.api.annotate import AnnotateHandlers
from astrolens.api.context import ApiContext
from astrolens.api.crossref import CrossrefHandlers
from astrolens.api.door import Door, is_unix
from astrolens.api.event_pages import EventPageHandlers
from astrolens.api.filters import FilterHandlers
from astrolens.api.findings import FindingHandlers
from astrolens.api.health import HealthHandlers
from astrolens.api.images import ImageHandlers
from astrolens.api.labels import LabelHandlers
from astrolens.api.models import ModelHandlers
from astrolens.api.openapi import document
from astrolens.api.pixels import PixelHandlers
from astrolens.api.refusals import refusals
from astrolens.api.review import ReviewHandlers
from astrolens.api.route import LARGEST_BODY_BYTES, Asked, Route, json_reply
from astrolens.api.settings_view import SettingsHandlers
from astrolens.api.sky import SkyHandlers
from astrolens.api.steering import SteeringHandlers
from astrolens.api.stream import StreamHandlers
from astrolens.api.transients import TransientHandlers
from astrolens.api.why import WhyHandlers
from astrolens.config.paths import make_private
from astrolens.config.settings import Settings
from astrolens.domain.errors import ConfigError

_LOG = logging.getLogger(__name__)

SHUTDOWN_TIMEOUT_S = 3.0
_BACKLOG = 128
_PROBE_TIMEOUT_S = 1.0

Observer = Callable[[str, str, int, float], None]


def build_app(
    context: ApiContext, settings: Settings, *, door: Door | None = None, observe: Observer | None = None
) -> web.Application:
    """Put routes and guards together.

    Parameters
    ----------
    context : ApiContext
        Store, daemon and events.
    settings : Settings
        ``catalog.required``.
    door : Door, optional
        Who may come in; the daemon's own user and root, and nobody over TCP, when not given.
    observe : Callable, optional
        Gets route, method, status and seconds of each answer.

    Returns
    -------
    aiohttp.web.Application
        For `serving`.
    """
    routes, stream = all_routes(context, settings)
    middlewares = [_observing(observe), refusals, (door or Door()).guard]
    app = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY_BYTES)
    # aiohttp keeps old applications in a cache of its own: what they lead to is let go at their end, and they are.
    served, readers = {(route.method, route.path): route for route in routes}, [stream]
    for key, route in served.items():
        app.router.add_route(route.method, route.pattern(), _answer_of(served, key))

    async def _send_readers_away(app: web.Application) -> None:
        for one in readers:
            await one.close(app)

    async def _let_go(_app: web.Application) -> None:
        served.clear()
        readers.clear()
        _forget_applications()

    app.on_shutdown.append(_send_readers_away)
    app.on_cleanup.append(_let_go)
    return app


def _forget_applications() -> None:
    """Empty aiohttp's cache of middlewares, which a daemon that is opened anew would fill with its former selves.

    An aiohttp that calls it otherwise keeps some 0.2 MB for each, and the arenas of the interpreter that they lie in.
    """
    forget = getattr(getattr(web_app, "_cached_build_middleware", None), "cache_clear", None)
    if forget is not None:
        forget()


def all_routes(context: ApiContext, settings: Settings) -> tuple[list[Route], StreamHandlers]:
    """Every route that is served.

    Parameters
    ----------
    context : ApiContext
        Store, daemon and events.
    settings : Settings
        ``catalog.required``.

    Returns
    -------
    list of Route
        The document's own route is the last.
    StreamHandlers
        Whose readers must be sent away at the end.
    """
    stream = StreamHandlers(context)
    routes = [
        *HealthHandlers(context).routes(),
        *ImageHandlers(context).routes(),
        *FindingHandlers(context).routes(),
        *FilterHandlers(context).routes(),
        *CrossrefHandlers(context, settings.catalog.required).routes(),
        *AnnotateHandlers(context).routes(),
        *WhyHandlers(context).routes(),
        *PixelHandlers(context).routes(),
        *LabelHandlers(context).routes(),
        *ReviewHandlers(context, settings.review).routes(),
        *SteeringHandlers(context).routes(),
        *SkyHandlers(context).routes(),
        *ModelHandlers(context).routes(),
        *SettingsHandlers(context).routes(),
        *TransientHandlers(context).routes(),
        *EventPageHandlers(context).routes(),
        *stream.routes(),
    ]
    return [*routes, _description(routes, context.version)], stream


def _description(routes: Sequence[Route], version: str) -> Route:
    described: list[Route] = list(routes)

    async def describe(_asked: Asked) -> web.StreamResponse:
        return json_reply(document(described, version))

    route = Route(
        method="GET",
        path="/openapi.json",
        handler=describe,
        words="This document.",
        reply=dict[str, object],
    )
    described.append(route)
    return route


def _answer_of(served: Mapping[tuple[str, str], Route], key: tuple[str, str]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        route = served[key]
        if route.socket_only and not is_unix(request):
            raise web.HTTPForbidden(text=f"{route.path} is answered only on the Unix socket")
        return await route.answer(request)

    return answer


def _observing(observe: Observer | None) -> Middleware:
    @web.middleware
    async def observing(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.monotonic()
        response = await handler(request)
        if observe is not None:
            resource = request.match_info.route.resource
            path = "unknown" if resource is None else resource.canonical
            method = request.method if path != "unknown" else "any"
            observe(path, method, response.status, time.monotonic() - began)
        return response

    return observing


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where the API can be reached.

    Attributes
    ----------
    socket : Path
        The Unix socket.
    tcp_port : int
        Port on 127.0.0.1; 0 when it is off.
    """

    socket: Path
    tcp_port: int = 0


@asynccontextmanager
async def serving(app: web.Application, path: Path, *, tcp_port: int = 0) -> AsyncIterator[Listening]:
    """Listen until the block ends; then end streams and connections within 3 s.

    Parameters
    ----------
    app : aiohttp.web.Application
        From `build_app`.
    path : Path
        Of the Unix socket. Call this only with the profile's lock held: a dead socket there is removed.
    tcp_port : int
        Also listen on 127.0.0.1; 0 does not.

    Yields
    ------
    Listening
        Where it listens.

    Raises
    ------
    ConfigError
        If something else lives at the path, or the port is taken.
    """
    channel, inode = await asyncio.to_thread(_bind_unix, path)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S, keepalive_timeout=30.0)
    try:
        await runner.setup()
        await web.SockSite(runner, channel, backlog=_BACKLOG).start()
        if tcp_port:
            await _listen_tcp(runner, tcp_port)
        yield Listening(socket=path, tcp_port=tcp_port)
    finally:
        await runner.cleanup()
        await asyncio.to_thread(_unlink_ours, path, inode)
        channel.close()


async def _listen_tcp(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=_BACKLOG).start()
    except OSError as error:
        raise ConfigError(
            f"daemon.tcp_port: got {port}; {os.strerror(error.errno or errno.EINVAL)}, name another port or 0"
        ) from error


def _bind_unix(path: Path) -> tuple[socket.socket, int]:
    """A bound socket that is private from its first moment, and the inode of its file."""
    make_private(path.parent)
    _make_way(path)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        channel.bind(str(path))
    except OSError as error:
        channel.close()
        raise ConfigError(f"{path}: {error.strerror or error}; name another ASTROLENS_RUNTIME_DIR") from error
    finally:
        os.umask(before)
    channel.setblocking(False)
    return channel, path.lstat().st_ino


def _make_way(path: Path) -> None:
    """Remove a dead socket of ours; refuse anything else."""
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(facts.st_mode) or facts.st_uid != os.getuid():
        raise ConfigError(f"{path} is no socket of user {os.getuid()}; remove what is there")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_TIMEOUT_S)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError as error:
            _LOG.warning("the socket at %s neither lives nor is it dead: %s", path, error)
    raise ConfigError(
        f"{path}: another daemon answers there, on another profile; set ASTROLENS_RUNTIME_DIR for this one"
    )


def _unlink_ours(path: Path, inode: int) -> None:
    try:
        if path.lstat().st_ino == inode:
            path.unlink()
    except FileNotFoundError:
        return
