"""The candidate list, neighbours, and judging again."""

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire import CandidateOrder, CandidatePage, SimilarRow
from astrolens.domain.detection import Decision
from astrolens.domain.errors import BadData
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import Offer
from astrolens.domain.review import LabelValue
from tests.api.conftest import House, a_verdict, judged


async def test_pages_in_both_orders_hold_everything_once(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 7)
    for order in CandidateOrder:
        seen, after = [], None
        while True:
            page = await client.ask(questions.candidates(order=order, limit=3, after=after))
            assert mistake_in(page, schema_of(CandidatePage)) is None
            assert page["total"] == 7
            seen += [row["id"] for row in page["rows"]]
            after = page["next"]
            if after is None:
                break
        assert seen == sorted(numbers, reverse=True)


async def test_filters_narrow_the_list(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 4)
    others = await house.store.run(lambda: judged(house.store, 1, source="folder"))
    await house.store.run(house.store.verdicts.put, numbers[0], a_verdict(2.0, Decision.NEAR_MISS))
    await client.ask(orders.label(numbers[1], LabelValue.NORMAL, reviewer="r"))

    async def shown(call: Call[CandidatePage]) -> set[int]:
        return {row["id"] for row in (await client.ask(call))["rows"]}

    assert await shown(questions.candidates(decisions=(Decision.NEAR_MISS,))) == {numbers[0]}
    assert await shown(questions.candidates(source="folder")) == set(others)
    assert await shown(questions.candidates(label="normal")) == {numbers[1]}
    assert await shown(questions.candidates(label="any")) == {numbers[1]}
    assert numbers[1] not in await shown(questions.candidates(label="none"))
    assert await shown(questions.candidates(minimum_sigma=3.25)) == {numbers[3]}
    assert await shown(questions.candidates(text="K3")) == {numbers[3]}
    assert await shown(questions.candidates(catalogue=CatalogState.KNOWN)) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"order": "random"},
        {"decision": "odd"},
        {"after": "damaged"},
        {"after": "WyJmb3VuZCIsIDFd"},
        {"limit": "1001"},
        {"label": "x'; --"},
        {"minimum_sigma": "nan"},
        {"filter": "sigma>x"},
        {"filter": "galaxy"},
        {"filter": "decision:normal", "order": "source"},
        {"reverse": "maybe"},
        {"rank": "-1"},
        {"rank": "3", "after": "x"},
        {"offset": "5"},
    ],
)
async def test_wrong_filters_are_refused(client: Client, query: dict[str, str]) -> None:
    with pytest.raises(BadData):
        await client.ask(Call[CandidatePage](method="GET", path="/candidates", query=query))


async def test_neighbours_are_others_nearest_first(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 6)
    found = await client.ask(questions.similar(numbers[0], limit=4))
    assert mistake_in(found, schema_of(list[SimilarRow])) is None
    assert len(found) == 4
    assert numbers[0] not in {row["id"] for row in found}
    similarities = [row["similarity"] for row in found]
    assert similarities == sorted(similarities, reverse=True)


async def test_what_is_not_measured_has_no_neighbours_and_no_verdict(house: House, client: Client) -> None:
    (offered,) = await house.store.run(
        house.store.images.offer_many, [Offer(source="folder", key="a", url="file:///a")]
    )
    with pytest.raises(BadData, match="was not measured"):
        await client.ask(questions.similar(offered))
    with pytest.raises(BadData, match="only a measured picture"):
        await client.ask(orders.analyze(offered))
    with pytest.raises(BadData, match="no image 4711"):
        await client.ask(questions.similar(4711))
    with pytest.raises(BadData, match="no image 4711"):
        await client.ask(orders.analyze(4711))
    assert house.control.told == []


async def test_judging_again_answers_with_the_detail(house: House, client: Client) -> None:
    (first,) = await house.store.run(judged, house.store, 1)
    assert (await client.ask(orders.analyze(first)))["id"] == first
    assert house.control.told == [("rejudge", first)]
    house.control.error = BadData("sdss is still calibrating: 3 of 500")
    with pytest.raises(BadData, match="still calibrating"):
        await client.ask(orders.analyze(first))


async def test_a_typed_filter_and_pages_from_anywhere(house: House, client: Client) -> None:
    await house.store.run(judged, house.store, 6)
    every = await client.ask(questions.candidates(terms="decision:*", limit=50))
    assert every["first"] == 0
    assert every["exact"]
    last = await client.ask(questions.candidates(terms="decision:*", rank=9_999, limit=2))
    assert last["rows"] == every["rows"][-len(last["rows"]) :]
    before = await client.ask(questions.candidates(terms="decision:*", before=last["previous"], limit=2))
    assert before["rows"] == every["rows"][-len(last["rows"]) - 2 : -len(last["rows"])]
    turned = await client.ask(questions.candidates(terms="decision:*", reverse=True, limit=50))
    assert turned["rows"] == every["rows"][::-1]
    one = every["rows"][0]["id"]
    (row,) = (await client.ask(questions.candidates(terms=f"decision:* id:{one}")))["rows"]
    assert row["id"] == one
    with pytest.raises(BadData, match=r"'galaxy' is no filter.*at character 9"):
        await client.ask(questions.candidates(terms="sigma>1 galaxy"))
