"""A thumbnail is a JPEG that anyone can open."""

from io import BytesIO

import numpy as np
import PIL.Image

from astrolens.domain.image import Image, MediaType
from astrolens.download.thumbnail import thumbnail
from tests.download.pictures import galaxy


def test_a_jpeg_of_the_asked_size() -> None:
    pixels = np.stack([galaxy(300, 400)] * 3)
    picture = Image(
        pixels=pixels, mask=np.zeros((300, 400), np.bool_), media_type=MediaType.JPEG, linear=False
    )
    with PIL.Image.open(BytesIO(thumbnail(picture))) as drawn:
        assert (drawn.format, drawn.mode, drawn.size) == ("JPEG", "RGB", (256, 192))
    with PIL.Image.open(BytesIO(thumbnail(picture, 64))) as drawn:
        assert drawn.size == (64, 48)
