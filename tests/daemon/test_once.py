"""Cycles without a daemon: as many as asked for, calibrated at their end, resumed the next time."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House
from astrolens.daemon.lock import AlreadyRunning, ProfileLock
from astrolens.daemon.once import CycleReport, OncePlan, run_once
from astrolens.domain.errors import ConfigError
from astrolens.domain.image import ImageState
from tests.pipeline.pictures import paint, settled, stand_still

pytestmark = pytest.mark.process
Run = Callable[..., list[tuple[CycleReport, dict[str, int]]]]


@pytest.fixture
def once(settings: Settings, paths: Paths, pictures: Path) -> Run:
    def run(chosen: Settings | None = None, **plan: Any) -> list[tuple[CycleReport, dict[str, int]]]:
        told: list[tuple[CycleReport, dict[str, int]]] = []
        stand_still(pictures)

        def tell(report: CycleReport, house: House) -> None:
            told.append((report, house.store.statistics.of_source("folder")))

        asyncio.run(
            run_once(
                chosen or settings,
                paths,
                OncePlan(**plan),
                quiet=True,
                tell=tell,
                progress=lambda _house: None,
            )
        )
        return told

    return run


def test_cycles_take_what_is_new_and_calibrate_when_told(once: Run, pictures: Path) -> None:
    paint(pictures, 45)
    first, second = once(count=25, cycles=2)
    assert (first[0].cycle, first[0].offered, first[0].measured) == (1, 25, 25)
    assert first[1]["analysed"] == 25  # still calibrating
    assert (second[0].cycle, second[0].offered) == (2, 20)
    assert second[1] == {"images": 45, "done": 45} | {
        word: count for word, count in second[1].items() if word in ("normal", "near_miss", "anomaly")
    }
    assert second[0].per_second > 0
    (nothing,) = once()
    assert (nothing[0].offered, nothing[0].measured) == (0, 0)
    assert nothing[1]["done"] == 45

    paint(pictures, 2, first=45)
    (pictures / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    settled(pictures / "broken.jpg")
    (third,) = once(calibrate=True)
    assert (third[0].offered, third[0].measured, third[0].parked) == (3, 2, 1)
    assert third[1][ImageState.PARKED] == 1
    assert third[1]["done"] == 47


def test_a_profile_in_use_is_left_alone(once: Run, paths: Paths) -> None:
    paths.data.mkdir(mode=0o700)
    with ProfileLock(paths.lock), pytest.raises(AlreadyRunning):
        once()


def test_a_run_in_which_nobody_can_be_asked_is_a_mistake(once: Run, settings: Settings) -> None:
    tables = {"simulated": settings.sources["folder"]}
    with pytest.raises(ConfigError, match=r"sources\.simulated"):
        once(settings.model_copy(update={"sources": tables}))


def test_one_broken_source_does_not_stop_the_others(once: Run, settings: Settings, pictures: Path) -> None:
    paint(pictures, 2)
    tables = {**settings.sources, "simulated": settings.sources["folder"]}
    (only,) = once(settings.model_copy(update={"sources": tables}))
    assert only[0].offered == 2
