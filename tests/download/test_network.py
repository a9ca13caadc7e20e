"""One signal when the machine goes offline, one when it is back."""

import asyncio

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.download.network import Network
from tests.download.servers import Clock

A, B, C = "https://a.example", "https://b.example", "https://c.example"


def test_three_failures_in_a_row_are_offline_and_one_answer_is_online() -> None:
    clock, signals = Clock(), list[bool]()
    network = Network(clock.timing(), signals.append)
    network.failed(A, local=True)
    network.failed(A, local=True)
    network.check()
    network.failed(A, local=True)
    for _ in range(1000):
        with pytest.raises(Unavailable, match="offline") as refused:
            network.check()
        assert refused.value.retry_after_s == 30.0
    network.failed(A, local=True)
    assert signals == [False]
    network.succeeded(A)
    network.check()
    assert signals == [False, True]


def test_a_name_that_is_gone_is_no_outage_while_others_answer() -> None:
    clock, signals = Clock(), list[bool]()
    network = Network(clock.timing(), signals.append)
    network.succeeded(B)
    for _ in range(50):
        network.failed(A, local=True)
        network.failed(C, local=False)
    assert signals == []
    clock.now_s += 301.0
    network.failed(A, local=True)
    assert signals == [False]


def test_one_server_that_refuses_is_no_outage_but_all_of_them_are() -> None:
    signals = list[bool]()
    network = Network(Clock().timing(), signals.append)
    network.succeeded(A)
    for _ in range(5):
        network.failed(A, local=False)
    assert signals == []
    network.failed(B, local=False)
    assert signals == [False]


async def test_it_looks_by_itself_whether_the_network_is_back() -> None:
    looked: list[str] = []
    signals = list[bool]()
    network = Network(Clock().timing(), signals.append, probe_s=0.01)

    async def probe(origin: str) -> bool:
        looked.append(origin)
        return len(looked) > 6

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        watch = group.create_task(network.watch(probe), name="watch")
        for times in (1, 2):
            looked.clear()
            for origin in (A, B, C):
                network.failed(origin, local=True)
            while not network.online:
                await asyncio.sleep(0.005)
            assert set(looked) == {A, B, C}
            assert signals == [False, True] * times
        watch.cancel()
