"""Who may come in: a one-time token, a cookie after it, and the right Host and Origin on everything."""

import hmac
import secrets
from collections.abc import Mapping
from ipaddress import ip_address

from aiohttp import web
from aiohttp.typedefs import Handler

from astrolens.domain.errors import ConfigError

TOKEN = "token"
SOCKET_PATH = "/ws"
_NAMES_OF_HERE = ("127.0.0.1", "localhost", "[::1]")
_OWN_SITE = frozenset({"same-origin", "none"})
_BYTES = 32

_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self' ws://{host}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def checked_host(host: str) -> str:
    """Address to listen on, if it cannot be reached from another machine.

    Parameters
    ----------
    host : str
        Number of an address, or localhost.

    Returns
    -------
    str
        The number.

    Raises
    ------
    ConfigError
        For every address that is not of this machine alone.
    """
    named = "127.0.0.1" if host == "localhost" else host
    try:
        here = ip_address(named).is_loopback
    except ValueError:
        here = False
    if not here:
        raise ConfigError(
            f"astrolens web listens only on this machine (127.0.0.1), not on {host!r}; "
            "from elsewhere use 'ssh -L 8617:127.0.0.1:8617' and open the same address"
        )
    return named


class Gate:
    """Guards every route; knows one token, and one secret for the browser that brought it.

    A page of another site can make a browser send requests here, and can make its own name point here. It does not
    know the token, its requests carry its own Origin, and its name stands in Host: each of the three is refused by
    itself.

    Parameters
    ----------
    port : int
        Where it listens; part of the names that may stand in Host, and of the cookie's name.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._token: str | None = secrets.token_urlsafe(_BYTES)
        self._secret = secrets.token_urlsafe(_BYTES)
        self.cookie = f"astrolens_{port}"
        self.hosts = frozenset(f"{name}:{port}" for name in _NAMES_OF_HERE)

    def path_with_token(self) -> str:
        """Path of the first visit.

        Returns
        -------
        str
            Good for one visit.
        """
        return f"/?{TOKEN}={self._token}" if self._token else "/"

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse or let through.

        Parameters
        ----------
        request : aiohttp.web.Request
            Any.
        handler : Handler
            What answers those that may come in.

        Returns
        -------
        aiohttp.web.StreamResponse
            403 or 421 with a plain sentence, a redirection after the token, or the answer.
        """
        refused = self._refusal(request)
        if refused is not None:
            return _closed(refused)
        if TOKEN in request.query:
            return self._admit(request)
        if not _same(request.cookies.get(self.cookie, ""), self._secret):
            return _closed(
                web.Response(
                    status=403, text="Open the address that 'astrolens web' printed; its token works once."
                )
            )
        answer = await handler(request)
        if not answer.prepared:
            answer.headers.update(_HEADERS)
            answer.headers["Content-Security-Policy"] = _POLICY.format(host=request.host)
        return answer

    def _refusal(self, request: web.Request) -> web.Response | None:
        """The answer to what is refused whoever asks: wrong Host, wrong Origin, wrong method."""
        if request.headers.getall("Host", []) != [request.host] or request.host not in self.hosts:
            return web.Response(
                status=421, text="This is 127.0.0.1; the Host that was named is not served here."
            )
        origins = request.headers.getall("Origin", [])
        own = [f"http://{request.host}"]
        wants_socket = (
            request.path == SOCKET_PATH or "upgrade" in request.headers.get("Connection", "").lower()
        )
        if origins != own and (origins or wants_socket):
            return web.Response(status=403, text="Requests of other pages are refused.")
        # A link of another site may lead to the page with its token, and to nothing else.
        if request.headers.get("Sec-Fetch-Site", "none") not in _OWN_SITE and TOKEN not in request.query:
            return web.Response(status=403, text="Requests of other pages are refused.")
        if request.method != "GET":
            return web.Response(status=405, text="Only GET is answered.", headers={"Allow": "GET"})
        return None

    def _admit(self, request: web.Request) -> web.StreamResponse:
        token = self._token
        if token is None or not _same(request.query[TOKEN], token):
            return _closed(
                web.Response(
                    status=403,
                    text="This token is spent or wrong; stop 'astrolens web' and start it again for a new one.",
                )
            )
        self._token = None
        answer = web.Response(status=303, headers={"Location": "/"})
        answer.set_cookie(self.cookie, self._secret, httponly=True, samesite="Strict", path="/")
        return _closed(answer)


def _same(given: str, true: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), true.encode())


def _closed(answer: web.Response) -> web.Response:
    answer.headers.update(_HEADERS)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return answer
