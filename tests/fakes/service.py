"""What every fake of other people's servers is: a well-behaved app, and how to point our side at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeService:
    """One service as research describes its wire format.

    The contract suite serves `build(empty)` on a local port, spoils single replies from outside (HTML with status
    200, 429, stalls, resets, ...), and looks at what our side makes of it; the app itself only has to be correct.

    Attributes
    ----------
    name : str
        The source plugin's or the catalogue's name.
    build : Callable
        ``build(empty)`` makes the app; with ``empty`` every search finds nothing, in the service's own form.
    options : Callable
        ``options(base_url)`` gives the plugin's options (or the catalogue's settings) that point at it.
    pictures : frozenset of str
        Path prefixes whose replies are picture bytes; all others are searches.
    expected : int
        Offers (or matches) of the good app in one poll of 8.
    """

    name: str
    build: Callable[[bool], web.Application]
    options: Callable[[str], Mapping[str, Any]]
    pictures: frozenset[str] = field(default_factory=frozenset)
    expected: int = 1
