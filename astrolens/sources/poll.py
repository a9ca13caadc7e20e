"""Ask one source for offers, under limits of time, number and content."""

import asyncio
import inspect
import json
import logging
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from functools import partial
from typing import Any

from astrolens.domain.errors import BadData, ConfigError, PluginError, Unavailable
from astrolens.domain.image import Offer
from astrolens.domain.text import clean
from astrolens.plugin import ImageSource, SourceContext
from astrolens.sources.apart import Abandoned, Apart
from astrolens.sources.far_fetch import FarFetcher
from astrolens.sources.leash import Leash
from astrolens.sources.loader import LoadedSource
from astrolens.sources.offers import checked

logger = logging.getLogger(__name__)

LONGEST_CURSOR = 1_000_000
GRACE_S = 2.0
_MOST_REFUSED = 1_000


async def poll(
    loaded: LoadedSource, context: SourceContext, timeout_s: float, apart: Apart | None = None
) -> list[Offer]:
    """One poll of one source.

    Parameters
    ----------
    loaded : LoadedSource
        A source that works.
    context : SourceContext
        From `make_context`. Its cursor changes only when this call returns; save it after the offers.
    timeout_s : float
        Most seconds for all offers together.
    apart : Apart, optional
        Where this source's code runs; it remembers a poll that would not stop.

    Returns
    -------
    list of Offer
        At most ``context.limit``, checked, each key once, in the plugin's order. Offers that cannot be
        taken are left out and logged.

    Raises
    ------
    Unavailable
        When the source's server does not answer well enough; try later.
    ConfigError
        When the plugin says that its options are wrong.
    PluginError
        When the plugin raises, does not finish in time, or offers nothing that can be taken.
    """
    source = loaded.working()
    mine = replace(
        context,
        cursor=_plain(context.cursor, loaded.name),
        fetch=FarFetcher(context.fetch, asyncio.get_running_loop()),
    )
    apart = apart or Apart(f"source {loaded.name}")
    collected = _Collected(loaded, context.limit)
    try:
        async with asyncio.timeout(timeout_s) as deadline:
            work = partial(_collect, source, mine, collected, loaded.name)
            await apart.run(work, grace_s=GRACE_S)
    except TimeoutError as error:
        if deadline.expired():
            text = f"source {loaded.name} did not finish its poll within {timeout_s:g} s"
            raise PluginError(f"{text}; it is rested") from error
        raise _broken(loaded.name, error) from error
    except Abandoned as error:
        raise PluginError(str(error)) from error
    except (Unavailable, ConfigError, PluginError):
        raise
    except BadData as error:
        raise PluginError(f"source {loaded.name}: {clean(error, 300)}") from error
    except Exception as error:  # a plugin call
        raise _broken(loaded.name, error) from error
    collected.report()
    saved = _plain(mine.cursor, loaded.name)
    context.cursor.clear()
    context.cursor.update(saved)
    return collected.offers


class _Collected:
    """What was taken of one poll, and what was refused."""

    def __init__(self, loaded: LoadedSource, limit: int) -> None:
        self._loaded = loaded
        self._limit = limit
        self._keys: set[str] = set()
        self._refused: list[str] = []
        self.offers: list[Offer] = []

    def is_full(self) -> bool:
        return len(self.offers) >= self._limit or len(self._refused) >= _MOST_REFUSED

    def add(self, thing: object) -> None:
        try:
            offer = checked(thing, self._loaded)
            if offer.key in self._keys:
                raise BadData(f"key {clean(offer.key, 60)} was offered twice in one poll")
        except BadData as error:
            self._refused.append(str(error))
            return
        self._keys.add(offer.key)
        self.offers.append(offer)

    def report(self) -> None:
        if not self._refused:
            return
        text = f"source {self._loaded.name}: {len(self._refused)} offers refused; first: {self._refused[0]}"
        if not self.offers:
            raise PluginError(text)
        logger.warning("%s", text)


async def _collect(source: ImageSource, context: SourceContext, collected: _Collected, name: str) -> None:
    stream: AsyncIterator[Offer] = source.offers(context)
    if not hasattr(stream, "__anext__"):
        if inspect.iscoroutine(stream):
            stream.close()
        raise PluginError(f"source {name}: offers() must be an async generator; see docs/plugins.md")
    try:
        while not collected.is_full():
            try:
                thing = await Leash(anext(stream), grace_s=GRACE_S, name=f"source {name}")
            except StopAsyncIteration:
                return
            collected.add(thing)
            await asyncio.sleep(0)
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None and not getattr(stream, "ag_running", False):
            await Leash(close(), grace_s=GRACE_S, name=f"source {name}")


def _plain(cursor: MutableMapping[str, Any], name: str) -> dict[str, Any]:
    """A copy of the cursor that shares nothing with the plugin."""
    try:
        text = json.dumps(dict(cursor), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise PluginError(f"source {name}: its cursor is no JSON: {clean(error, 200)}") from error
    if len(text) > LONGEST_CURSOR:
        raise PluginError(f"source {name}: its cursor has {len(text)} bytes; at most {LONGEST_CURSOR}")
    plain: dict[str, Any] = json.loads(text)
    return plain


def _broken(name: str, error: BaseException) -> PluginError:
    logger.error("source %s failed in offers()", name, exc_info=error)
    return PluginError(f"source {name}: {clean(f'{type(error).__name__}: {error}', 300)}")
