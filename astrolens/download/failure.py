"""What went wrong with one request, and whether it is worth another."""

import errno
import socket

import aiohttp

from astrolens.domain.errors import BadData
from astrolens.domain.text import clean
from astrolens.download.guard import LOCAL_NETWORK
from astrolens.download.transfer import TooSlow

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN})
_NOT_REACHED = (ConnectionRefusedError, aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError)

NETWORK_ERRORS = (aiohttp.ClientError, OSError, TimeoutError, TooSlow)


class ShutOut(BadData):
    """A server answers 401 or 403: this file is not for us, or none is for now."""


class RequestFailed(Exception):
    """One request failed; the visit decides what comes next.

    Parameters
    ----------
    message : str
        Who was asked, what happened.
    again : bool
        Whether the same request may succeed soon.
    local : bool
        Whether the fault lies with this machine's network, not with the host.
    unreached : bool
        Whether no connection came about; when that happens with every host, the fault is nearer.
    host_is_well : bool
        Whether the answer speaks for the host: a limit it keeps is no failure of it.
    retry_after_s : float or None
        What the host asked for.
    """

    def __init__(
        self,
        message: str,
        *,
        again: bool = True,
        local: bool = False,
        unreached: bool = False,
        host_is_well: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.again = again
        self.local = local
        self.unreached = unreached or local
        self.host_is_well = host_is_well
        self.retry_after_s = retry_after_s


def explain(error: Exception, host: str) -> RequestFailed:
    """Turn what the network library raised into words and a decision.

    Parameters
    ----------
    error : Exception
        One of `NETWORK_ERRORS`.
    host : str
        Who was asked.

    Returns
    -------
    RequestFailed
        To be raised from ``error``.
    """
    if isinstance(error, aiohttp.ClientConnectorError) and LOCAL_NETWORK in str(error.os_error):
        return RequestFailed(f"{host} leads to {LOCAL_NETWORK}; it is not spoken to", again=False)
    if isinstance(error, aiohttp.ClientSSLError):
        return RequestFailed(f"{host} could not prove who it is: {clean(error)}", again=False)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror):
        return RequestFailed(f"the name {host} does not resolve", local=True)
    if isinstance(error, OSError) and error.errno in _NO_ROUTE:
        return RequestFailed(f"no route to {host}", local=True)
    if isinstance(error, _NOT_REACHED):
        return RequestFailed(f"{host} cannot be reached: {clean(error)}", unreached=True)
    if isinstance(error, TooSlow):
        return RequestFailed(f"{host} sends too slowly: {error}")
    if isinstance(error, TimeoutError):
        return RequestFailed(f"{host} did not answer in time")
    if isinstance(error, aiohttp.ClientPayloadError):
        return RequestFailed(f"{host} broke off in the middle of its answer")
    return RequestFailed(f"{host} did not answer well: {type(error).__name__}: {clean(error)}")
