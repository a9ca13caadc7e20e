"""A heat map glows where it is hot, leaves the rest grey, and covers its box only."""

import numpy as np
import pytest

from astrolens.api.wire_verdict import HeatRow
from astrolens.domain.errors import BadData
from astrolens.tui.heat import warmed

PIXELS = np.full((40, 60, 3), (100, 120, 140), dtype=np.uint8)
HALF = HeatRow(values=[[0.0, 1.0], [0.0, 1.0]], box=[0.0, 0.0, 1.0, 0.5])


def test_hot_parts_glow_and_cool_ones_are_grey() -> None:
    out = warmed(PIXELS, HALF, over_picture=True)
    assert out.shape == PIXELS.shape
    red, _green, blue = out[5, 58].astype(int)
    assert red > blue + 60
    assert np.ptp(out[5, 2].astype(int)) == 0
    assert np.ptp(out[35].astype(int), axis=-1).max() == 0  # below the box


def test_where_cells_are_coarse_the_map_stands_alone() -> None:
    out = warmed(PIXELS, HALF, over_picture=False)
    assert out[5, 58].tolist() == [255, 255, 255]
    assert out[35, 58].tolist() == [0, 0, 0]


@pytest.mark.parametrize("box", [[0.0, 0.0, 0.0, 1.0], [0.9, 0.2, 0.1, 0.4], [-3.0, -3.0, 4.0, 4.0]])
def test_any_box_is_drawn(box: list[float]) -> None:
    assert warmed(PIXELS, HeatRow(values=[[0.7]], box=box), over_picture=True).shape == PIXELS.shape


def test_a_map_that_is_none_is_refused() -> None:
    with pytest.raises(BadData, match="another version"):
        warmed(PIXELS, HeatRow(values=[], box=[0.0, 0.0, 1.0, 1.0]), over_picture=True)
