"""A FITS picture's celestial cards as the flat map that a viewer needs."""

import logging
import warnings
from collections.abc import Mapping

import numpy as np
from astropy.coordinates import ICRS
from astropy.io.fits import Header
from astropy.wcs import WCS

from astrolens.domain.tangent import TangentPlane, onto_plane
from astrolens.domain.text import clean

log = logging.getLogger(__name__)

_STEP_PX = 0.5
_PLAIN = {("RA---TAN", "DEC--TAN")}
_CROOKED = (
    ValueError, TypeError, ArithmeticError, KeyError, IndexError, AttributeError, np.linalg.LinAlgError,
)  # fmt: skip


def tangent_of(cards: Mapping[str, str | float | int], rows: int, columns: int) -> TangentPlane | None:
    """Flatten the sky around a picture.

    Plain ICRS TAN cards are taken as they are. Every other projection, frame or distortion is replaced by the
    plane that touches the sky in the middle of the picture, straight to first order there.

    Parameters
    ----------
    cards : Mapping of str to (str, float or int)
        As in `astrolens.domain.image.Image`.
    rows, columns : int
        Size of the picture in pixels.

    Returns
    -------
    TangentPlane or None
        For the picture with its last row on top, as it is shown; None when the cards describe no sky.
    """
    if not cards:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            wcs = WCS(Header(list(cards.items())), naxis=2)
            if not wcs.has_celestial:
                return None
            plane = _as_written(wcs, cards) if _is_plain(wcs, cards) else _touching(wcs, rows, columns)
    except _CROOKED as error:
        log.debug("celestial cards that make no flat map: %s", clean(error))
        return None
    xi_x, xi_y, eta_x, eta_y = plane.matrix
    return TangentPlane(
        ra_deg=plane.ra_deg, dec_deg=plane.dec_deg, x=plane.x, y=rows - 1 - plane.y,
        matrix=(xi_x, -xi_y, eta_x, -eta_y),
    )  # fmt: skip


def _is_plain(wcs: WCS, cards: Mapping[str, str | float | int]) -> bool:
    kinds = (cards.get("CTYPE1"), cards.get("CTYPE2"))
    crooked = any(name.startswith(("PV", "A_", "B_", "LONPOLE", "LATPOLE")) for name in cards)
    return kinds in _PLAIN and cards.get("RADESYS") == "ICRS" and not crooked and not wcs.has_distortion


def _as_written(wcs: WCS, _cards: Mapping[str, str | float | int]) -> TangentPlane:
    matrix = np.asarray(wcs.pixel_scale_matrix, dtype=float)
    return TangentPlane(
        ra_deg=float(wcs.wcs.crval[0]) % 360.0, dec_deg=float(wcs.wcs.crval[1]),
        x=float(wcs.wcs.crpix[0]) - 1.0, y=float(wcs.wcs.crpix[1]) - 1.0,
        matrix=(float(matrix[0, 0]), float(matrix[0, 1]), float(matrix[1, 0]), float(matrix[1, 1])),
    )  # fmt: skip


def _touching(wcs: WCS, rows: int, columns: int) -> TangentPlane:
    x, y = (columns - 1) / 2.0, (rows - 1) / 2.0
    ra_deg, dec_deg = _icrs(wcs, x, y)
    slopes = []
    for right, up in ((_STEP_PX, 0.0), (0.0, _STEP_PX)):
        before, after = (
            onto_plane(*_icrs(wcs, x + sign * right, y + sign * up), ra_deg, dec_deg) for sign in (-1.0, 1.0)
        )
        if before is None or after is None:
            raise ValueError("a pixel as wide as the sky")
        slopes.append([(after[axis] - before[axis]) / (2.0 * _STEP_PX) for axis in (0, 1)])
    (xi_x, eta_x), (xi_y, eta_y) = slopes
    return TangentPlane(ra_deg=ra_deg, dec_deg=dec_deg, x=x, y=y, matrix=(xi_x, xi_y, eta_x, eta_y))


def _icrs(wcs: WCS, x: float, y: float) -> tuple[float, float]:
    place = wcs.pixel_to_world(x, y).transform_to(ICRS())
    return float(place.ra.deg) % 360.0, float(place.dec.deg)
