"""What the reference methods are given."""

from pathlib import Path

import pytest
from PIL import Image

from astrolens.bench.peer_file import measure_peer
from astrolens.bench.sets import LabelledSet
from astrolens.bench.sky import paint_sky
from astrolens.domain.errors import BadData


def test_centre_is_native_pixels_and_half_is_shrunk(small_sky: LabelledSet) -> None:
    reply = measure_peer({"path": str(small_sky.normal[0]), "megapixels": 4.0})
    assert reply.arrays["ellipse"].shape == (30,)
    with Image.open(small_sky.normal[0]) as picture:
        left = (picture.width - 64) // 2
        expected = picture.convert("RGB").crop((left, left, left + 64, left + 64)).tobytes()
    assert reply.arrays["centre"].tobytes() == expected
    assert reply.arrays["half"].shape == (64, 64, 3)


def test_linear_pictures_count_too(tmp_path: Path) -> None:
    (plate,) = paint_sky(tmp_path, reference=1, normal=0, odd=0, seed=1, survey="plates").reference
    assert measure_peer({"path": str(plate), "megapixels": 4.0}).arrays["half"].std() > 0


def test_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData):
        measure_peer({"path": str(tmp_path / "none.jpg"), "megapixels": 4.0})
