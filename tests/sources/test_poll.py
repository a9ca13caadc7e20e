"""One poll of one source: limits, and what a hostile plugin can do."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from astrolens.domain.errors import ConfigError, PluginError, Unavailable
from astrolens.domain.image import Offer
from astrolens.sources import poll as poll_module
from astrolens.sources.context import make_context
from astrolens.sources.loader import LoadedSource
from astrolens.sources.poll import poll
from tests.sources.strangers import stranger


async def _poll(
    loaded: LoadedSource, cursor: dict[str, Any] | None = None, *, limit: int = 10, timeout_s: float = 5.0
) -> list[Offer]:
    cursor = {} if cursor is None else cursor
    context = make_context(loaded, cursor=cursor, is_known=lambda key: False, limit=limit)
    return await poll(loaded, context, timeout_s)


async def test_offers_come_in_order_and_the_cursor_goes_on(tmp_path: Path) -> None:
    loaded, cursor = await asyncio.to_thread(stranger, tmp_path), dict[str, Any]()
    assert [offer.key for offer in await _poll(loaded, cursor)] == ["k0", "k1", "k2", "k3", "k4"]
    assert cursor == {"next": 5}
    assert [offer.key for offer in await _poll(loaded, cursor, limit=2)] == ["k5", "k6"]
    assert cursor == {"next": 7}


async def test_a_flood_is_cut_and_the_generator_closed(tmp_path: Path) -> None:
    body = """
    closed = False
    async def offers(self, context):
        try:
            number = 0
            while True:
                yield self.offer(number)
                number += 1
        finally:
            Source.closed = True
    """
    loaded = await asyncio.to_thread(stranger, tmp_path, body)
    assert len(await _poll(loaded, limit=3)) == 3
    assert vars(type(loaded.working()))["closed"]


@pytest.mark.timeout(10)
async def test_a_flood_of_refused_offers_ends(tmp_path: Path) -> None:
    body = """
    async def offers(self, context):
        while True:
            yield self.offer(0, url="https://evil.example.com")
    """
    with pytest.raises(PluginError, match="1000 offers refused"):
        await _poll(await asyncio.to_thread(stranger, tmp_path, body))


@pytest.mark.timeout(10)
async def test_a_flood_of_the_same_offer_ends(tmp_path: Path) -> None:
    body = """
    async def offers(self, context):
        while True:
            yield self.offer(0)
    """
    assert len(await _poll(await asyncio.to_thread(stranger, tmp_path, body))) == 1


async def test_some_refused_offers_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    body = """
    async def offers(self, context):
        yield self.offer(1)
        yield self.offer(2, url="https://evil.example.com/x")
        yield self.offer(1)
        yield self.offer(3, key="x" * 10_000)
        yield self.offer(4, key="a\\nb")
    """
    keys = [offer.key for offer in await _poll(await asyncio.to_thread(stranger, tmp_path, body))]
    assert keys[0] == "k1"
    assert keys[1].startswith("a%0Ab")
    assert len(keys) == 2
    assert "3 offers refused; first: https://evil.example.com/x: host is not declared" in caplog.text


_HOSTILE = {
    "raises": ("raise RuntimeError('boom\\x1b[2J')", PluginError, "RuntimeError: boom"),
    "raises in the middle": ("yield self.offer(1); raise KeyError('k')", PluginError, "KeyError"),
    "exits": ("raise SystemExit(3)", PluginError, "SystemExit"),
    "stops": ("raise StopIteration", PluginError, "RuntimeError"),
    "hangs": ("await asyncio.sleep(3600)", PluginError, "did not finish its poll within 0.2 s"),
    "its own timeout": ("raise TimeoutError('mine')", PluginError, "TimeoutError: mine"),
    "bad request": ("raise BadData('400: no such column')", PluginError, "no such column"),
    "yields text": ("yield 'https://sky.example.org/1'", PluginError, "yielded str"),
    "yields None": ("yield None", PluginError, "yielded NoneType"),
    "another source": ("yield self.offer(1, source='sdss')", PluginError, "offer of 'sdss'"),
    "foreign host": ("yield self.offer(1, url='https://evil.example.com')", PluginError, "not declared"),
    "long key": ("yield self.offer(1, key='x' * 10_000)", PluginError, "10000 characters"),
    "cursor no JSON": ("context.cursor['x'] = object()", PluginError, "cursor is no JSON"),
    "cursor NaN": ("context.cursor['x'] = float('nan')", PluginError, "cursor is no JSON"),
    "cursor loops": ("context.cursor['x'] = context.cursor", PluginError, "cursor is no JSON"),
    "cursor huge": ("context.cursor['x'] = 'x' * 2_000_000", PluginError, "at most 1000000"),
    "server away": ("raise Unavailable('429', 7.0)", Unavailable, "429"),
    "wrong option": ("raise ConfigError('sources.stranger.greeting: no')", ConfigError, "greeting"),
}


@pytest.mark.parametrize("case", _HOSTILE)
async def test_a_hostile_plugin_ends_as_an_error_the_flow_knows(tmp_path: Path, case: str) -> None:
    line, kind, words = _HOSTILE[case]
    body = f"""
    async def offers(self, context):
        context.cursor["spoilt"] = True
        {line}
        if False: yield
    """
    cursor: dict[str, Any] = {"kept": [1]}
    with pytest.raises(kind, match=words) as caught:
        await _poll(
            await asyncio.to_thread(stranger, tmp_path, body),
            cursor,
            timeout_s=0.2 if case == "hangs" else 5.0,
        )
    assert str(caught.value).isprintable()
    assert cursor == {"kept": [1]}


@pytest.mark.parametrize(
    "method",
    [
        "async def offers(self, context):\n    return [self.offer(1)]",
        "def offers(self, context):\n    return [self.offer(1)]",
        "def offers(self, context):\n    return None",
        "def offers(self):\n    return None",
    ],
)
async def test_offers_that_is_no_generator_is_reported(tmp_path: Path, method: str) -> None:
    with pytest.raises(PluginError):
        await _poll(await asyncio.to_thread(stranger, tmp_path, method))


async def test_a_plugin_that_swallows_its_cancellation_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll_module, "GRACE_S", 0.1)
    body = """
    async def offers(self, context):
        for _ in range(4):
            try:
                await asyncio.sleep(3600)
            except BaseException:
                pass
        yield self.offer(1)
    """
    started = time.monotonic()
    with pytest.raises(PluginError, match="did not finish"):
        await _poll(await asyncio.to_thread(stranger, tmp_path, body), timeout_s=0.1)
    assert time.monotonic() - started < 15


async def test_a_stop_cancels_the_poll_and_runs_its_cleanup(tmp_path: Path) -> None:
    body = """
    cleaned = False
    async def offers(self, context):
        try:
            context.cursor["waiting"] = True
            await asyncio.sleep(3600)
            yield
        finally:
            Source.cleaned = True
    """
    loaded, cursor = await asyncio.to_thread(stranger, tmp_path, body), dict[str, Any]()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_poll(loaded, cursor, timeout_s=3600), 0.05)
    assert vars(type(loaded.working()))["cleaned"]
    assert cursor == {}


async def test_a_source_that_does_not_work_is_not_asked(tmp_path: Path) -> None:
    loaded = await asyncio.to_thread(stranger, tmp_path)
    context = make_context(loaded, cursor={}, is_known=lambda key: False)
    broken = LoadedSource(name="stranger", settings=loaded.settings, error="it is broken")
    with pytest.raises(PluginError, match="it is broken"):
        await poll(broken, context, 1.0)
