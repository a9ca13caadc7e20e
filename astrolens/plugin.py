"""The whole surface that a source plugin may touch.

A plugin is one file or folder in ``plugins/`` (or an installed entry point in the group
``astrolens.sources``) that defines one class named ``Source`` with the shape of `ImageSource`.
It imports nothing of AstroLens but this module.
"""

import random
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable
from astrolens.domain.image import MediaType, Offer
from astrolens.domain.sky import SkyPosition

__all__ = [
    "BadData", "ByteSource", "ConfigError", "Fetcher", "Field", "ImageSource", "MediaType", "Offer",
    "PluginError", "SkyPosition", "SourceContext", "SourceOptions", "Unavailable",
]  # fmt: skip


class SourceOptions(BaseModel):
    """Options of a source; a plugin subclasses it, unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fetcher(Protocol):
    """How a plugin speaks to servers: under the host's limits, and only to its own declared hosts."""

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Body of a GET.

        Parameters
        ----------
        url : str
            An ``https://`` address on one of the plugin's ``hosts``.
        params : Mapping of str to str, optional
            Query parameters, encoded by the host.

        Returns
        -------
        bytes
            The body, within the size limit.

        Raises
        ------
        Unavailable
            When the server does not answer well enough.
        BadData
            When it refuses the request (4xx other than 429).
        """
        ...

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
        Unavailable
            Also when the body is no JSON (a maintenance page sent with status 200).
        """
        ...


@dataclass(kw_only=True)
class SourceContext:
    """What the host hands to a plugin for one poll.

    Attributes
    ----------
    options : SourceOptions
        The plugin's own validated options.
    fetch : Fetcher
        The only way to a server.
    cursor : MutableMapping of str to object
        JSON-able; saved after each poll that ends well and given back at the next, over restarts.
    random : random.Random
        Seeded by the host.
    now : Callable
        The clock: aware UTC.
    limit : int
        How many offers are wanted at most; the host stops asking after that.
    is_known : Callable
        Whether an offer with this key was already taken from this source.
    """

    options: Any
    fetch: Fetcher
    cursor: MutableMapping[str, Any]
    random: random.Random
    now: Callable[[], datetime]
    limit: int
    is_known: Callable[[str], bool]


class ImageSource(Protocol):
    """What every source plugin is.

    Attributes
    ----------
    name : str
        Lower case, letters, digits and underscores; also the key of its table in ``astrolens.toml``.
    title, licence, credit : str
        Words for people; licence and credit are stored with every picture.
    hosts : tuple of str
        Host names it may speak to; empty for a source without network.
    poll_interval_s : float
        How often to ask when nothing else is said.
    Options : type of SourceOptions
        Its options.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    licence: ClassVar[str]
    credit: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    poll_interval_s: ClassVar[float]
    Options: ClassVar[type[SourceOptions]]

    def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Pictures that exist and are not known yet, at most ``context.limit``.

        Parameters
        ----------
        context : SourceContext
            What the host lends.

        Returns
        -------
        AsyncIterator of Offer
            In the order in which they should be looked at.
        """
        ...


@runtime_checkable
class ByteSource(Protocol):
    """A source that makes or reads the bytes itself, for URLs that are not ``https://`` or ``file://``."""

    def read(self, offer: Offer, options: Any) -> bytes:
        """Bytes of one offer; called in a worker thread, the same for the same offer.

        Parameters
        ----------
        offer : Offer
            One of its own.
        options : SourceOptions
            Its own options.

        Returns
        -------
        bytes
            A JPEG, PNG or FITS file.
        """
        ...
