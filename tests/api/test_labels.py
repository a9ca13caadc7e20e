"""People's words: on disk before the answer, once, and never changed."""

import asyncio
import getpass

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire import LabelRow
from astrolens.domain.errors import BadData
from astrolens.domain.event import EventKind
from astrolens.domain.review import LabelValue
from tests.api.conftest import House, judged


async def test_a_label_is_stored_told_and_shown(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    with house.hub.subscribed() as events:
        label = await client.ask(
            orders.label(first, LabelValue.ANOMALY, reviewer="vera", interest=5, note="two\nnuclei\x1b[2J")
        )
        told = await events.wait_next()
    assert told.kind is EventKind.LABELLED  # type: ignore[union-attr]
    assert label["note"] == "two nuclei\N{REPLACEMENT CHARACTER}[2J"
    assert await house.store.run(house.store.labels.count) == 1
    assert await client.ask(questions.labels_of(first)) == [label]
    row = (await client.ask(questions.candidates()))["rows"][0]
    assert (row["label"], row["reviewer"], row["interest"]) == ("anomaly", "vera", 5)


async def test_201_comes_after_the_commit_and_200_for_what_was_there(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    order = orders.label(first, LabelValue.NORMAL, reviewer="vera")
    labels = await asyncio.gather(*(client.ask(order) for _ in range(8)))
    assert len({label["label_id"] for label in labels}) == 1
    statuses = sorted(status for path, _, status, _ in house.answers if path == "/labels")
    assert statuses == [200] * 7 + [201]
    other = await client.ask(orders.label(first, LabelValue.NORMAL, reviewer="jan"))
    changed = await client.ask(orders.label(first, LabelValue.UNSURE, reviewer="vera"))
    back = await client.ask(order)
    numbers = {labels[0]["label_id"], other["label_id"], changed["label_id"], back["label_id"]}
    assert len(numbers) == 4


async def test_without_a_name_it_is_the_callers_login(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    label = await client.ask(orders.label(first, LabelValue.ARTEFACT))
    assert label["reviewer"] == getpass.getuser()


async def test_a_withdrawn_label_stays_on_record(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    label = await client.ask(orders.label(first, LabelValue.ANOMALY, reviewer="vera"))
    gone = await client.ask(orders.withdraw_label(label["label_id"]))
    assert gone == {**label, "withdrawn": True}
    assert await client.ask(orders.withdraw_label(label["label_id"])) == gone
    assert await client.ask(questions.labels_of(first)) == [gone]
    again = await client.ask(orders.label(first, LabelValue.ANOMALY, reviewer="vera"))
    assert again["label_id"] != label["label_id"]
    with pytest.raises(BadData, match="no label 999"):
        await client.ask(orders.withdraw_label(999))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"value": "great"}, "value is 'great'; choose one of anomaly"),
        ({"interest": 6}, "interest is 6"),
        ({"interest": True}, "whole number"),
        ({"note": "x" * 2001}, "2000 are the most"),
        ({"image_id": 999}, "no image 999"),
        ({"image_id": "1"}, "whole number"),
        ({"extra": 1}, "extra"),
    ],
)
async def test_wrong_labels_are_refused(
    house: House, client: Client, body: dict[str, object], words: str
) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    call = Call[LabelRow](method="POST", path="/labels", body={"image_id": first, "value": "normal", **body})
    with pytest.raises(BadData, match=words):
        await client.ask(call)
    assert await house.store.run(house.store.labels.count) == 0
