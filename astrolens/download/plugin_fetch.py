"""What a plugin gets to speak to its servers."""

import asyncio
import json
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from yarl import URL

from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.text import clean


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


class PluginFetcher:
    """The house's fetcher, bound to the hosts that one plugin declares.

    Parameters
    ----------
    get_bytes : GetBytes
        The house's own.
    hosts : Collection of str
        The only ones that are spoken to.
    """

    def __init__(self, get_bytes: GetBytes, hosts: Collection[str]) -> None:
        self._get_bytes = get_bytes
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
        try:
            target = URL(url).update_query(dict(params)) if params else URL(url)
        except (ValueError, TypeError) as error:
            raise BadData(f"{clean(url)!r} is no address: {clean(error)}") from error
        return await self._get_bytes(str(target), self._hosts)

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
