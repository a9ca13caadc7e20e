"""Files from other people's servers, with good manners and without trust."""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Self

import aiohttp

from astrolens.config.settings import DownloadSettings
from astrolens.domain.image import FetchedFile
from astrolens.domain.text import clean
from astrolens.download.courier import Courier
from astrolens.download.gate import Timing
from astrolens.download.guard import socket_factory
from astrolens.download.network import Network
from astrolens.download.plugin_fetch import PluginFetcher
from astrolens.download.retry import Backoff
from astrolens.download.transfer import BodyLimits, FileSink, read_body

_CONNECT_TIMEOUT_S = 10.0
_STALL_S = 10.0


class HttpFetcher:
    """The only way from this house to a survey's server.

    Every request goes to a declared host over https, never into the local network, keeps to the host's
    limits, and ends within its time and size.

    Parameters
    ----------
    settings : DownloadSettings
        Limits.
    user_agent : str
        Who we are, with a contact.
    on_network : Callable, optional
        Called with False when this machine goes offline, with True when it is back.
    timing : Timing, optional
        The clock for rates and rests.
    backoff : Backoff, optional
        Waits between tries.
    stall_s : float
        Window of the minimum rate, and longest silence, in seconds.
    """

    def __init__(
        self,
        settings: DownloadSettings,
        *,
        user_agent: str,
        on_network: Callable[[bool], None] | None = None,
        timing: Timing | None = None,
        backoff: Backoff | None = None,
        stall_s: float = _STALL_S,
    ) -> None:
        self._settings = settings
        self._user_agent = user_agent
        self._timing = timing or Timing(now_s=monotonic, sleep=asyncio.sleep)
        self._backoff = backoff or Backoff()
        self._stall_s = stall_s
        self._session: aiohttp.ClientSession | None = None
        self._courier: Courier | None = None
        self.network = Network(self._timing, on_network)

    async def __aenter__(self) -> Self:
        """Open the connection pool.

        Returns
        -------
        HttpFetcher
            Itself.
        """
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=socket_factory(allow_private=self._settings.allow_private_hosts)
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._user_agent},
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT_S),
            trust_env=False,
        )
        self._courier = Courier(self._session, self._settings, self.network, self._timing, self._backoff)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection pool."""
        session, self._session, self._courier = self._session, None, None
        if session is not None:
            await session.close()

    async def fetch(
        self,
        url: str,
        into: Path,
        hosts: Collection[str],
        *,
        limit_bytes: int | None = None,
        timeout_s: float | None = None,
    ) -> FetchedFile:
        """Download one file.

        Parameters
        ----------
        url : str
            Its address.
        into : Path
            The file to write; created or overwritten, and removed again when the download fails.
        hosts : Collection of str
            The hosts that its source declares; redirects stay among them too.
        limit_bytes : int, optional
            Instead of the settings' limit.
        timeout_s : float, optional
            Instead of the settings' total time. Waiting for the host's turn does not count.

        Returns
        -------
        FetchedFile
            What was written. Nothing is known yet about its content.

        Raises
        ------
        BadData
            When the address is not permitted, the server refuses it (4xx), or the file is too large.
        Unavailable
            When it may work later, with ``retry_after_s`` where the host said so.
        """

        receive = partial(self._into_file, into, self._body_limits(limit_bytes))
        # A server that packs the transfer makes sizes and rates lie; surveys' files are packed already.
        headers = {"Accept-Encoding": "identity"}
        return await self._sent().visit(url, hosts, receive, timeout_s=timeout_s, headers=headers)

    async def get_bytes(
        self,
        url: str,
        hosts: Collection[str],
        *,
        limit_bytes: int | None = None,
        timeout_s: float | None = None,
    ) -> bytes:
        """Read one small answer into memory.

        Parameters
        ----------
        url : str
            Its address.
        hosts : Collection of str
            As in `fetch`.
        limit_bytes : int, optional
            As in `fetch`.
        timeout_s : float, optional
            As in `fetch`.

        Returns
        -------
        bytes
            The body.

        Raises
        ------
        BadData
            As in `fetch`.
        Unavailable
            As in `fetch`.
        """

        receive = partial(self._into_memory, self._body_limits(limit_bytes))
        return await self._sent().visit(url, hosts, receive, timeout_s=timeout_s)

    def for_plugin(self, hosts: Collection[str], requests_per_minute: float | None = None) -> PluginFetcher:
        """Lend a fetcher to a plugin.

        Parameters
        ----------
        hosts : Collection of str
            The hosts it declares.
        requests_per_minute : float, optional
            A stricter rate for these hosts, kept for downloads too.

        Returns
        -------
        PluginFetcher
            Bound to these hosts.
        """
        if requests_per_minute is not None:
            for host in hosts:
                self._sent().gate(host).slow_to(requests_per_minute)
        return PluginFetcher(self.get_bytes, hosts)

    async def _into_file(
        self, into: Path, limits: BodyLimits, response: aiohttp.ClientResponse
    ) -> FetchedFile:
        sink = FileSink(into)
        try:
            async for chunk in read_body(response, limits, self._timing):
                await sink.write(chunk)
            sha256 = await sink.finish()
        except BaseException:
            await sink.discard()
            raise
        return FetchedFile(
            path=into,
            sha256=sha256,
            size_bytes=sink.size_bytes,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    async def _into_memory(self, limits: BodyLimits, response: aiohttp.ClientResponse) -> bytes:
        return b"".join([chunk async for chunk in read_body(response, limits, self._timing)])

    def _sent(self) -> Courier:
        if self._courier is None:
            raise RuntimeError("this fetcher is closed; use it inside `async with`")
        return self._courier

    def _body_limits(self, limit_bytes: int | None) -> BodyLimits:
        return BodyLimits(
            size_bytes=int(self._settings.limit_mb * 1e6) if limit_bytes is None else limit_bytes,
            minimum_rate_bytes_s=self._settings.minimum_rate_bytes_s,
            window_s=self._stall_s,
        )


def _header(response: aiohttp.ClientResponse, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else clean(value)
