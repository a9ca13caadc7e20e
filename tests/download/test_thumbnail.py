"""A thumbnail is a JPEG that anyone can open."""

from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image

from astrolens.domain.image import Image, MediaType
from astrolens.download.stage import decode
from astrolens.download.thumbnail import thumbnail
from tests.download.pictures import LIMITS, galaxy, levels, saved


def test_a_jpeg_of_the_asked_size() -> None:
    pixels = np.stack([galaxy(300, 400)] * 3)
    picture = Image(
        pixels=pixels, mask=np.zeros((300, 400), np.bool_), media_type=MediaType.JPEG, linear=False
    )
    with PIL.Image.open(BytesIO(thumbnail(picture))) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (256, 192))
    with PIL.Image.open(BytesIO(thumbnail(picture, 64))) as drawn:
        assert drawn.size == (58, 43)  # whole blocks of seven pixels


def test_what_a_file_says_about_itself_does_not_travel(tmp_path: Path) -> None:
    file = BytesIO()
    PIL.Image.fromarray(levels()).save(file, format="JPEG", comment=b"\x1b]0;owned", icc_profile=b"x" * 200)
    small = decode(saved(tmp_path / "a", file.getvalue()), LIMITS).thumbnail
    assert b"owned" not in small
    assert b"xxxx" not in small
