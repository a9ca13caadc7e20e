"""Whose word a request carries."""

import getpass

from astrolens.api import orders
from astrolens.api.client import Client
from astrolens.api.reviewer import LONGEST_REVIEWER
from astrolens.domain.review import LabelValue
from tests.api.conftest import House, judged


async def test_the_name_that_is_given_cleaned_and_cut_or_the_login(house: House, client: Client) -> None:
    numbers = await house.store.run(judged, house.store, 3)
    names = ["ve\x1b[2Jra" + "x" * 99, "   ", None]
    rows = [
        await client.ask(orders.label(number, LabelValue.NORMAL, reviewer=name))
        for number, name in zip(numbers, names, strict=True)
    ]
    assert "\x1b" not in rows[0]["reviewer"]
    assert len(rows[0]["reviewer"]) == LONGEST_REVIEWER
    assert [row["reviewer"] for row in rows[1:]] == [getpass.getuser()] * 2
