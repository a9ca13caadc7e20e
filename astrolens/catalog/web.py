"""One visit to a stranger's server: under one deadline, one size limit, and from one host."""

import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean

_CONNECT_S = 10.0
LIMIT_BYTES = 8_000_000
_CHUNK_BYTES = 65_536


class TooLong(requests.ConnectionError):
    """The reply is longer than it may be; fewer places at once may make it shorter."""


class LimitedAdapter(HTTPAdapter):
    """Reads a whole reply, so that nothing needs the network after `send`.

    Parameters
    ----------
    url : str
        Only its host is spoken to.
    timeout_s : float
        Time for everything that is sent through this adapter.
    limit_bytes : int
        Longest reply, as it travels and after it was unpacked.
    """

    def __init__(self, url: str, timeout_s: float, limit_bytes: int = LIMIT_BYTES) -> None:
        super().__init__(max_retries=0)
        self._netloc = urlsplit(url).netloc
        self._timeout_s = timeout_s
        self._limit_bytes = limit_bytes
        self._deadline = time.monotonic() + timeout_s

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request.

        Parameters
        ----------
        request : PreparedRequest
            To our host; a redirect elsewhere is refused.
        *args : object
            As requests gives them.
        **kwargs : object
            As requests gives them; its time limits are replaced.

        Returns
        -------
        Response
            With its whole body in memory.
        """
        netloc = urlsplit(request.url or "").netloc
        if str(netloc) != self._netloc:
            raise requests.ConnectionError(f"{self._netloc} wants to send us to {clean(netloc, 60)}")
        kwargs |= {"timeout": (min(_CONNECT_S, self._timeout_s), self._timeout_s), "stream": True}
        try:
            response = super().send(request, *args, **kwargs)
        except requests.RequestException as error:
            raise type(error)(_in_words(error)) from error
        try:
            body = self._read(response.raw)
        except HTTPError as error:
            raise requests.ConnectionError(f"no whole reply came: {error}") from error
        finally:
            response.raw.close()
        status, headers = response.status_code, response.raw.headers
        headers.discard("Content-Encoding")
        response.raw = HTTPResponse(body=BytesIO(body), headers=headers, status=status, preload_content=False)
        return response

    def _read(self, raw: Any) -> bytes:
        body = bytearray()
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > self._limit_bytes:
                raise TooLong(f"the reply is longer than {self._limit_bytes} bytes")
            if time.monotonic() > self._deadline:
                raise requests.Timeout("the reply came too slowly")
        announced = raw.headers.get("Content-Length", "")
        if announced.isdigit() and not raw.headers.get("Content-Encoding") and len(body) != int(announced):
            raise requests.ConnectionError(f"{len(body)} of {announced} bytes came")
        return bytes(body)


def mount(session: requests.Session, url: str, timeout_s: float, user_agent: str) -> None:
    """Make a session keep to our limits and speak in our name.

    Parameters
    ----------
    session : Session
        Of requests, or one that a library made.
    url : str
        Whose host it may speak to.
    timeout_s : float
        Time for all its requests together.
    user_agent : str
        Who asks; the library's own name stays behind it.
    """
    session.max_redirects = 3
    for scheme in ("http://", "https://"):
        session.mount(scheme, LimitedAdapter(url, timeout_s))
    session.headers["User-Agent"] = f"{user_agent} {session.headers['User-Agent']}"


def ask(
    url: str,
    *,
    timeout_s: float,
    user_agent: str,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    limit_bytes: int = LIMIT_BYTES,
) -> tuple[int, bytes]:
    """Send one request and read its reply.

    Parameters
    ----------
    url : str
        Where to.
    timeout_s : float
        Time for the whole exchange.
    user_agent : str
        Who asks, word for word.
    params : mapping, optional
        Query of a GET.
    form : mapping, optional
        Fields of a POST.
    limit_bytes : int
        Longest reply.

    Returns
    -------
    tuple of int and bytes
        Status in [200, 300) and body.

    Raises
    ------
    Unavailable
        For every other status, and when no whole reply came.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.max_redirects = 3
        for scheme in ("http://", "https://"):
            session.mount(scheme, LimitedAdapter(url, timeout_s, limit_bytes))
        try:
            response = session.request(
                "POST" if form is not None else "GET",
                url,
                params=params,
                data=form,
                headers={"User-Agent": user_agent},
            )
        except requests.RequestException as error:
            raise Unavailable(f"{url} cannot be reached: {clean(error, 200)}") from error
        if not 200 <= response.status_code < 300:
            raise Unavailable(f"{url} answered with status {response.status_code}", retry_after(response))
        return response.status_code, response.content


def _in_words(error: requests.RequestException) -> str:
    """What a person can use of it: the system's own words, without the classes around them."""
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return clean(error, 200)


def retry_after(response: requests.Response | None) -> float | None:
    """Read the pause that a server asks for.

    Parameters
    ----------
    response : Response or None
        Its reply.

    Returns
    -------
    float or None
        Seconds; None when it names none, or a date.
    """
    said = "" if response is None else str(response.headers.get("Retry-After", ""))
    said = said or ("" if response is None else str(response.headers.get("x-rate-limit-reset", "")))
    return float(said) if said.isascii() and said.isdigit() else None
