"""A blocking call is waited for, but not for ever."""

import threading
import time

import pytest

from astrolens.catalog.patience import call_within
from astrolens.domain.errors import Unavailable


async def test_results_and_errors_cross_over() -> None:
    assert await call_within(lambda: 5, 2.0, "adding") == 5
    with pytest.raises(ZeroDivisionError):
        await call_within(lambda: 1 // 0, 2.0, "dividing")


async def test_a_call_that_hangs_is_left_behind() -> None:
    release = threading.Event()
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"SIMBAD did not answer within 0\.1 s"):
        await call_within(release.wait, 0.1, "SIMBAD")
    assert time.monotonic() - started < 10.0
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "SIMBAD"]
    assert thread.daemon
    release.set()
    thread.join(2.0)
    assert not thread.is_alive()
