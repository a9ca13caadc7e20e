"""What the host lends to a plugin."""

from pathlib import Path

import pytest

from astrolens.domain.errors import PluginError
from astrolens.sources.context import NoNetwork, make_context
from tests.sources.strangers import stranger


def test_the_context_carries_options_limit_and_a_seeded_chance(tmp_path: Path) -> None:
    loaded = stranger(tmp_path, batch=7, greeting="hi")
    one = make_context(loaded, cursor={}, is_known=lambda key: False, seed=1)
    other = make_context(loaded, cursor={}, is_known=lambda key: False, seed=1)
    third = make_context(loaded, cursor={}, is_known=lambda key: False, seed=2, limit=3)
    assert (one.limit, third.limit) == (7, 3)
    assert one.options.greeting == "hi"
    drawn = [context.random.random() for context in (one, other, third)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert one.now().tzinfo is not None


def test_is_known_asks_for_the_key_as_it_is_stored(tmp_path: Path) -> None:
    asked: list[str] = []

    def is_known(key: str) -> bool:
        asked.append(key)
        return True

    context = make_context(stranger(tmp_path), cursor={}, is_known=is_known)
    assert context.is_known("plain")
    assert context.is_known("a\nb")
    assert asked[0] == "plain"
    assert asked[1].startswith("a%0Ab~")


async def test_without_a_fetcher_the_network_is_refused() -> None:
    with pytest.raises(PluginError, match="declares no hosts"):
        await NoNetwork().get_bytes("https://example.org/")
    with pytest.raises(PluginError, match="declares no hosts"):
        await NoNetwork().get_json("https://example.org/")
