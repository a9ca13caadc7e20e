"""/review over a real socket: queue, steps, remarks, opinions, audit."""

import asyncio

import pytest

from astrolens.api import orders, questions, review_calls
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.wire_review import QueueOrder
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.domain.event import EventKind
from astrolens.domain.review import AskedBecause, LabelValue, RemarkKind
from astrolens.store.store import Store
from tests.api.conftest import House, a_verdict, judged


def with_normals(store: Store, anomalies: int, normals: int) -> list[int]:
    numbers = judged(store, anomalies + normals)
    for number in numbers[anomalies:]:
        store.verdicts.put(number, a_verdict(0.5, Decision.NORMAL))
    return numbers


async def test_the_queue_is_interesting_first_with_the_audit_between(house: House, client: Client) -> None:
    numbers = await house.store.run(with_normals, house.store, 12, 12)
    reply = await client.ask(review_calls.review_queue(reviewer="vera", limit=20))
    because = [row["asked_because"] for row in reply["rows"]]
    assert [place for place, reason in enumerate(because) if reason == "audit"][:1] == [9]
    interesting = [row["id"] for row in reply["rows"] if row["asked_because"] == "interesting"]
    assert interesting == [number for number in reversed(numbers[:12]) if number in interesting]
    assert (reply["waiting"], reply["audit_every"], reply["reviewer"]) == (12, 10, "vera")
    alone = await client.ask(review_calls.review_queue(reviewer="vera", order=QueueOrder.INTERESTING))
    assert {row["id"] for row in alone["rows"]} == set(numbers[:12])
    drawn = await client.ask(review_calls.review_queue(reviewer="vera", order=QueueOrder.AUDIT))
    assert {row["id"] for row in drawn["rows"]} == set(numbers)
    for row in drawn["rows"][:5]:
        await client.ask(
            orders.label(row["id"], LabelValue.NORMAL, reviewer="vera", asked_because=AskedBecause.AUDIT)
        )
    rest = await client.ask(review_calls.review_queue(reviewer="vera", order=QueueOrder.AUDIT))
    assert [row["id"] for row in rest["rows"]] == [row["id"] for row in drawn["rows"][5:]]
    assert (rest["labels"], rest["today"], rest["undo"]) == (5, 5, 5)
    other = await client.ask(review_calls.review_queue(reviewer="jan", order=QueueOrder.AUDIT))
    assert [row["id"] for row in other["rows"]] == [row["id"] for row in drawn["rows"]]
    assert (await client.ask(review_calls.audit()))["pictures"] == 5


async def test_the_oddest_of_a_sample_are_asked_whatever_their_verdict(house: House, client: Client) -> None:
    numbers = await house.store.run(with_normals, house.store, 6, 12)
    members = numbers[10:14]
    row = {"model_id": "m1", "looks": 3, "ids": members}
    await house.store.run(house.store.state.put, "sample/sdss", row)
    reply = await client.ask(review_calls.review_queue(reviewer="vera", limit=9))
    asked = [row["id"] for row in reply["rows"] if row["asked_because"] == "calibration"]
    assert asked == members[:3]
    assert [place for place, row in enumerate(reply["rows"]) if row["id"] in asked] == [1, 4, 7]
    said = orders.label(
        members[0], LabelValue.ANOMALY, reviewer="vera", asked_because=AskedBecause.CALIBRATION
    )
    assert (await client.ask(said))["asked_because"] == "calibration"
    alone = await client.ask(review_calls.review_queue(reviewer="jan", order=QueueOrder.CALIBRATION))
    assert [(row["id"], row["asked_because"]) for row in alone["rows"]] == [
        (number, "calibration") for number in members[1:3]
    ]
    interesting = await client.ask(review_calls.review_queue(order=QueueOrder.INTERESTING))
    assert {row["id"] for row in interesting["rows"]} == set(numbers[:6])


