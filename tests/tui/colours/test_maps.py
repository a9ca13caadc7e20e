"""Every map goes from dark to light, in steps that an eye can follow."""

import numpy as np
import pytest

from astrolens.tui.colours.maps import ColourMap, coloured, levels, table


@pytest.mark.parametrize("colours", [one for one in ColourMap if one is not ColourMap.OWN])
def test_lighter_all_the_way(colours: ColourMap) -> None:
    colour = table(colours)
    assert colour.shape == (256, 3)
    luminance = (colour / 255.0) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722])
    lightness = np.cbrt(luminance)
    assert (np.diff(lightness) > -1e-3).all()
    assert lightness[-1] - lightness[0] > 0.6
    assert np.abs(np.diff(colour.astype(int), axis=0)).max() <= 9, "no edge that is not in the picture"


def test_grey_is_exact() -> None:
    assert np.array_equal(table(ColourMap.GREY)[:, 1], np.arange(256))
    share = (np.arange(256) / 255).astype(np.float32)
    assert np.array_equal(levels(share), np.arange(256))
    assert np.array_equal(coloured(share, ColourMap.OWN)[:, 0], np.arange(256))
