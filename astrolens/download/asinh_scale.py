"""Pan-STARRS stacks keep asinh magnitudes in place of fluxes; this brings the fluxes back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.download.wcs import card

_MAGNITUDE = np.log(10.0) / 2.5


def linear_planes(planes: NDArray[np.float32], header: Any) -> NDArray[np.float32]:
    """Undo the asinh scale that a header announces by BOFFSET and BSOFTEN.

    With :math:`a = 2.5 / \\ln 10` the flux is ``BOFFSET + BSOFTEN * 2 sinh(value / a)`` [1]_.

    Parameters
    ----------
    planes : ndarray of float32, shape (band, row, column)
        Stored values, BSCALE and BZERO applied; NaN where there is none.
    header : Header
        Header of the extension that they come from.

    Returns
    -------
    ndarray of float32, shape (band, row, column)
        Fluxes in the stack's counts; `planes` itself without both cards. NaN stays NaN, what overflows becomes
        infinite and is masked like every value that is not finite.

    References
    ----------
    .. [1] Waters et al. (2020), ApJS 251, 4, section on the compression of stacked images.
    """
    offset, softening = card(header, "BOFFSET"), card(header, "BSOFTEN")
    numbers = [
        value
        for value in (offset, softening)
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(numbers) < 2 or not np.isfinite(numbers).all() or numbers[1] <= 0:
        return planes
    with np.errstate(over="ignore"):
        fluxes = numbers[0] + numbers[1] * 2.0 * np.sinh(planes.astype(np.float64) * _MAGNITUDE)
        return np.asarray(fluxes, dtype=np.float32)
