"""The daemon in this process: it serves, obeys signals and orders, and ends in order."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from astrolens.api import orders, questions
from astrolens.api.client import Client
from astrolens.config.load import load
from astrolens.config.paths import STOP_WITH, Paths, make_private
from astrolens.config.settings import Settings
from astrolens.daemon.app import Daemon, run_daemon
from astrolens.daemon.lock import AlreadyRunning, ProfileLock
from astrolens.daemon.systemd import Supervisor
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from tests.pipeline.pictures import paint, until
from tests.process.profile import CONFIGURATION

# The first start of a network writes its ONNX graph in a process of its own.
pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


@pytest.fixture
def read(paths: Paths, pictures: Path, tiny_model: Path) -> Settings:
    text = CONFIGURATION.format(model=tiny_model, pictures=pictures, calibration=40)
    paths.config_file.write_text(text)
    make_private(paths.data)
    make_private(paths.runtime)
    return load(paths.config_file)


@asynccontextmanager
async def running(settings: Settings, paths: Paths) -> AsyncIterator[Client]:
    """A daemon that answers; it must have ended by itself when the block is left."""
    async with asyncio.timeout(100), asyncio.TaskGroup() as group:
        group.create_task(Daemon(settings, paths, Supervisor()).run(), name="daemon")
        async with Client(paths.socket) as client:

            async def ready() -> bool:
                try:
                    return bool((await client.ask(questions.ready()))["ready"])
                except Unavailable:
                    return False

            await until(ready)
            yield client


def test_a_demo_that_left_takes_its_daemon_along(read: Settings, paths: Paths) -> None:
    gone = str(2**22 + 1)  # no process has this number
    environment = {STOP_WITH: gone}
    supervisor = Supervisor.take_from(environment)
    assert not environment
    assert supervisor.lives_with == int(gone)
    asyncio.run(asyncio.wait_for(Daemon(read, paths, supervisor).run(), 60))
    assert not paths.socket.exists()


async def kinds(client: Client) -> list[str]:
    return [event["kind"] for event in (await client.ask(questions.events_page()))["rows"]]


async def test_it_works_obeys_and_stops(read: Settings, paths: Paths, pictures: Path) -> None:
    await asyncio.to_thread(paint, pictures, 3)
    async with running(read, paths) as client:

        async def measured() -> bool:
            source = (await client.ask(questions.status()))["sources"][0]
            return source["calibration_seen"] == 3

        await until(measured)
        assert (await client.ask(orders.pause()))["state"] == "paused"
        assert (await client.ask(questions.health()))["state"] == "paused"
        assert (await client.ask(orders.resume()))["state"] == "running"
        text = await asyncio.to_thread(paths.config_file.read_text)
        new = text.replace("budget_per_1000 = 20.0", "budget_per_1000 = 9.0").replace("= 16", "= 17")
        await asyncio.to_thread(paths.config_file.write_text, new)
        reply = await client.ask(orders.reload())
        assert "sources.folder.batch" in str(reply)
        assert (await client.ask(questions.status()))["budget_per_1000"] == 9.0
        await asyncio.to_thread(paths.config_file.write_text, "[detect]\nbudget_per_1000 = -3\n")
        with pytest.raises(BadData, match="budget_per_1000"):
            await client.ask(orders.reload())
        assert (await client.ask(questions.status()))["budget_per_1000"] == 9.0
        await asyncio.to_thread(paths.config_file.write_text, text)
        os.kill(os.getpid(), signal.SIGHUP)

        async def told() -> bool:
            return (await kinds(client)).count("reloaded") == 2

        await until(told)
        assert (await client.ask(questions.status()))["budget_per_1000"] == 20.0
        assert (await kinds(client))[0] == "started"
        assert "astrolens_state" in await client.ask(questions.metrics())
        assert (await client.ask(orders.stop()))["state"] == "stopping"
    assert not await asyncio.to_thread(paths.socket.exists)


async def test_a_signal_ends_it(read: Settings, paths: Paths) -> None:
    async with running(read, paths):
        os.kill(os.getpid(), signal.SIGTERM)
    assert not await asyncio.to_thread(paths.socket.exists)


def test_a_profile_in_use_and_a_wrong_file_are_refused(
    read: Settings, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTROLENS_DATA_DIR", str(paths.data))
    monkeypatch.setenv("ASTROLENS_RUNTIME_DIR", str(paths.runtime))
    assert read.detect.calibration_images == 40
    with ProfileLock(paths.lock), pytest.raises(AlreadyRunning):
        run_daemon(paths.config_file)
    paths.config_file.write_text("[detect]\nbudget = 3\n")
    with pytest.raises(ConfigError, match="budget"):
        run_daemon(paths.config_file)
