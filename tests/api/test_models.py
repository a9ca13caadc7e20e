"""GET /models is in tests of views; here: compare, promote and roll back, and how each is refused."""

import getpass

import pytest

from astrolens.api import orders
from astrolens.api.call import Call
from astrolens.api.client import Client
from astrolens.api.models import comparison_row, promotion_row
from astrolens.api.promoter import Promoter
from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire_models import ComparisonRow, PromotionRow
from astrolens.domain.errors import BadData
from tests.api.conftest import House
from tests.api.small_views import a_comparison, a_promotion


async def test_orders_reach_the_daemon_and_answers_have_their_shape(house: House, client: Client) -> None:
    small: Promoter = house.control.promoter
    assert small.comparing == ""
    compared = await client.ask(orders.compare_model(" bundled-fast "))
    assert mistake_in(compared, schema_of(ComparisonRow)) is None
    assert compared == comparison_row(a_comparison("bundled-fast"))
    promoted = await client.ask(orders.promote_model("bundled-fast", reviewer="ada", reason="better"))
    assert mistake_in(promoted, schema_of(PromotionRow)) is None
    proof = a_comparison("bundled-fast")
    assert promoted == promotion_row(a_promotion("bundled-fast", "ada", "better", proof))
    unproved = await client.ask(orders.promote_model("worse", without_proof=True))
    assert unproved["comparison"] is None
    me = getpass.getuser()
    assert house.control.promoter.told == [
        ("compare", "bundled-fast"),
        ("promote", "bundled-fast", "ada", "better", False),
        ("promote", "worse", me, "", True),
    ]


async def test_refusals(house: House, client: Client) -> None:
    with pytest.raises(BadData, match="not shown to be better"):
        await client.ask(orders.promote_model("worse"))
    with pytest.raises(BadData, match="nothing to go back to"):
        await client.ask(orders.roll_back_model(reviewer="ada", reason="n"))
    assert house.control.promoter.told[-1] == ("roll back", "ada", "n")
    house.control.promoter.comparing = "another"
    with pytest.raises(BadData, match="another is being compared now"):
        await client.ask(orders.compare_model("bundled-fast"))
    for wrong in (
        orders.compare_model(" "),
        orders.promote_model("a\x1bb"),
        orders.compare_model("a" * 5000),
    ):
        call: Call[object] = wrong  # type: ignore[assignment]
        with pytest.raises(BadData, match="model is empty, too long"):
            await client.ask(call)
    with pytest.raises(BadData, match="501 characters; at most 500"):
        await client.ask(orders.roll_back_model(reason="x" * 501))
