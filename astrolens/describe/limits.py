"""The way to a language model server: bounded in bytes, without proxies, redirects or other people's keys."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx

from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.text import clean

_LONGEST_REASON = 200


class BoundedBody(httpx.AsyncByteStream):
    """A body that may not grow beyond a limit.

    Parameters
    ----------
    body : httpx.AsyncByteStream
        What the server sends.
    limit_bytes : int
        Most bytes.
    """

    def __init__(self, body: httpx.AsyncByteStream, limit_bytes: int) -> None:
        self._body = body
        self._limit_bytes = limit_bytes

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Hand the parts on.

        Yields
        ------
        bytes
            As they come.

        Raises
        ------
        BadData
            As soon as there are more than the limit.
        """
        seen = 0
        async for part in self._body:
            seen += len(part)
            if seen > self._limit_bytes:
                raise BadData(
                    f"the reply is longer than {self._limit_bytes // 1024} kB (describe.limit_kb); "
                    "the model may be talking without end"
                )
            yield part

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._body.aclose()


class BoundedTransport(httpx.AsyncBaseTransport):
    """Puts a limit on every reply, and our own key, or none, on every request.

    Parameters
    ----------
    limit_bytes : int
        Most bytes of a reply.
    key : str
        Sent as a bearer token; "" sends none, whatever the environment holds.
    """

    def __init__(self, limit_bytes: int, key: str = "") -> None:
        self._limit_bytes = limit_bytes
        self._key = key
        self._inner = httpx.AsyncHTTPTransport(trust_env=False, retries=0)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.

        Parameters
        ----------
        request : httpx.Request
            Its ``Authorization`` and ``Accept-Encoding`` are replaced.

        Returns
        -------
        httpx.Response
            With a bounded body.

        Raises
        ------
        Unavailable
            If the body is compressed though we asked for a plain one: a few bytes may become gigabytes.
        """
        request.headers.pop("authorization", None)
        if self._key:
            request.headers["authorization"] = f"Bearer {self._key}"
        request.headers["accept-encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        body = response.stream
        if not isinstance(body, httpx.AsyncByteStream):
            raise TypeError(f"{type(body).__name__} is no asynchronous body")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await body.aclose()
            raise Unavailable(
                "the server sent a compressed reply that nobody asked for; is a proxy in between?"
            )
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=BoundedBody(body, self._limit_bytes),
            extensions=response.extensions,
            request=request,
        )

    async def aclose(self) -> None:
        """Give up every connection."""
        await self._inner.aclose()


@contextmanager
def answering(url: str, model: str) -> Iterator[None]:
    """Translate the failures of both clients into what to do about them.

    Parameters
    ----------
    url : str
        The server, for the message.
    model : str
        The model, for the message.

    Yields
    ------
    None
        The block asks the server.

    Raises
    ------
    Unavailable
        If nothing answered, or the answer broke off or is not that of such a server.
    """
    where = clean(url, 120)
    try:
        yield
    except (httpx.ConnectError, ConnectionError) as error:
        raise Unavailable(
            f"no language model server answers at {where}; start it, or name another describe.url"
        ) from error
    except httpx.TimeoutException as error:
        raise Unavailable(f"the language model server at {where} did not answer in time") from error
    except httpx.TransportError as error:
        raise Unavailable(f"the reply of {where} broke off: {clean(error, _LONGEST_REASON)}") from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable(
            f"what answers at {where} does not speak like a language model server; check describe.url and describe.provider"
        ) from error


def refusal(status: int, words: object, url: str, model: str) -> BadData | Unavailable | ConfigError:
    """What an HTTP status of such a server means.

    Parameters
    ----------
    status : int
        300 or more.
    words : object
        What the server says about it; untrusted.
    url : str
        The server.
    model : str
        The model that was asked.

    Returns
    -------
    BadData, Unavailable or ConfigError
        To be raised.
    """
    where, said = clean(url, 120), clean(words, _LONGEST_REASON)
    if status == 404:
        return ConfigError(
            f"describe.model: {where} has no model {clean(model, 80)} ({said}); fetch it there "
            "(for example 'ollama pull'), or name one that it has"
        )
    if status in (401, 403):
        return ConfigError(
            f"describe.api_key_file: {where} refused us with {status} ({said}); give a key that it takes"
        )
    if status == 413:
        return BadData(f"{where} finds this picture too large ({said})")
    if status in (400, 415, 422):
        return ConfigError(
            f"describe.model: {where} cannot do this ({status}: {said}); does {clean(model, 80)} see pictures?"
        )
    return Unavailable(f"{where} answered {status} ({said})")
