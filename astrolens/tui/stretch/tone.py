"""Bias and contrast, as dragging with the right button does in DS9."""

import numpy as np

from astrolens.tui.stretch.curves import Shares

MIDDLE_BIAS = 0.5
PLAIN_CONTRAST = 1.0


def toned(share: Shares, *, bias: float, contrast: float, inverted: bool) -> Shares:
    """Shares around ``bias`` pulled apart by ``contrast``, then turned over when ``inverted``."""
    if bias != MIDDLE_BIAS or contrast != PLAIN_CONTRAST:
        share = np.clip((share - np.float32(bias)) * np.float32(contrast) + np.float32(0.5), 0.0, 1.0)
    return np.float32(1.0) - share if inverted else share
