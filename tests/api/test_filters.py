"""Filters that have a name."""

import pytest

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.domain.errors import BadData


async def test_saved_replaced_and_removed(client: Client) -> None:
    assert await client.ask(questions.saved_filters()) == []
    await client.ask(orders.save_filter("pairs", "why:pair*"))
    saved = await client.ask(orders.save_filter("b", "sigma>4"))
    assert saved == [{"name": "b", "words": "sigma>4"}, {"name": "pairs", "words": "why:pair*"}]
    await client.ask(orders.save_filter("b", "sigma>5 -label:*"))
    assert (await client.ask(questions.saved_filters()))[0]["words"] == "sigma>5 -label:*"
    left = await client.ask(orders.remove_filter("b"))
    assert len(left) == 1


async def test_what_is_refused(client: Client) -> None:
    with pytest.raises(BadData, match="is no number"):
        await client.ask(orders.save_filter("x", "sigma>x"))
    with pytest.raises(BadData, match="name is empty"):
        await client.ask(orders.save_filter("  ", "sigma>1"))
    with pytest.raises(BadData, match="no saved filter 'nothing'"):
        await client.ask(orders.remove_filter("nothing"))


async def test_there_is_an_end_to_saving(client: Client) -> None:
    for number in range(200):
        await client.ask(orders.save_filter(f"n{number}", "sigma>1"))
    with pytest.raises(BadData, match="200 filters"):
        await client.ask(orders.save_filter("one more", "sigma>1"))
    await client.ask(orders.save_filter("n0", "sigma>2"))
