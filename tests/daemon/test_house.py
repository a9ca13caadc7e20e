"""The composition root: everything is built, the saved health is taken up, and it is taken down in order."""

import asyncio
import stat
from importlib.metadata import version
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, agent, open_house
from astrolens.daemon.reload import needs_restart
from astrolens.domain.errors import ConfigError


def changed(settings: Settings, section: str, **values: object) -> Settings:
    table = getattr(settings, section).model_copy(update=values)
    return settings.model_copy(update={section: table})


async def test_the_profile_is_private_and_the_parts_fit(house: House, paths: Paths) -> None:
    mode = await asyncio.to_thread(lambda: stat.S_IMODE(paths.data.stat().st_mode))
    assert mode == 0o700
    assert set(house.working()) == {"folder"}
    assert house.encoder.class_names == ("round", "disk")
    assert [line.name for line in house.flow.lines()] == [
        "offered", "downloaded", "measured", "judged", "looked up", "stored",
    ]  # fmt: skip
    assert await house.flow.is_at_rest() is False  # nothing was looked at yet


async def test_only_what_may_change_now_is_taken_up_and_the_rest_stays_due(house: House) -> None:
    before = house.settings
    new = changed(before, "detect", budget_per_1000=7.0)
    new = changed(new, "daemon", log_level="debug", tcp_port=4711)
    new = changed(new, "store", keep_normal_days=1.0, quota_gb=3.0)
    new = changed(new, "analyse", batch=3)
    house.apply(new)
    assert house.settings.detect.budget_per_1000 == 7.0
    assert house.settings.daemon.log_level == "debug"
    assert house.settings.store.keep_normal_days == 1.0
    assert house.settings.daemon.tcp_port == before.daemon.tcp_port
    # A second reading still knows what waits for the next start.
    assert needs_restart(house.settings, new) == ["analyse.batch", "daemon.tcp_port", "store.quota_gb"]


async def test_health_of_the_sources_outlives_a_restart(
    house: House, settings: Settings, paths: Paths
) -> None:
    resting = house.rotation.health()
    resting["folder"] |= {
        "state": "resting", "resting_until": "2999-01-01T00:00:00.000Z", "failures": 4, "reason": "away",
    }  # fmt: skip
    await house.store.run(house.store.state.put, "sources.health", resting)
    async with open_house(settings, paths, quiet=True) as again:
        assert again.rotation.health()["folder"]["failures"] == 4
        assert again.rotation.health()["folder"]["state"] == "resting"


async def test_a_missing_model_is_a_mistake_of_the_configuration(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    wrong = changed(settings, "analyse", model=str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="nowhere"):
        async with open_house(wrong, paths):
            pass
    async with open_house(settings, paths, quiet=True) as house:  # what was opened is closed again
        assert await house.store.run(house.store.statistics.images) == 0


async def test_a_broken_source_does_not_keep_the_others_from_working(
    settings: Settings, paths: Paths
) -> None:
    tables = {**settings.sources, "simulated": settings.sources["folder"]}
    async with open_house(settings.model_copy(update={"sources": tables}), paths, quiet=True) as house:
        assert set(house.working()) == {"folder"}
        (broken,) = [one for one in house.sources if one.error]
        assert broken.name == "simulated"


def test_servers_are_told_whom_to_write_to() -> None:
    assert agent(Settings()) == f"AstroLens/{version('astrolens')}"
    named = Settings.model_validate({"download": {"contact": "ada@example.org"}})
    assert agent(named).endswith("(+ada@example.org)")
