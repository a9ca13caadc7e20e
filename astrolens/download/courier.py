"""One request after the other until a file is here: redirects, retries, host limits and deadlines."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

import aiohttp
from yarl import URL

from astrolens.config.settings import DownloadSettings
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.text import clean
from astrolens.download.failure import NETWORK_ERRORS, RequestFailed, ShutOut, explain
from astrolens.download.gate import LONGEST_HOLD_S, HostGate, Timing
from astrolens.download.guard import check_url
from astrolens.download.manners import manners_of
from astrolens.download.network import Network
from astrolens.download.retry import Backoff, is_worth_retrying, parse_retry_after

log = logging.getLogger(__name__)

T = TypeVar("T")
Receive = Callable[[aiohttp.ClientResponse], Awaitable[T]]
Further = tuple[Mapping[str, str], Collection[int]]

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SHUT_OUT = frozenset({401, 403})


class Courier:
    """Goes to hosts and comes back with an answer or a reason.

    Parameters
    ----------
    session : aiohttp.ClientSession
        The connection pool.
    settings : DownloadSettings
        Limits.
    network : Network
        Whether this machine is online.
    timing : Timing
        The clock for rates and rests.
    backoff : Backoff
        Waits between tries.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: DownloadSettings,
        network: Network,
        timing: Timing,
        backoff: Backoff,
    ) -> None:
        self._session = session
        self._settings = settings
        self._network = network
        self._timing = timing
        self._backoff = backoff
        self._gates: dict[str, HostGate] = {}

    def gate(self, host: str) -> HostGate:
        """Find the door of a host.

        Parameters
        ----------
        host : str
            Its name.

        Returns
        -------
        HostGate
            The same one for every request.
        """
        name = host.lower().rstrip(".")
        if name not in self._gates:
            settings = self._settings
            manners = manners_of(
                name,
                own=settings.host_requests_per_minute,
                per_minute=settings.requests_per_minute,
                at_once=settings.per_host,
            )
            self._gates[name] = HostGate(
                name, self._timing, at_once=manners.at_once, per_minute=manners.per_minute
            )
        return self._gates[name]

    def rest_s(self, url: str) -> float:
        """How long an address is better not asked for.

        Parameters
        ----------
        url : str
            Any address.

        Returns
        -------
        float
            Seconds; 0 when its host may be asked.
        """
        try:
            host = URL(url).host or ""
        except ValueError:
            return 0.0
        return self.gate(host).rest_s()

    def forgive(self) -> None:
        """Let every host be asked again: what failed was the network."""
        for gate in self._gates.values():
            gate.breaker.succeed()

    async def visit(
        self,
        url: str,
        hosts: Collection[str],
        receive: Receive[T],
        *,
        timeout_s: float | None = None,
        headers: dict[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        also: Collection[int] = (),
        renew: "Callable[[], Further] | None" = None,
    ) -> T:
        """Ask until it works, is hopeless, or takes too long to wait for here.

        Parameters
        ----------
        url : str
            The address.
        hosts : Collection of str
            Who may be spoken to, redirects included.
        receive : Callable
            Coroutine function that reads the body of the good answer; called anew for each try.
        timeout_s : float, optional
            Instead of the settings' total time. Waiting for the host's turn does not count.
        headers : dict of str to str, optional
            Further request headers.
        form : Mapping of str to str, optional
            Fields of a form; makes it a POST, which follows no redirect.
        also : collection of int, optional
            Statuses beside 200 whose answer is received.
        renew : Callable, optional
            Gives, anew for each try, further headers and further statuses whose answer is received.

        Returns
        -------
        object
            What ``receive`` returned.

        Raises
        ------
        BadData
            When the address is not permitted or the server refuses it (4xx).
        Unavailable
            When it may work later.
        """
        target = check_url(url, hosts, allow_private=self._settings.allow_private_hosts)
        budget_s = self._settings.timeout_s if timeout_s is None else timeout_s
        spent, failures = _Spent(), 0
        while True:
            self._network.check()
            more, statuses = renew() if renew is not None else ({}, ())
            letter = _Letter(headers={**(headers or {}), **more}, form=form, also={*also, *statuses})
            try:
                return await self._follow(target, hosts, receive, letter, budget_s, spent)
            except RequestFailed as failed:
                failures += 1
                wait_s = self._backoff.wait_s(failures, failed.retry_after_s)
                out_of_time = spent.seconds + wait_s >= budget_s or wait_s > LONGEST_HOLD_S
                if not failed.again or out_of_time or failures == self._settings.attempts:
                    raise Unavailable(_told(failed, failures), retry_after_s=failed.retry_after_s) from failed
                log.debug("%s; trying again in %.1f s", failed, wait_s)
            await self._timing.sleep(wait_s)
            spent.seconds += wait_s

    async def _follow(
        self,
        target: URL,
        hosts: Collection[str],
        receive: Receive[T],
        letter: "_Letter",
        budget_s: float,
        spent: "_Spent",
    ) -> T:
        """One request with its redirects, each hop checked and counted at its own host."""
        for _ in range(_MOST_REDIRECTS + 1):
            gate = self.gate(target.host or "")
            async with gate.entered():
                begun_s = monotonic()
                try:
                    left_s = budget_s - spent.seconds
                    outcome = await self._request(target, receive, letter, left_s, gate)
                except RequestFailed as failed:
                    self._note_failure(gate, str(target.origin()), failed)
                    raise
                finally:
                    spent.seconds += monotonic() - begun_s
            if not isinstance(outcome, _Redirect):
                return outcome
            if letter.form is not None:  # it may carry a key that is meant for this address alone
                raise RequestFailed(f"{target.host} redirects a form; it is not sent on", again=False)
            target = self._redirected(target, outcome.location, hosts)
        raise RequestFailed(f"{target.host} redirects more than {_MOST_REDIRECTS} times", again=False)

    async def _request(
        self, target: URL, receive: Receive[T], letter: "_Letter", left_s: float, gate: HostGate
    ) -> "T | _Redirect":
        try:
            async with (
                asyncio.timeout(max(left_s, 0.0)),
                self._session.request(
                    "GET" if letter.form is None else "POST",
                    target,
                    data=letter.form,
                    headers=letter.headers,
                    allow_redirects=False,
                ) as response,
            ):
                self._network.succeeded(str(target.origin()))
                if response.status in _REDIRECTS:
                    gate.breaker.succeed()
                    return _Redirect(response.headers.get("Location", ""))
                if response.status != 200 and response.status not in letter.also:
                    self._refuse(response, gate)
                received = await receive(response)
        except aiohttp.InvalidURL as error:
            raise BadData(f"{clean(target)!r} is no address that can be asked: {clean(error)}") from error
        except NETWORK_ERRORS as error:
            raise explain(error, target.host or "") from error
        gate.breaker.succeed()
        return received

    def _refuse(self, response: aiohttp.ClientResponse, gate: HostGate) -> None:
        """Turn any other status into its error."""
        words = f"{gate.host} answered {response.status} {clean(response.reason or '', 60)}"
        if not is_worth_retrying(response.status):
            if response.status in _SHUT_OUT:
                gate.breaker.fail()  # a ban hits every picture of a host: the rest must not be parked for it
                raise ShutOut(words)
            gate.breaker.succeed()
            raise BadData(words)
        asked_s = _asked_wait_s(response)
        if asked_s is not None:
            gate.hold(asked_s)
        raise RequestFailed(words, retry_after_s=asked_s, host_is_well=response.status == 429)

    def _note_failure(self, gate: HostGate, origin: str, failed: RequestFailed) -> None:
        if failed.unreached:
            self._network.failed(origin, local=failed.local)
        if not failed.host_is_well and self._network.online:
            gate.breaker.fail()

    def _redirected(self, origin: URL, location: str, hosts: Collection[str]) -> URL:
        try:
            return check_url(
                origin.join(URL(location)), hosts, allow_private=self._settings.allow_private_hosts
            )
        except (BadData, ValueError) as error:
            # Not the picture's fault: hosts send such answers while they are being repaired.
            raise RequestFailed(
                f"{origin.host} redirects where we do not go: {clean(error)}", again=False
            ) from error


def _asked_wait_s(response: aiohttp.ClientResponse) -> float | None:
    """What the host asks us to wait; some name only the end of their limit's window."""
    now = datetime.now(UTC)
    asked_s = parse_retry_after(response.headers.get("Retry-After"), now)
    if asked_s is None and response.status == 429:
        asked_s = parse_retry_after(response.headers.get("x-rate-limit-reset"), now)
    return asked_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """What goes with the address."""

    headers: dict[str, str]
    form: Mapping[str, str] | None
    also: Collection[int]


class _Spent:
    """Seconds that one visit has used of its time; waiting for the host's turn is left out."""

    def __init__(self) -> None:
        self.seconds = 0.0


class _Redirect:
    """An answer that points elsewhere."""

    def __init__(self, location: str) -> None:
        self.location = location


def _told(failed: RequestFailed, tries: int) -> str:
    return str(failed) if tries == 1 else f"{failed} (after {tries} tries)"
