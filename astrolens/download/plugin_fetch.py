"""What a plugin gets to speak to its servers."""

import asyncio
import json
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from yarl import URL

from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.text import clean
from astrolens.plugin import Answer

_OWN_HEADERS = frozenset({"accept", "user-agent"})


class GetBytes(Protocol):
    """How the house reads a small answer."""

    async def __call__(self, url: str, hosts: Collection[str]) -> bytes:
        """Body of a GET.

        Parameters
        ----------
        url : str
            The address.
        hosts : Collection of str
            Who may be spoken to.

        Returns
        -------
        bytes
            The body.
        """
        ...


class Ask(Protocol):
    """How the house reads a small answer together with its headers."""

    async def __call__(
        self,
        url: str,
        hosts: Collection[str],
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Answer to a GET, or to a POST with a form.

        Parameters
        ----------
        url : str
            The address.
        hosts : Collection of str
            Who may be spoken to.
        form : Mapping of str to str, optional
            Fields of the form.
        headers : Mapping of str to str, optional
            Further request headers.
        also : collection of int, optional
            Statuses beside 200 whose answer is wanted.

        Returns
        -------
        Answer
            Body, headers and status.
        """
        ...


class PluginFetcher:
    """The house's fetcher, bound to the hosts that one plugin declares.

    Parameters
    ----------
    get_bytes : GetBytes
        The house's own.
    ask : Ask
        The house's own, with headers and forms.
    hosts : Collection of str
        The only ones that are spoken to.
    """

    def __init__(self, get_bytes: GetBytes, ask: Ask, hosts: Collection[str]) -> None:
        self._get_bytes = get_bytes
        self._ask = ask
        self._hosts = tuple(hosts)

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Body of a GET.

        Parameters
        ----------
        url : str
            An address on one of the declared hosts.
        params : Mapping of str to str, optional
            Query parameters, unencoded.

        Returns
        -------
        bytes
            The body, within the size limit.

        Raises
        ------
        BadData
            When the address is not permitted, or refused by the server (4xx other than 429).
        Unavailable
            When the server does not answer well enough.
        """
        return await self._get_bytes(_address(url, params), self._hosts)

    async def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Answer to a search that a plain GET cannot say.

        Parameters
        ----------
        url : str
            As in `get_bytes`.
        params : Mapping of str to str, optional
            As in `get_bytes`.
        form : Mapping of str to str, optional
            Fields of a form; makes it a POST, which follows no redirect.
        headers : Mapping of str to str, optional
            ``Accept`` and ``User-Agent`` only.
        also : collection of int, optional
            Statuses beside 200 whose answer means something to the plugin.

        Returns
        -------
        Answer
            Body, headers and status.

        Raises
        ------
        BadData
            As in `get_bytes`; also for another header.
        Unavailable
            As in `get_bytes`.
        """
        foreign = [name for name in headers or {} if name.lower() not in _OWN_HEADERS]
        if foreign or not all(value.isprintable() for value in (headers or {}).values()):
            wrong = clean(", ".join(foreign) or "one that is not printable", 100)
            raise BadData(f"a plugin may set the headers Accept and User-Agent, not {wrong}")
        return await self._ask(_address(url, params), self._hosts, form=form, headers=headers, also=also)

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Body of a GET, read as JSON with integers kept exact.

        Parameters
        ----------
        url : str
            As in `get_bytes`.
        params : Mapping of str to str, optional
            As in `get_bytes`.

        Returns
        -------
        object
            What the JSON says.

        Raises
        ------
        BadData
            As in `get_bytes`.
        Unavailable
            Also when the body is no JSON.
        """
        body = await self.get_bytes(url, params)
        try:
            return await asyncio.to_thread(json.loads, body)
        except (ValueError, RecursionError) as error:
            start = clean(body[:60].decode("utf-8", "replace"), 60)
            raise Unavailable(f"{URL(url).host} answered no JSON but {start!r}") from error


def _address(url: str, params: Mapping[str, str] | None) -> str:
    try:
        return str(URL(url).update_query(dict(params)) if params else URL(url))
    except (ValueError, TypeError) as error:
        raise BadData(f"{clean(url)!r} is no address: {clean(error)}") from error
