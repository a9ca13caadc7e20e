"""POST /annotate/{id}: words with their notice, and in the detail of the picture from then on."""

import pytest

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.domain.description import NOTICE
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.image import Offer
from tests.api.conftest import House, a_description, judged


async def test_words_come_with_what_they_are(house: House, client: Client) -> None:
    (image_id,) = await house.store.run(judged, house.store, 1)
    row = await client.ask(orders.annotate(image_id))
    assert row["words"] == "Two nuclei and a bridge."
    assert (row["suggested"], row["confidence"], row["features"]) == ("merging galaxies", 0.8, ["bridge"])
    assert (row["described"], row["reason"], row["notice"]) == (True, "", NOTICE)
    assert house.control.told == [("annotate", image_id)]


async def test_they_are_part_of_the_detail_once_stored(house: House, client: Client) -> None:
    first, second = await house.store.run(judged, house.store, 2)
    await house.store.run(house.store.words.add, a_description(first))
    detail = await client.ask(questions.image(first))
    assert detail["description"]["words"] == "Two nuclei and a bridge."
    assert "description" not in await client.ask(questions.image(second))


async def test_refusals(house: House, client: Client) -> None:
    with pytest.raises(BadData, match="no image 77"):
        await client.ask(orders.annotate(77))
    (offered,) = await house.store.run(
        house.store.images.offer_many, [Offer(source="sdss", key="new", url="https://example.org/n")]
    )
    with pytest.raises(BadData, match="no thumbnail"):
        await client.ask(orders.annotate(offered))
    (image_id,) = await house.store.run(judged, house.store, 1)
    house.control.error = ConfigError("describe.enabled is false")
    with pytest.raises(BadData, match=r"describe\.enabled"):
        await client.ask(orders.annotate(image_id))
    house.control.error = Unavailable("no language model server answers")
    with pytest.raises(Unavailable, match="no language model"):
        await client.ask(orders.annotate(image_id))
