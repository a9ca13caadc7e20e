"""A cut holds what it is given."""

import numpy as np

from astrolens.domain.pixels import PixelCut


def test_a_cut_knows_nothing_by_itself() -> None:
    cut = PixelCut(planes=np.zeros((1, 2, 3), np.float32), linear=True, width=3, height=2)
    assert (cut.factor, cut.bands, cut.tangent, cut.pixel_scale_arcsec) == (1, (), None, None)
