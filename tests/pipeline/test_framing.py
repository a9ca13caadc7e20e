"""The crop suits what is normal, unless a person chose it."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from astrolens.config.settings import Settings
from astrolens.models.preprocessing import Crop
from astrolens.models.vit import VitEncoder
from astrolens.pipeline.framing import framed


def paint_disks(folder: Path, radius: float, count: int = 22) -> list[Path]:
    """Disks of about that radius over the side of their frame."""
    folder.mkdir()
    rows, columns = np.mgrid[:120, :120] - 59.5
    random, files = np.random.default_rng(1), []
    for number in range(count):
        size = 120.0 * radius * random.uniform(0.9, 1.1)
        plane = 20 + 200 * (np.hypot(rows, columns) < size) + random.normal(0, 3, rows.shape)
        files.append(folder / f"{number}.png")
        Image.fromarray(np.clip(plane, 0, 255).astype(np.uint8)).save(files[-1])
    return files


@pytest.mark.process
@pytest.mark.parametrize(
    ("radius", "wish", "crop"),
    [
        (0.25, "auto", Crop.FRACTION),  # the small model's fraction of 0.5 is two such radii
        (0.12, "auto", Crop.OBJECT),
        (0.12, "fraction", Crop.FRACTION),
        (0.25, "object", Crop.OBJECT),
    ],
)
def test_the_crop_suits_the_frames(
    tmp_path: Path, tiny_model: Path, radius: float, wish: str, crop: Crop
) -> None:
    encoder = VitEncoder.load(tiny_model, "cpu")
    settings = Settings.model_validate({"analyse": {"crop": wish}})
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    files = [*paint_disks(tmp_path / "disks", radius), broken]
    found = asyncio.run(framed(encoder, files, settings, processes=1))
    assert found.preprocessing.crop is crop
    assert found.model_id == encoder.model_id + ("-object" if crop is Crop.OBJECT else "")
