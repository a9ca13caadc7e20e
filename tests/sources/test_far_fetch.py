"""A plugin's requests are made on the host's loop, and end with the plugin's patience."""

import asyncio
import threading
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from astrolens.domain.errors import Unavailable
from astrolens.plugin import Answer
from astrolens.sources.apart import Apart
from astrolens.sources.far_fetch import FarFetcher


class Here:
    """A fetcher that notes which thread it works in."""

    def __init__(self) -> None:
        self.threads: set[str] = set()
        self.cancelled = asyncio.Event()

    async def get_bytes(self, url: str, params: Mapping[str, str] | None = None) -> bytes:
        self.threads.add(threading.current_thread().name)
        if url == "away":
            raise Unavailable("away", 7.0)
        if url == "slow":
            try:
                await asyncio.sleep(3600)
            finally:
                self.cancelled.set()
        return url.encode()

    async def get_json(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        return [await self.get_bytes(url, params), params]

    async def ask(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        also: Collection[int] = (),
    ) -> Answer:
        return Answer(body=await self.get_bytes(url), headers=dict(form or {}))


async def test_requests_are_handed_over() -> None:
    here = Here()
    far = FarFetcher(here, asyncio.get_running_loop())

    async def plugin() -> list[object]:
        answer = await far.ask("a", form={"k": "v"})
        return [await far.get_bytes("b"), await far.get_json("c", {"x": "1"}), answer.body, answer.headers]

    got = await Apart("plugin").run(plugin, grace_s=1)
    assert got == [b"b", [b"c", {"x": "1"}], b"a", {"k": "v"}]
    assert here.threads == {threading.current_thread().name}


async def test_errors_and_cancellations_cross_over() -> None:
    here = Here()
    far = FarFetcher(here, asyncio.get_running_loop())
    with pytest.raises(Unavailable) as caught:
        await Apart("plugin").run(lambda: far.get_bytes("away"), grace_s=1)
    assert caught.value.retry_after_s == 7.0
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await Apart("plugin").run(lambda: far.get_bytes("slow"), grace_s=1)
    async with asyncio.timeout(30):
        await here.cancelled.wait()
