"""The host's fetcher as a plugin sees it from a loop of its own."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from typing import Any, TypeVar

from astrolens.plugin import Answer, Fetcher

_Result = TypeVar("_Result")


class FarFetcher:
    """Hands every request over to the host's loop.

    Parameters
    ----------
    fetch : Fetcher
        The host's.
    home : asyncio.AbstractEventLoop
        The host's loop.
    """

    def __init__(self, fetch: Fetcher, home: asyncio.AbstractEventLoop) -> None:
        self._fetch = fetch
        self._home = home

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Body of a GET.

        Parameters
        ----------
        url : str
            As in `Fetcher`.
        params : Mapping of str to str, optional
            As in `Fetcher`.

        Returns
        -------
        bytes
            As in `Fetcher`.
        """
        return await self._handed(self._fetch.get_bytes(url, params))

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Body of a GET, read as JSON.

        Parameters
        ----------
        url : str
            As in `Fetcher`.
        params : Mapping of str to str, optional
            As in `Fetcher`.

        Returns
        -------
        object
            As in `Fetcher`.
        """
        return await self._handed(self._fetch.get_json(url, params))

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
            As in `Fetcher`.
        params, form, headers : Mapping of str to str, optional
            As in `Fetcher`.
        also : collection of int, optional
            As in `Fetcher`.

        Returns
        -------
        Answer
            As in `Fetcher`.
        """
        return await self._handed(self._fetch.ask(url, params=params, form=form, headers=headers, also=also))

    async def _handed(self, request: Coroutine[Any, Any, _Result]) -> _Result:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(request, self._home))
