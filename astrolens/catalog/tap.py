"""SIMBAD's table service through astroquery and pyvo, with the limits that those two leave open.

Importing this module takes about a second: it is imported in the thread that first needs it.
"""

import time
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from astropy.table import Table
from astroquery.simbad import SimbadClass
from pyvo.dal import TAPService
from pyvo.dal.exceptions import DALAccessError
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean

_CONNECT_S = 10.0
_LIMIT_BYTES = 8_000_000
_CHUNK_BYTES = 65_536


class _LimitedAdapter(HTTPAdapter):
    """Reads a whole reply under one deadline and one size limit, and from one host."""

    def __init__(self, url: str, timeout_s: float) -> None:
        super().__init__(max_retries=0)
        self._netloc = urlsplit(url).netloc
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send one request; the reply that comes back needs no network any more."""
        netloc = urlsplit(request.url or "").netloc
        if str(netloc) != self._netloc:
            raise requests.ConnectionError(f"{self._netloc} wants to send us to {clean(netloc, 60)}")
        kwargs |= {"timeout": (min(_CONNECT_S, self._timeout_s), self._timeout_s), "stream": True}
        response = super().send(request, *args, **kwargs)
        try:
            body = self._read(response.raw)
        finally:
            response.raw.close()
        status, headers = response.status_code, response.raw.headers
        response.raw = HTTPResponse(body=BytesIO(body), headers=headers, status=status, preload_content=False)
        return response

    def _read(self, raw: Any) -> bytes:
        body = bytearray()
        while chunk := raw.read1(_CHUNK_BYTES, decode_content=False):
            body += chunk
            if len(body) > _LIMIT_BYTES:
                raise requests.ConnectionError(f"the reply is longer than {_LIMIT_BYTES} bytes")
            if time.monotonic() > self._deadline:
                raise requests.Timeout("the reply came too slowly")
        return bytes(body)


class _Simbad(SimbadClass):  # type: ignore[misc] # astroquery has no types
    """astroquery's SIMBAD at an address of our own choice."""

    def __init__(self, url: str, timeout_s: float, user_agent: str) -> None:
        super().__init__()
        self._session.max_redirects = 3
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _LimitedAdapter(url, timeout_s))
        self._session.headers["User-Agent"] = f"{user_agent} {self._session.headers['User-Agent']}"
        self._service = TAPService(baseurl=url, session=self._session)

    @property
    def tap(self) -> Any:
        """The service; astroquery's own is bound to its list of mirrors."""
        return self._service

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()


def query(url: str, adql: str, *, rows: int, timeout_s: float, user_agent: str) -> Table:
    """Ask a TAP service one question, past astroquery's own endless cache.

    Parameters
    ----------
    url : str
        Base address of the service.
    adql : str
        The question.
    rows : int
        Most rows that may come back.
    timeout_s : float
        Time for the whole exchange.
    user_agent : str
        Who asks.

    Returns
    -------
    Table
        The rows; only from a reply that says of itself that the query went well.

    Raises
    ------
    Unavailable
        For every other reply, and for none.
    """
    client = _Simbad(url, timeout_s, user_agent)
    try:
        result = client.tap.run_sync(adql, maxrec=rows)
        status = _status(result.votable)
        if status != "OK":
            raise Unavailable(f"the reply of {url} has the status {clean(status or 'none', 40)}")
        return result.to_table()
    except DALAccessError as error:
        raise Unavailable(
            f"{url} did not answer the query: {clean(error.reason, 200)}", _retry_after(error)
        ) from error
    except requests.RequestException as error:
        raise Unavailable(f"{url} cannot be reached: {clean(error, 200)}") from error
    finally:
        client.close()


def _status(votable: Any) -> str:
    """The last QUERY_STATUS; pyvo takes a reply without one for a good one, and we do not."""
    found = ""
    for resource in (votable, *votable.resources):
        for info in resource.infos:
            if str(info.name).upper() == "QUERY_STATUS":
                found = str(info.value).upper()
    return found


def _retry_after(error: DALAccessError) -> float | None:
    response = getattr(getattr(error, "cause", None), "response", None)
    said = "" if response is None else str(response.headers.get("Retry-After", ""))
    return float(said) if said.isascii() and said.isdigit() else None
