"""Bias and contrast against astropy."""

import numpy as np
import pytest
from astropy.visualization import ContrastBiasStretch

from astrolens.tui.stretch.tone import toned

SHARES = np.linspace(0, 1, 256, dtype=np.float32)


@pytest.mark.parametrize(("bias", "contrast"), [(0.5, 1.0), (0.2, 1.0), (0.7, 3.0), (0.4, 0.25)])
def test_as_astropy(bias: float, contrast: float) -> None:
    expected = ContrastBiasStretch(contrast, bias)(SHARES.astype(float))
    assert np.abs(toned(SHARES, bias=bias, contrast=contrast, inverted=False) - expected).max() < 1 / 255
    turned = toned(SHARES, bias=bias, contrast=contrast, inverted=True)
    assert np.abs(turned - (1 - expected)).max() < 1 / 255
