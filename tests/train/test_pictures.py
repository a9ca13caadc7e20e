import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Raster

from astrolens.analyse.preprocess import to_network_input
from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits
from astrolens.models.preprocessing import Preprocessing
from astrolens.train.pictures import eight_bit_input, read_picture
from tests.train.conftest import galaxy


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_bytes_and_files_give_the_same(tmp_path: Path, form: str) -> None:
    out = io.BytesIO()
    Raster.fromarray(galaxy(3)).save(out, form, lossless=True)
    file = tmp_path / f"a.{form.lower()}"
    file.write_bytes(out.getvalue())
    pictures = [read_picture(source, DecodeLimits()).pixels for source in (file, out.getvalue())]
    wanted = np.moveaxis(galaxy(3), -1, 0) / np.float32(255)
    for pixels in pictures:
        np.testing.assert_allclose(pixels, wanted, atol=1e-6)


def test_network_input_is_that_of_inference(galaxies: Path) -> None:
    steps = Preprocessing(size=16, crop_fraction=0.6, mean=(0.5, 0.4, 0.3), std=(0.5, 0.2, 0.3))
    image = read_picture(galaxies / "4.png", DecodeLimits())
    levels = eight_bit_input(image, steps).astype(np.float32) / 255
    mean, std = (np.array(values, np.float32)[:, None, None] for values in (steps.mean, steps.std))
    np.testing.assert_allclose((levels - mean) / std, to_network_input(image, steps), atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"RIFF0000WEBPVP8 "])
def test_what_is_no_picture(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.webp"
    file.write_bytes(content)
    for source in (content, file):
        with pytest.raises(BadData):
            read_picture(source, DecodeLimits())


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("pipe.png", "absent.png", "absent.webp"):
        with pytest.raises(BadData, match="no regular file"):
            read_picture(tmp_path / name, DecodeLimits())


def test_too_large_webp() -> None:
    out = io.BytesIO()
    Raster.fromarray(galaxy(3)).save(out, "WEBP")
    with pytest.raises(BadData, match="at most"):
        read_picture(out.getvalue(), DecodeLimits(megapixels=0.001))
