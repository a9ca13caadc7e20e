"""The card of a verdict over the socket: complete, finite, and its heat map the right way up."""

import numpy as np
import pytest

from astrolens.api import questions
from astrolens.api.client import Client
from astrolens.api.why import heat_row
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.domain.heat import Box, HeatMap
from tests.api.conftest import House, a_verdict, judged


async def test_the_card_holds_the_evidence(house: House, client: Client) -> None:
    (first, *_rest) = await house.store.run(judged, house.store, 4)
    await house.store.run(house.store.verdicts.put, first, a_verdict(4.0, Decision.ANOMALY))
    card = await client.ask(questions.why(first))
    assert (card["image_id"], card["decision"], card["held_by"]) == (first, "anomaly", "")
    chances = [one["p_value"] for one in card["detectors"]]
    assert chances == sorted(chance for chance in chances if chance is not None)
    assert card["majority"] is (card["votes"] >= 2)
    assert card["calibrated_on"] is None
    assert not card["former_model"] or card["model_id"] != "m1"
    assert first not in [one["id"] for one in card["normals"]]
    heat = card.get("heat")
    assert heat is not None
    assert heat["values"] == [[0.0, 0.5], [0.25, 1.0]]


async def test_without_a_heat_map_nothing_is_computed(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    assert "heat" not in await client.ask(questions.why(first, heat=False))
    assert house.control.told == [("why", first, False)]


async def test_a_picture_without_a_verdict_has_no_card(house: House, client: Client) -> None:
    with pytest.raises(BadData, match="no image 99"):
        await client.ask(questions.why(99))


def test_a_heat_map_is_placed_on_the_thumbnail() -> None:
    values = np.array([[0.0, 0.5], [0.25, 1.0]], dtype=np.float32)
    heat = HeatMap(values=values, box=Box(left=16.0, upper=0.0, right=48.0, lower=24.0))
    upright = heat_row(heat, 64, 48, upside_down=False)
    assert upright == {"values": [[0.0, 0.5], [0.25, 1.0]], "box": [0.25, 0.0, 0.75, 0.5]}
    turned = heat_row(heat, 64, 48, upside_down=True)
    assert turned == {"values": [[0.25, 1.0], [0.0, 0.5]], "box": [0.25, 0.5, 0.75, 1.0]}
