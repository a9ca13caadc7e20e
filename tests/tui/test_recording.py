"""What the daemon said is written down as it was said."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.tui import recording
from astrolens.tui.recording import FORMAT, Recorder, RecordingClient
from tests.tui.fake_daemon import FakeDaemon


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_replies_events_and_silence(socket: Path, tmp_path: Path) -> None:
    file = tmp_path / "night.jsonl"
    async with FakeDaemon(socket) as daemon:
        recorder = await asyncio.to_thread(Recorder, file)
        async with RecordingClient(Client(socket), recorder) as client:
            await client.ask(questions.status())
            await client.ask(questions.thumbnail(3))
            await client.ask(orders.pause())
            await daemon.happen("finding", 7, source="sdss")
            events = aiter(client.events(0))
            assert (await anext(events))["sequence"] == 1  # type: ignore[typeddict-item]
            await daemon.stop()
            with pytest.raises(Unavailable):
                await anext(events)
    head, *rest = await asyncio.to_thread(lines_of, file)
    assert head[FORMAT] == 1
    assert [next(iter(set(line) - {"t", "target"})) for line in rest] == ["reply", "reply", "event", "gone"]
    assert rest[1]["reply"]["target"] == "/images/3/thumbnail"  # type: ignore[index]
    assert not any("pause" in json.dumps(line) for line in rest[1:2]), "what changes the daemon is not kept"
    times = [line["t"] for line in rest]
    assert times == sorted(times)  # type: ignore[type-var]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "night.jsonl"
    file.write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        Recorder(file)
    with pytest.raises(ConfigError, match="No such file"):
        Recorder(tmp_path / "nowhere" / "night.jsonl")
    assert file.read_text() == "mine"


def test_a_slow_disk_loses_lines_and_says_how_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_MOST_WAITING", 5)
    file = tmp_path / "night.jsonl"
    recorder = Recorder(file)
    for number in range(20_000):
        recorder.note(event={"sequence": number})
    lost = recorder.dropped
    while recorder._waiting.full():
        recorder._thread.join(0.001)
    recorder.close()
    lines = lines_of(file)
    kept = sum("event" in line for line in lines)
    assert kept + lost == 20_000
    if lost:
        assert lines[-1]["dropped"] == lost
