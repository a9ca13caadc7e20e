"""The pixels of a picture, small enough to be looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.tangent import TangentPlane


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelCut:
    """A picture as it is shown: last row of a FITS file on top.

    Attributes
    ----------
    planes : ndarray of float32 or float16, shape (band, row, column)
        A linear picture in its unit, NaN where nothing can be trusted; a raster in levels from 0 to 255.
    linear : bool
        Whether values are proportional to flux.
    unit : str
        Of a linear picture; may be empty.
    bands : tuple of str
        Names of the planes; empty when nobody named them.
    width, height : int
        Of the picture before it was shrunk, in pixels.
    factor : int
        So many pixels of a side became one.
    pixel_scale_arcsec : float or None
        Of the picture before it was shrunk, in arcsec; None when nobody knows.
    tangent : TangentPlane or None
        Where the pixels of ``planes`` point; None when the file does not say.
    """

    planes: NDArray[np.floating]
    linear: bool
    unit: str = ""
    bands: tuple[str, ...] = ()
    width: int
    height: int
    factor: int = 1
    pixel_scale_arcsec: float | None = None
    tangent: TangentPlane | None = None
