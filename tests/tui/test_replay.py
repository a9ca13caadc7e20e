"""A recording is shown without a daemon."""

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.api.wire import EventRow
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.tui.recording import FORMAT, Recorder, RecordingClient
from astrolens.tui.replay import ReplayClient, read_tape
from tests.tui.conftest import new_app, screen_text
from tests.tui.fake_daemon import FakeDaemon, busy_stats


def write(file: Path, *entries: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(entry) for entry in ({FORMAT: 1}, *entries)) + "\n")
    return file


def stats_at(t: float, images: int) -> dict[str, Any]:
    return {"t": t, "reply": {"target": "/stats", "json": {**busy_stats(), "images": images}}}


def event_at(t: float, sequence: int) -> dict[str, Any]:
    row = {
        "sequence": sequence,
        "at": "2026-11-21T02:14:00.000Z",
        "kind": "paused",
        "image_id": None,
        "payload": {},
    }
    return {"t": t, "event": row}


async def test_it_answers_as_it_was_then(tmp_path: Path) -> None:
    file = await asyncio.to_thread(
        write, tmp_path / "r", stats_at(0.1, 10), event_at(2, 1), stats_at(3, 20), event_at(4, 2)
    )
    async with ReplayClient(file, speed=100) as client:
        assert (await client.ask(questions.status()))["images"] == 10
        seen = []
        async for event in client.events(None):
            seen.append(cast(EventRow, event)["sequence"])
            if len(seen) == 2:
                break
        assert seen == [1, 2]
        assert (await client.ask(questions.status()))["images"] == 20
        assert client.length_s == 4
        with pytest.raises(BadData, match="only shows"):
            await client.ask(orders.pause())
        with pytest.raises(BadData, match="was not looked at"):
            await client.ask(questions.image(7))


async def test_silence_is_played_too(tmp_path: Path) -> None:
    gone = {"t": 1, "gone": "no daemon answers", "target": "/stats"}
    file = await asyncio.to_thread(
        write, tmp_path / "r", stats_at(0, 1), gone, stats_at(9, 2), event_at(9.5, 4)
    )
    async with ReplayClient(file, speed=20) as client:
        with pytest.raises(Unavailable, match="no daemon answers"):
            await anext(aiter(client.events(0)))
        with pytest.raises(Unavailable):
            await client.ask(questions.status())
        async with asyncio.timeout(30):
            while True:
                try:
                    assert (await client.ask(questions.status()))["images"] == 2
                    break
                except Unavailable:
                    await asyncio.sleep(0.02)
            event = await anext(aiter(client.events(0)))
        assert cast(EventRow, event)["sequence"] == 4


async def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "r"
    for text, words in (("", "no recording"), ('{"a": 1}\n', "no recording")):
        await asyncio.to_thread(file.write_text, text)
        with pytest.raises(ConfigError, match=words):
            async with ReplayClient(file):
                pass
    await asyncio.to_thread(write, file, {"t": 1, "reply": {"json": 3}})
    with pytest.raises(ConfigError, match="r:2"):
        async with ReplayClient(file):
            pass
    with pytest.raises(ConfigError, match="No such file"):
        async with ReplayClient(tmp_path / "nothing"):
            pass
    with pytest.raises(ValueError, match="speed"):
        ReplayClient(file, speed=0)


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any"
    file.write_bytes(json.dumps({FORMAT: 1}).encode() + b"\n" + content)
    try:
        read_tape(file)
    except ConfigError:
        return


async def test_a_recorded_session_is_shown_again(socket: Path, tmp_path: Path) -> None:
    file = tmp_path / "night.jsonl"
    async with FakeDaemon(socket) as daemon:
        await daemon.happen("finding", 5, source="sdss", sigma=4.9, catalogue="known")
        recorder = await asyncio.to_thread(Recorder, file)
        async with RecordingClient(Client(socket), recorder) as client:
            first = await _look(client)
    async with ReplayClient(file, speed=50) as client:
        again = await _look(client)
    assert again[0] == first[0]
    assert again[1] == first[1]


async def _look(client: Client) -> tuple[int, list[str]]:
    app = await new_app(client)
    async with app.run_test(size=(100, 30)) as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if app.live.event_count:
                break
        await pilot.press("2")
        for _ in range(200):
            await pilot.pause(0.02)
            if "5.8" in screen_text(app):
                break
        rows = [line[:60] for line in screen_text(app).split("\n") if "5." in line and "ago" in line]
        return app.live.event_count, rows
