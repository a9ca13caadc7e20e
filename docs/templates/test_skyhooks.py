"""The contract of a source plugin, tried on the template without network and daemon. Run: pytest test_skyhooks.py"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from astrolens.config.settings import Settings
from astrolens.plugin import Answer, Offer, PluginError, Unavailable
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.poll import poll

PLUGIN = Path(__file__).with_name("skyhooks.py")


class Archive:
    """Answers as Skyhooks does; ``instead`` is answered in its place."""

    def __init__(self, instead: object = None) -> None:
        self._instead = instead

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """Ten exposures in all."""
        if self._instead is not None:
            return self._instead
        first, most = int((params or {})["after"]) + 1, int((params or {})["limit"])
        numbers = range(first, min(first + most, 11))
        return [{"id": number, "ra": 10.0 * number, "dec": -5.0, "mjd": 61_000.5} for number in numbers]

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        """Nothing but the list is asked for."""
        raise AssertionError(url)

    async def ask(self, url: str, **more: Any) -> Answer:
        """Nothing but the list is asked for."""
        raise AssertionError(url)


def load(**options: Any) -> LoadedSource:
    """The plugin, named in the configuration and switched on."""
    tables = {"plugin_files": [PLUGIN], "sources": {"skyhooks": {"enabled": True, **options}}}
    (loaded,) = load_sources(Settings.model_validate(tables))
    return loaded


def ask(cursor: dict[str, Any], limit: int = 4, archive: Archive | None = None) -> list[Offer]:
    """One poll of a plugin that was loaded afresh, as after a restart."""
    context = make_context(
        load(), cursor=cursor, is_known=lambda key: False, fetch=archive or Archive(), limit=limit
    )
    return asyncio.run(poll(load(), context, timeout_s=5))


def test_offers_say_where_and_when() -> None:
    """Licence, credit, position and time come with every picture."""
    offer = ask({})[0]
    assert offer.url == "https://archive.skyhooks.example/images/1.fits"
    assert (offer.licence, offer.credit) == ("CC-BY-4.0", "Skyhooks Observatory")
    assert offer.position is not None
    assert offer.position.ra_deg == 10.0
    assert offer.observed_at is not None


def test_the_cursor_survives_a_restart_and_nothing_comes_twice() -> None:
    """Ten exposures in polls of at most four."""
    cursor: dict[str, Any] = {}
    polls = []
    for _ in range(4):
        polls.append([offer.key for offer in ask(cursor)])
        cursor = json.loads(json.dumps(cursor))
    assert polls == [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9", "10"], []]


@pytest.mark.parametrize("nonsense", [{}, "<html>", [1], [{"ra": 1}], 7])
def test_nonsense_is_told_and_moves_nothing(nonsense: object) -> None:
    """The source rests, and the cursor stays where it was."""
    cursor = {"after": 3}
    with pytest.raises((Unavailable, PluginError)):
        ask(cursor, archive=Archive(nonsense))
    assert cursor == {"after": 3}


def test_rows_without_a_position_are_offered_without_one() -> None:
    """Better no position than a wrong one."""
    (offer,) = ask({}, archive=Archive([{"id": 1, "ra": -9999, "dec": None}]))
    assert (offer.position, offer.observed_at) == (None, None)


def test_mistakes_in_the_table_are_named() -> None:
    """Every wrong key is reported, and the daemon goes on without the source."""
    error = load(telescope="east", colour="red").error
    assert "sources.skyhooks.telescope: got 'east'" in error
    assert "sources.skyhooks.colour: unknown key" in error
