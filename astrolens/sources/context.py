"""What the host lends to a plugin for one poll."""

import random
from collections.abc import Callable, Collection, Mapping, MutableMapping
from datetime import datetime
from typing import Any

from astrolens.domain.clock import utc_now
from astrolens.domain.errors import PluginError
from astrolens.plugin import Answer, Fetcher, SourceContext
from astrolens.sources.loader import LoadedSource
from astrolens.sources.offers import safe_key


class NoNetwork:
    """The fetcher of a source that declares no hosts: it refuses."""

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Refuse.

        Parameters
        ----------
        url : str
            What was asked for.
        params : Mapping of str to str, optional
            Ignored.

        Returns
        -------
        bytes
            Never.

        Raises
        ------
        PluginError
            Always.
        """
        raise PluginError(f"asked for {url[:200]} but declares no hosts; add them to Source.hosts")

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Refuse.

        Parameters
        ----------
        url : str
            What was asked for.
        params : Mapping of str to str, optional
            Ignored.

        Returns
        -------
        object
            Never.

        Raises
        ------
        PluginError
            Always.
        """
        return await self.get_bytes(url, params)

    async def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        """Refuse.

        Parameters
        ----------
        url : str
            What was asked for.
        params, form, headers : Mapping of str to str, optional
            Ignored.
        also : collection of int, optional
            Ignored.

        Returns
        -------
        Answer
            Never.

        Raises
        ------
        PluginError
            Always.
        """
        return Answer(body=await self.get_bytes(url, params), headers={})


def make_context(
    loaded: LoadedSource,
    *,
    cursor: MutableMapping[str, Any],
    is_known: Callable[[str], bool],
    fetch: Fetcher | None = None,
    limit: int | None = None,
    seed: int = 0,
    now: Callable[[], datetime] = utc_now,
) -> SourceContext:
    """Context of one poll.

    Parameters
    ----------
    loaded : LoadedSource
        A source that works.
    cursor : MutableMapping of str to object
        What the last poll that ended well left; `poll` changes it when this one ends well.
    is_known : Callable
        Whether the store has this key of this source; plugins call it from worker threads.
    fetch : Fetcher, optional
        A fetcher made for ``loaded.hosts``; without one the network is refused.
    limit : int, optional
        Most offers; the table's ``batch`` when not given.
    seed : int
        Seeds ``context.random`` together with the source's name.
    now : Callable
        The clock: aware UTC.

    Returns
    -------
    SourceContext
        For one call of `poll`.
    """
    return SourceContext(
        options=loaded.options,
        fetch=fetch or NoNetwork(),
        cursor=cursor,
        random=random.Random(f"{loaded.name}:{seed}"),
        now=now,
        limit=loaded.settings.batch if limit is None else limit,
        is_known=lambda key: is_known(safe_key(key)),
    )
