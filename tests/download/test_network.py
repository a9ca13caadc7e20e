"""One signal when the machine goes offline, one when it is back."""

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.download.network import Network
from tests.download.servers import Clock


def test_three_failures_in_a_row_are_offline_and_one_answer_is_online() -> None:
    clock, signals = Clock(), list[bool]()
    network = Network(clock.timing(), signals.append)
    network.failed()
    network.failed()
    network.succeeded()
    network.failed()
    network.failed()
    network.check()
    network.failed()
    for _ in range(1000):
        with pytest.raises(Unavailable, match="offline"):
            network.check()
    assert signals == [False]
    clock.now_s += 30.0
    network.check()
    with pytest.raises(Unavailable) as second:
        network.check()
    assert second.value.retry_after_s == 30.0
    network.failed()
    assert signals == [False]
    network.succeeded()
    network.check()
    assert signals == [False, True]
