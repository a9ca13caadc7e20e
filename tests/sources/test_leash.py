"""A cancellation is final, whatever the stranger does with it."""

import asyncio
import logging

import pytest

from astrolens.sources.leash import Leash

GRACE_S = 0.05


async def _led(stranger: "asyncio.Future[str] | object", timeout_s: float = 0.05) -> object:
    async with asyncio.timeout(timeout_s):
        return await Leash(stranger, grace_s=GRACE_S, name="it")  # type: ignore[arg-type]


async def test_results_and_errors_pass_through() -> None:
    async def works(value: str) -> str:
        await asyncio.sleep(0)
        return value

    async def fails() -> None:
        await asyncio.sleep(0)
        raise KeyError("k")

    assert await _led(works("done")) == "done"
    with pytest.raises(KeyError):
        await _led(fails())


async def test_an_error_of_what_it_waits_for_reaches_it() -> None:
    async def works() -> str:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, OSError("gone"))
        try:
            await future
        except OSError:
            return "caught"
        return "missed"

    assert await _led(works()) == "caught"


async def test_a_cancellation_of_its_own_making_is_its_own_affair() -> None:
    async def works() -> str:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.cancel)
        try:
            await future
        except asyncio.CancelledError:
            return "caught"
        return "missed"

    assert await _led(works()) == "caught"


async def test_it_may_clean_up() -> None:
    cleaned: list[bool] = []

    async def tidy() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    with pytest.raises(TimeoutError):
        await _led(tidy())
    assert cleaned == [True]


async def test_what_it_brings_after_a_cancellation_is_dropped() -> None:
    async def late() -> str:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            return "late"
        return "never"

    async def angry() -> None:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise ValueError("angry") from None

    for stranger in (late(), angry()):
        with pytest.raises(TimeoutError):
            await _led(stranger)


async def test_one_that_will_not_end_is_abandoned(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    async def stubborn() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    with pytest.raises(TimeoutError):
        await _led(stubborn())
    assert "it ignored its cancellation" in caplog.text
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_a_stop_from_outside_gets_through() -> None:
    async def stubborn() -> None:
        for _ in range(3):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_led(stubborn(), timeout_s=3600), 0.05)
