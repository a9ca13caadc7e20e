"""Many files through limited children: each has its numbers or its reason, in the order in which they were named."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.pipeline.encoding import encoder_of
from astrolens.pipeline.measure_files import each_file, measure_files
from astrolens.pipeline.sandbox import Sandbox
from tests.pipeline.pictures import paint


@pytest.mark.process
def test_every_file_is_measured_or_has_its_reason(tmp_path: Path, tiny_model: Path) -> None:
    files = paint(tmp_path / "pictures", 3)
    broken, gone = tmp_path / "broken.jpg", tmp_path / "gone.jpg"
    broken.write_bytes(b"<html>")
    settings = Settings.model_validate({"analyse": {"model": str(tiny_model), "runtime": "torch"}})
    encoder = encoder_of(settings)
    told: list[tuple[int, int]] = []
    wanted = [files[0], broken, files[1], gone, files[0]]
    found = asyncio.run(
        measure_files(
            wanted, encoder, settings, processes=1, progress=lambda done, every: told.append((done, every))
        )
    )
    assert [one.path for one in found] == wanted
    assert [one.analysis is not None for one in found] == [True, False, True, False, True]
    assert found[1].sha256 == hashlib.sha256(b"<html>").hexdigest()
    assert (found[3].sha256, "No such file" in found[3].reason) == ("", True)
    assert told == [(number, 5) for number in range(1, 6)]


@pytest.mark.process
def test_what_the_work_raises_ends_all(tmp_path: Path) -> None:
    async def work(_item: Path, _sandbox: Sandbox) -> None:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        asyncio.run(each_file([tmp_path], work, Settings().download, processes=1))
