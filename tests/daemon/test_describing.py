"""The daemon asks its language model on request and by its clock, and not while it is paused."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import DescribeSettings, Settings
from astrolens.daemon.house import House, open_house
from astrolens.daemon.jobs import jobs_of
from astrolens.domain.detection import Decision
from tests.fakes.talker import TalkerServer, a_talker
from tests.pipeline.test_describing import judged


@pytest.fixture
async def talker() -> AsyncIterator[TalkerServer]:
    async with a_talker() as server:
        yield server


@pytest.fixture
async def told(settings: Settings, paths: Paths, talker: TalkerServer) -> AsyncIterator[House]:
    describe = DescribeSettings(enabled=True, url=talker.url, per_hour=3)
    async with open_house(settings.model_copy(update={"describe": describe}), paths, quiet=True) as opened:
        yield opened


async def test_the_clock_describes_anomalies_unless_paused(told: House, talker: TalkerServer) -> None:
    ids = await asyncio.to_thread(judged, told.store, [Decision.ANOMALY, Decision.NORMAL])
    job = next(one for one in jobs_of(told) if one.name == "describe")
    told.flow.pause()
    await job.run()
    assert talker.seen == []
    told.flow.resume()
    await job.run()
    assert len(talker.seen) == 1
    assert await told.store.run(told.store.words.of_image, ids[0]) is not None
    assert (await told.describing.describe(ids[1])).described
