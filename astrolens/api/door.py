"""Who may come in: peer credentials on the Unix socket; host, origin and token on 127.0.0.1."""

import hmac
import os
import secrets
import socket
import stat
import struct
import sys
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from astrolens.domain.errors import ConfigError

_TOKEN_BYTES = 32
_LOCAL_PEERCRED = 1  # sys/un.h of macOS and the BSDs
_XUCRED = struct.Struct("IIh")  # cr_version, cr_uid, cr_ngroups


def peer_uid(connection: socket.socket) -> int | None:
    """User at the other end of a Unix socket.

    Parameters
    ----------
    connection : socket.socket
        A connected ``AF_UNIX`` stream.

    Returns
    -------
    int or None
        None where the system does not say.
    """
    if hasattr(socket, "SO_PEERCRED"):
        facts = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", facts)[1])
    if sys.platform == "darwin" or "bsd" in sys.platform:
        facts = connection.getsockopt(0, _LOCAL_PEERCRED, 76)
        return int(_XUCRED.unpack_from(facts)[1])
    return None


def open_token(file: Path) -> str:
    """Secret of the TCP port, kept over restarts.

    Parameters
    ----------
    file : Path
        Created with mode 0600 when it is missing, damaged, or readable by others.

    Returns
    -------
    str
        64 hexadecimal digits (256 bits).

    Raises
    ------
    ConfigError
        If the path holds something that is no file of ours.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return _new_token(file)
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}; remove it, a new token is made at start") from error
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid():
        os.close(handle)
        raise ConfigError(f"{file} is no file of user {os.getuid()}; remove it")
    with os.fdopen(handle, "rb") as opened:
        text = opened.read(2 * _TOKEN_BYTES + 2).decode("ascii", "replace").strip()
    private = stat.S_IMODE(facts.st_mode) & 0o077 == 0
    if private and len(text) == 2 * _TOKEN_BYTES and set(text) <= set("0123456789abcdef"):
        return text
    file.unlink()
    return _new_token(file)


def _new_token(file: Path) -> str:
    token = secrets.token_hex(_TOKEN_BYTES)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(token + "\n")
    return token


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What a request must bring to be answered.

    Attributes
    ----------
    users : frozenset of int
        Users who may use the Unix socket.
    token : str or None
        Secret of the TCP port; None refuses every request that comes over TCP.
    """

    users: frozenset[int] = field(default_factory=lambda: frozenset({0, os.getuid()}))
    token: str | None = field(default=None, repr=False)

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse strangers before anything is read.

        Parameters
        ----------
        request : aiohttp.web.Request
            Anything that reached one of our sockets.
        handler : Callable
            What answers it.

        Returns
        -------
        aiohttp.web.StreamResponse
            The answer, marked as not to be sniffed.

        Raises
        ------
        aiohttp.web.HTTPForbidden
            If user, host or origin are not permitted.
        aiohttp.web.HTTPUnauthorized
            If the token is missing or wrong.
        """
        if is_unix(request):
            self._check_user(request)
        else:
            self._check_tcp(request)
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="a page of another origin asks; only AstroLens's own may")
        return await handler(request)

    def _check_user(self, request: web.Request) -> None:
        connection = request.transport.get_extra_info("socket") if request.transport else None
        user = None if connection is None else peer_uid(connection)
        if user not in self.users:
            raise web.HTTPForbidden(text=f"user {user} may not use this daemon; it belongs to another user")

    def _check_tcp(self, request: web.Request) -> None:
        name = request.transport.get_extra_info("sockname") if request.transport else None
        port = name[1] if name else 0
        if request.host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            raise web.HTTPForbidden(text=f"Host is not 127.0.0.1:{port}; use that address")
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        wanted = (self.token or "").encode()
        same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), wanted)
        if self.token is None or kind.lower() != "bearer" or not same:
            raise web.HTTPUnauthorized(
                text="the token is missing or wrong; send 'Authorization: Bearer' with the token file's text",
                headers={"WWW-Authenticate": "Bearer"},
            )


def is_unix(request: web.Request) -> bool:
    """Whether a request came over the Unix socket.

    Parameters
    ----------
    request : aiohttp.web.Request
        Any request.

    Returns
    -------
    bool
        False over TCP, or when the connection is gone.
    """
    connection = request.transport.get_extra_info("socket") if request.transport else None
    return connection is not None and connection.family == socket.AF_UNIX
