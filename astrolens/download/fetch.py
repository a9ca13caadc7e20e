"""Files from other people's servers, with good manners and without trust."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Self

import aiohttp

from astrolens.config.settings import DownloadSettings
from astrolens.domain.errors import BadData
from astrolens.domain.image import FetchedFile
from astrolens.domain.text import clean
from astrolens.download.courier import Courier, Further
from astrolens.download.failure import NETWORK_ERRORS, RequestFailed
from astrolens.download.gate import Timing
from astrolens.download.guard import socket_factory
from astrolens.download.network import Network
from astrolens.download.plugin_fetch import PluginFetcher
from astrolens.download.reply_cache import ReplyCache
from astrolens.download.resume import Download
from astrolens.download.retry import Backoff
from astrolens.download.transfer import BodyLimits, read_body
from astrolens.plugin import Answer

_CONNECT_TIMEOUT_S = 10.0
_STALL_S = 10.0
_NOT_MODIFIED = 304


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
        Called with False when this machine goes offline, with True when it is back; may be set later.
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
        self._courier: Courier | None = None
        self._replies = ReplyCache()
        self._open = AsyncExitStack()
        self.on_network = on_network
        self.network = Network(self._timing, self._network_turned, probe_s=settings.offline_probe_s)

    async def __aenter__(self) -> Self:
        """Open the connection pool.

        Returns
        -------
        HttpFetcher
            Itself.
        """
        session = await self._open.enter_async_context(
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=socket_factory(allow_private=self._settings.allow_private_hosts)
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent},
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT_S),
                trust_env=False,
            )
        )
        self._courier = Courier(session, self._settings, self.network, self._timing, self._backoff)
        group = await self._open.enter_async_context(asyncio.TaskGroup())
        watch = group.create_task(self.network.watch(partial(_answers, session)), name="network: watch")
        self._open.callback(watch.cancel)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connection pool."""
        self._courier = None
        await self._open.aclose()

    async def fetch(
        self,
        url: str,
        into: Path,
        hosts: Collection[str],
        *,
        limit_bytes: int | None = None,
        timeout_s: float | None = None,
        keep_part: bool = False,
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
        keep_part : bool
            Leave what has come when the download may work later, and go on with what an earlier call of the same
            ``url`` left in ``into``; `resume.note_of` says whether there is such a part.

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
        limits = self._body_limits(limit_bytes)
        download = Download(into, limits, self._timing, url if keep_part else "")
        try:
            await download.take_up()
            return await self._sent().visit(
                url, hosts, download.receive, timeout_s=timeout_s, renew=download.further
            )
        except BadData:
            await download.discard()
            raise
        except BaseException:
            await download.leave()
            raise

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
        receive = partial(self._into_memory, url, self._body_limits(limit_bytes))
        return await self._sent().visit(
            url, hosts, receive, timeout_s=timeout_s, renew=partial(self._conditions, url)
        )

    async def ask(
        self,
        url: str,
        hosts: Collection[str],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Read one small answer with its headers.

        Parameters
        ----------
        url : str
            As in `fetch`.
        hosts : Collection of str
            As in `fetch`.
        form : Mapping of str to str, optional
            Fields of a form; makes it a POST, which follows no redirect.
        headers : Mapping of str to str, optional
            Further request headers.
        also : collection of int, optional
            Statuses beside 200 whose answer is wanted.

        Returns
        -------
        Answer
            Body, headers (names in lower case) and status.

        Raises
        ------
        BadData
            As in `fetch`.
        Unavailable
            As in `fetch`.
        """
        receive = partial(self._into_answer, self._body_limits(None))
        return await self._sent().visit(
            url, hosts, receive, headers=dict(headers or {}), form=form, also=also
        )

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
        return PluginFetcher(self.get_bytes, self.ask, hosts)

    def rest_s(self, url: str) -> float:
        """How long an address is better not asked for.

        Parameters
        ----------
        url : str
            Any address.

        Returns
        -------
        float
            Seconds until its host, or the network, may be back; 0 when it may be asked.
        """
        if not self.network.online:
            return self._settings.offline_probe_s
        return self._sent().rest_s(url)

    def _network_turned(self, online: bool) -> None:
        if online and self._courier is not None:
            self._courier.forgive()
        if self.on_network is not None:
            self.on_network(online)

    def _conditions(self, url: str) -> Further:
        headers = self._replies.headers(url)
        return headers, {_NOT_MODIFIED} if headers else ()

    async def _into_memory(self, url: str, limits: BodyLimits, response: aiohttp.ClientResponse) -> bytes:
        if response.status == _NOT_MODIFIED:
            kept = self._replies.confirmed(url)
            if kept is None or len(kept) > limits.size_bytes:
                self._replies.drop(url)
                raise RequestFailed(f"{response.url.host} confirms an answer that is not here any more")
            return kept
        body = await _read(response, limits, self._timing)
        self._replies.keep(url, body, response.headers)
        return body

    async def _into_answer(self, limits: BodyLimits, response: aiohttp.ClientResponse) -> Answer:
        body = await _read(response, limits, self._timing)
        headers = {name.lower(): clean(value) for name, value in response.headers.items()}
        return Answer(body=body, headers=headers, status=response.status)

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


async def _read(response: aiohttp.ClientResponse, limits: BodyLimits, timing: Timing) -> bytes:
    return b"".join([chunk async for chunk in read_body(response, limits, timing)])


async def _answers(session: aiohttp.ClientSession, origin: str) -> bool:
    """Whether a server says anything at all."""
    try:
        async with (
            asyncio.timeout(_CONNECT_TIMEOUT_S),
            session.head(origin, allow_redirects=False),
        ):
            return True
    except NETWORK_ERRORS:
        return False