async def test_undo_and_redo_tell_what_holds_now(house: House, client: Client) -> None:
    first, second = await house.store.run(judged, house.store, 2)
    await client.ask(orders.label(first, LabelValue.NORMAL, reviewer="jan", interest=2))
    await client.ask(
        review_calls.label_many((first, second), LabelValue.ANOMALY, reviewer="vera", interest=5)
    )
    with house.hub.subscribed() as events:
        undone = await client.ask(review_calls.undo("vera"))
        told = [await events.wait_next(), await events.wait_next()]
    assert [event.kind for event in told] == [EventKind.LABELLED] * 2  # type: ignore[union-attr]
    assert (undone["done"], undone["undo"], undone["redo"]) == (True, 0, 1)
    assert [label["withdrawn"] for label in undone["labels"]] == [True, True]
    assert undone["shown"] == [
        {"image_id": first, "label": "normal", "reviewer": "jan", "interest": 2},
        {"image_id": second, "label": None, "reviewer": None, "interest": None},
    ]
    again = await client.ask(review_calls.redo("vera"))
    assert [label["interest"] for label in again["labels"]] == [5, 5]
    assert (await client.ask(review_calls.redo("vera")))["done"] is False
    assert (await client.ask(review_calls.undo("nobody")))["done"] is False


async def test_opinions_reviewers_and_disagreement(house: House, client: Client) -> None:
    first, second = await house.store.run(judged, house.store, 2)
    for who, value in (("vera", LabelValue.ANOMALY), ("jan", LabelValue.NORMAL), ("eva", LabelValue.NORMAL)):
        await client.ask(orders.label(first, value, reviewer=who))
    await client.ask(orders.label(second, LabelValue.NORMAL, reviewer="jan"))
    await client.ask(review_calls.remark(first, RemarkKind.TAG, "  Polar  Ring ", reviewer="vera"))
    await client.ask(review_calls.remark(first, RemarkKind.NOTE, "look\x1b[2J again", reviewer="jan"))
    said = await client.ask(review_calls.opinions_on(first))
    assert said["disputed"]
    assert said["counts"] == {"anomaly": 1, "normal": 2}
    assert [one["reviewer"] for one in said["opinions"]] == ["vera", "jan", "eva"]
    assert [one["words"] for one in said["remarks"]] == [
        "polar-ring",
        "look\N{REPLACEMENT CHARACTER}[2J again",
    ]
    disputed = await client.ask(review_calls.review_queue(order=QueueOrder.DISPUTED))
    assert [(row["id"], row["asked_because"]) for row in disputed["rows"]] == [(first, "disputed")]
    people = await client.ask(review_calls.reviewers())
    assert [(one["reviewer"], one["labels"], one["disputed"]) for one in people] == [
        ("jan", 2, 1), ("eva", 1, 1), ("vera", 1, 1),
    ]  # fmt: skip
    undone = await client.ask(review_calls.undo("jan"))
    assert [one["words"] for one in undone["remarks"]] == ["look\N{REPLACEMENT CHARACTER}[2J again"]
    assert undone["labels"] == []


async def test_a_batch_is_stored_once_and_all_or_nothing(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 3)
    order = review_calls.label_many(tuple(numbers), LabelValue.ARTEFACT, reviewer="vera")
    answers = await asyncio.gather(*(client.ask(order) for _ in range(4)))
    assert {label["label_id"] for answer in answers for label in answer} == {1, 2, 3}
    with pytest.raises(BadData, match="no image 999"):
        await client.ask(review_calls.label_many((numbers[0], 999), LabelValue.NORMAL, reviewer="vera"))
    assert (await client.ask(questions.labels_of(numbers[0])))[0]["value"] == "artefact"
    with pytest.raises(BadData, match="0 numbers; send 1 to 500"):
        await client.ask(review_calls.label_many((), LabelValue.NORMAL))


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/review/remarks", {"image_id": 1, "kind": "poem", "words": "x"}, "choose one of tag, note"),
        ("/review/remarks", {"image_id": 1, "kind": "tag", "words": " "}, "1 to 40 characters"),
        ("/review/remarks", {"image_id": 1, "kind": "tag", "words": "x" * 41}, "1 to 40 characters; got 41"),
        ("/review/remarks", {"image_id": 1, "kind": "note", "words": "x" * 2001}, "1 to 2000"),
        ("/review/remarks", {"image_id": 999, "kind": "tag", "words": "x"}, "no image 999"),
        ("/labels", {"image_id": 1, "value": "normal", "asked_because": "fun"}, "asked_because is 'fun'"),
        ("/review/undo", {"who": "x"}, "who"),
    ],
)
async def test_wrong_requests_are_refused(
    house: House, client: Client, path: str, body: dict[str, object], words: str
) -> None:
    await house.store.run(judged, house.store, 1)
    with pytest.raises(BadData, match=words):
        await client.ask(Call[object](method="POST", path=path, body=body))
