"""Pause, resume, reload, stop, poll, recalibrate."""

import pytest

from astrolens.api import orders
from astrolens.api.call import TcpAddress
from astrolens.api.client import Client
from astrolens.domain.errors import BadData, ConfigError
from tests.api.conftest import TOKEN, House, a_house


async def test_each_order_reaches_the_daemon(house: House, client: Client) -> None:
    assert await client.ask(orders.pause()) == {"state": "paused"}
    assert await client.ask(orders.resume()) == {"state": "running"}
    assert await client.ask(orders.reload()) == {"state": "running", "needs_restart": ["analyse.model"]}
    assert await client.ask(orders.poll("sdss")) == {"state": "running"}
    assert await client.ask(orders.recalibrate()) == {"state": "running"}
    assert await client.ask(orders.recalibrate("folder")) == {"state": "running"}
    assert await client.ask(orders.stop()) == {"state": "stopping"}
    assert house.control.told == [
        ("poll", "sdss"),
        ("recalibrate", None),
        ("recalibrate", "folder"),
        ("stop",),
    ]


async def test_a_wrong_file_is_refused_with_its_mistakes(house: House, client: Client) -> None:
    house.control.error = ConfigError(
        "astrolens.toml:3: detect.budget: unknown key; did you mean budget_per_1000?"
    )
    with pytest.raises(BadData, match="did you mean budget_per_1000"):
        await client.ask(orders.reload())


async def test_unknown_sources_are_refused(house: House, client: Client) -> None:
    with pytest.raises(BadData, match="did you mean folder"):
        await client.ask(orders.recalibrate("foldr"))
    with pytest.raises(BadData, match="switched on are: sdss, folder"):
        await client.ask(orders.poll("zzz"))
    assert house.control.told == []


async def test_a_stop_comes_only_over_the_socket() -> None:
    async with a_house(tcp=True) as house:
        async with Client(TcpAddress(port=house.tcp_port, token=TOKEN)) as client:
            with pytest.raises(ConfigError, match="only on the Unix socket"):
                await client.ask(orders.stop())
        assert house.control.told == []


async def test_a_trial_tells_what_would_change_and_orders_nothing(house: House, client: Client) -> None:
    reply = await client.ask(orders.try_calibration())
    (row,) = reply["sources"]  # the other source has too few pictures
    assert (row["source"], row["pictures"], row["new"], row["gone"]) == ("sdss", 2, 1, 0)
    assert row["table"] == [
        {"old": "normal", "new": "anomaly", "count": 1, "ids": [1]},
        {"old": "normal", "new": "normal", "count": 1, "ids": []},
    ]
    assert house.control.told == [("try", "folder"), ("try", "sdss")]
    with pytest.raises(BadData, match="folder has too few"):
        await client.ask(orders.try_calibration("folder"))
