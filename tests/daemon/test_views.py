"""Sky, embeddings, models, settings and sources of a real house."""

import asyncio
from typing import get_type_hints

from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourceCard
from astrolens.api.wire_sky import EmbeddingReply, SkyReply
from astrolens.daemon.house import House
from astrolens.daemon.views import ViewDesk
from astrolens.domain.clock import utc_now
from tests.pipeline.pictures import measured, normals


async def test_an_empty_house(house: House) -> None:
    views = ViewDesk(house)
    sky = await house.store.run(views.sky)
    assert set(sky) == set(get_type_hints(SkyReply))
    assert (sky["areas"], sky["judged"]) == ([], 0)
    found = await house.store.run(views.embedding, 100)
    assert set(found) == set(get_type_hints(EmbeddingReply))
    assert found["reason"].startswith("0 of the 20 pictures")
    models = await house.store.run(views.models)
    assert set(models) == set(get_type_hints(ModelsReply))
    assert [one["in_use"] for one in models["models"]] == [True]
    assert len(models["weights_sha256"]) == 64
    assert [one["kind"] for one in models["choices"]] == ["trained", "shipped", "shipped", "shipped"]
    assert [one["in_use"] for one in models["choices"]] == [True, False, False, False]
    assert [one["configured"] for one in models["choices"]] == [True, False, False, False]
    assert (models["promotions"], models["comparisons"], models["comparing"]) == ([], [], "")
    assert [one["word"] for one in models["drift"]] == ["unknown"]
    settings = await house.store.run(views.settings)
    assert set(settings) == set(get_type_hints(SettingsReply))
    assert any(row["key"] == "detect.budget_per_1000" and row["at_once"] for row in settings["rows"])
    (card,) = (await house.store.run(views.sources))["sources"]
    assert set(card) == set(get_type_hints(SourceCard))
    assert (card["state"], card["held"], card["breaker"]) == ("ok", False, "closed")


async def test_judged_pictures_are_on_both(house: House) -> None:
    model_id = house.encoder.model_id
    await asyncio.to_thread(measured, house.store, normals(60), "folder", model_id=model_id)
    while await house.flow.judging.judge_waiting():
        pass
    views = ViewDesk(house)
    sky = await house.store.run(views.sky)
    assert sky["judged"] + sky["without_position"] == 60
    found = await house.store.run(views.embedding, 100)
    assert len(found["points"]) == 60
    again = await house.store.run(views.embedding, 30)
    places = {point["id"]: (point["x"], point["y"]) for point in found["points"]}
    assert all(places[point["id"]] == (point["x"], point["y"]) for point in again["points"]), (
        "it does not wander"
    )
    models = await house.store.run(views.models)
    assert models["models"][0]["pictures"] == 60
    assert [one["source"] for one in models["calibrations"]] == ["folder"]
    assert models["alarms"][0]["judged"] == 60
    assert models["alarms"][0]["false_per_1000"] is None, "nobody said anything"


async def test_a_held_source_is_not_asked_and_stays_held(house: House) -> None:
    views = ViewDesk(house)
    await views.hold("folder", held=True)
    assert house.rotation.due(utc_now()) == []
    (card,) = (await house.store.run(views.sources))["sources"]
    assert card["held"]
    kept = await house.store.run(house.store.state.get, "sources.health")
    assert kept["folder"]["held"] is True
    await views.hold("folder", held=False)
    assert house.rotation.due(utc_now()) == ["folder"]
