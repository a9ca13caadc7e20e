"""The whole surface that a source plugin may touch.

A plugin is one file or folder in ``plugins/`` (or an installed entry point in the group
``astrolens.sources``) that defines one class named ``Source`` with the shape of `ImageSource`.
It imports nothing of AstroLens but this module.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, model_validator

from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable
from astrolens.domain.image import MediaType, Offer
from astrolens.domain.reading import finite, position_at, time_of_mjd
from astrolens.domain.sky import SkyPosition
from astrolens.domain.text import clean
from astrolens.sampling.footprint import WHOLE_SKY, Footprint, Zone
from astrolens.sampling.options import SamplingOptions
from astrolens.sampling.sampler import Sampler
from astrolens.sampling.visit import Visit

__all__ = [
    "WHOLE_SKY", "Answer", "BadData", "ByteSource", "ConfigError", "Fetcher", "Field", "Footprint", "ImageSource",
    "MediaType", "Offer", "PluginError", "Sampler", "SamplingOptions", "SkyPosition", "SourceContext",
    "SourceOptions", "Unavailable", "Visit", "Zone", "finite", "model_validator", "position_at", "time_of_mjd",
]  # fmt: skip


class SourceOptions(BaseModel):
    """Options of a source; a plugin subclasses it, unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered.

    Attributes
    ----------
    body : bytes
        Within the size limit.
    headers : Mapping of str to str
        Names in lower case, for limits such as ``x-rate-limit-remaining``.
    status : int
        200, or one that the plugin said it understands.
    """

    body: bytes
    headers: Mapping[str, str]
    status: int = 200

    async def json(self) -> Any:
        """Body, read as JSON with integers kept exact.

        Returns
        -------
        object
            What the JSON says.

        Raises
        ------
        Unavailable
            When the body is no JSON (a maintenance page sent with status 200).
        """
        try:
            return await asyncio.to_thread(json.loads, self.body)
        except (ValueError, RecursionError) as error:
            start = clean(self.body[:60].decode("utf-8", "replace"), 60)
            raise Unavailable(f"the server answered no JSON but {start!r}; asked again later") from error


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
            Fields of a form; makes it a POST, which is repeated after a failure as a GET is and never
            follows a redirect: send searches only.
        headers : Mapping of str to str, optional
            ``Accept`` and ``User-Agent`` only.
        also : collection of int, optional
            Statuses beside 200 whose answer means something to the plugin, such as a 404 for "nothing found".

        Returns
        -------
        Answer
            Body, headers and status.

        Raises
        ------
        Unavailable
            As in `get_bytes`.
        BadData
            As in `get_bytes`; also for another header.
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
