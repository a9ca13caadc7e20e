"""The reader of pixels is tested with their route in test_pixels.py; here it stands alone, as a client has it."""

from base64 import b64encode

import numpy as np

from astrolens.api.read_pixels import read_pixels
from astrolens.api.wire_pixels import PixelsReply


def test_a_reply_becomes_an_array_without_a_server() -> None:
    planes = np.array([[[1.5, -2.0]]], dtype="<f4")
    reply = PixelsReply(
        image_id=1, linear=True, unit="", bands=[], width=2, height=1, factor=1, pixel_scale_arcsec=None,
        shape=[1, 1, 2], dtype="<f4", data=b64encode(planes.tobytes()).decode(),
    )  # fmt: skip
    cut = read_pixels(reply)
    np.testing.assert_array_equal(cut.planes, planes)
    assert not cut.planes.flags.writeable
