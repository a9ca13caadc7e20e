"""A turn that cannot be done rests; any other error is a bug and goes through."""

import pytest

from astrolens.domain.errors import BadData, Unavailable
from astrolens.pipeline.patience import patient


async def test_gives_what_the_turn_gave() -> None:
    async def work() -> int:
        return 7

    assert await patient(work, "judging", 0) == 7


async def test_a_full_disk_rests(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> int:
        raise Unavailable("the disk is full")

    assert await patient(work, "judging", 0, rest_s=0.0) == 0
    assert "judging rests 0 s: the disk is full" in caplog.text


async def test_other_errors_go_through() -> None:
    async def work() -> int:
        raise BadData("a bug in a loop")

    with pytest.raises(BadData, match="a bug"):
        await patient(work, "judging", 0)
