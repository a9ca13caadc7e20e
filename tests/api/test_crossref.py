"""Catalogue questions through the API."""

from datetime import UTC, datetime

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire_crossref import CrossrefReply
from astrolens.domain.errors import BadData
from tests.api.conftest import House, judged, match_answer


async def test_one_picture_one_position_and_a_batch_are_three_routes(house: House, client: Client) -> None:
    first, second = await house.store.run(judged, house.store, 2)
    known = await client.ask(orders.crossref(first))
    assert (known["catalogue"], known["image_id"]) == ("known", first)
    assert known["answers"][0]["matches"][0]["name"] == "NGC 5216"
    unknown = await client.ask(orders.crossref_at(10.0, -20.0, radius_arcsec=3.0))
    assert (unknown["catalogue"], unknown["image_id"]) == ("unknown", None)
    batch = await client.ask(orders.crossref_batch((second, 999, second)))
    assert batch == {"queued": 1, "unknown_ids": [999]}
    assert house.control.told == [
        ("crossref", first),
        ("crossref_at", 10.0, -20.0, 3.0, None),
        ("crossref_later", (second,)),
    ]


async def test_the_time_of_an_exposure_goes_along_and_asks_for_more(house: House, client: Client) -> None:
    reply = await client.ask(orders.crossref_at(10.0, -20.0, epoch="2026-03-01T04:30:00Z"))
    assert reply["catalogue"] == "not_answered"  # what moves was not heard
    at = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)
    assert house.control.told == [("crossref_at", 10.0, -20.0, None, at)]


async def test_a_picture_without_a_position_says_so(house: House, client: Client) -> None:
    (first,) = await house.store.run(lambda: judged(house.store, 1, position=False))
    with pytest.raises(BadData, match="has no position"):
        await client.ask(orders.crossref(first))
    with pytest.raises(BadData, match="no image 999"):
        await client.ask(orders.crossref(999))


@pytest.mark.parametrize(
    "body",
    [
        {"ra_deg": 360.0, "dec_deg": 0.0},
        {"ra_deg": 0.0, "dec_deg": -91.0},
        {"ra_deg": 0.0},
        {"ra_deg": 1.0, "dec_deg": 1.0, "radius_arcsec": 0.0},
        {"ra_deg": 10**400, "dec_deg": 0},
        {"ra_deg": 1.0, "dec_deg": 1.0, "epoch": "yesterday"},
        {"ra_deg": 1.0, "dec_deg": 1.0, "epoch": "2026-03-01T04:30:00"},
    ],
)
async def test_what_is_no_position_is_refused(client: Client, body: dict[str, object]) -> None:
    with pytest.raises(BadData):
        await client.ask(Call[CrossrefReply](method="POST", path="/crossref", body=body))


async def test_batches_have_a_size(client: Client) -> None:
    for ids in ((), tuple(range(1001))):
        with pytest.raises(BadData, match="give 1 to 1000"):
            await client.ask(orders.crossref_batch(ids))


async def test_the_summary_counts_every_state(house: House, client: Client) -> None:
    first, _ = await house.store.run(judged, house.store, 2)
    await house.store.run(house.store.crossref.put, first, [match_answer()], required=["simbad"])
    summary = await client.ask(questions.crossref_summary())
    assert summary == {"known": 1, "unknown": 0, "not_answered": 0, "no_position": 0, "not_asked": 1}
