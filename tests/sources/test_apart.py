"""Strangers' code in threads: its results and errors come back, and what hangs hangs alone."""

import asyncio
import threading
import time

import pytest
from blockbuster import BlockBuster

from astrolens.sources.apart import Abandoned, Apart


async def test_results_and_errors_come_back() -> None:
    apart = Apart("x")

    async def good() -> str:
        await asyncio.to_thread(lambda: None)
        return threading.current_thread().name

    async def bad() -> None:
        raise KeyError("k")

    assert await apart.run(good, grace_s=1) == "x"
    assert await apart.call(lambda: 7) == 7
    with pytest.raises(KeyError):
        await apart.run(bad, grace_s=1)


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError])
async def test_nothing_ends_the_process(kind: type[BaseException]) -> None:
    async def ends() -> None:
        raise kind

    def ends_at_once() -> None:
        raise kind

    with pytest.raises(RuntimeError, match=kind.__name__):
        await Apart("x").run(ends, grace_s=1)
    with pytest.raises(RuntimeError, match=kind.__name__):
        await Apart("x").call(ends_at_once)


async def test_a_cancellation_arrives_there_and_cleaning_up_is_waited_for() -> None:
    cleaned = threading.Event()

    async def slow() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.05)
            cleaned.set()

    apart = Apart("x")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await apart.run(slow, grace_s=5)
    assert cleaned.is_set()
    apart.check()


async def test_what_hangs_is_abandoned_and_not_called_again_until_it_ends(loop_guard: BlockBuster) -> None:
    loop_guard.deactivate()
    release = threading.Event()

    async def blocks() -> None:
        release.wait(30)

    apart = Apart("source x")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await apart.run(blocks, grace_s=-0.9)
    with pytest.raises(Abandoned, match="source x still hangs"):
        await apart.call(lambda: None)
    release.set()
    async with asyncio.timeout(30):
        while True:
            try:
                assert await apart.call(lambda: 1) == 1
                break
            except Abandoned:
                await asyncio.sleep(0.01)


async def test_an_endless_loop_is_broken() -> None:
    ended = threading.Event()

    def spins() -> None:
        try:
            while True:
                pass
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await Apart("x").call(spins)
    assert await asyncio.to_thread(ended.wait, 10)


async def test_the_end_does_not_wait_for_threads_of_threads() -> None:
    release = threading.Event()

    async def leaves_a_thread() -> int:
        try:
            async with asyncio.timeout(0.05):
                await asyncio.to_thread(release.wait, 30)
        except TimeoutError:
            return 1
        return 0

    begun = time.monotonic()
    assert await Apart("x").run(leaves_a_thread, grace_s=1) == 1
    assert time.monotonic() - begun < 10
    release.set()
