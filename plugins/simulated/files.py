"""The files of the simulated surveys: colour JPEG, or FITS with a world coordinate system."""

from io import BytesIO

import numpy as np
from astropy.io import fits
from PIL import Image as PilImage

from astrolens_plugins.simulated.canvas import Planes
from astrolens_plugins.simulated.surveys import Survey

_WHITE = (10**0.2, 1.0, 10**-0.09)  # a galaxy of g - r = 0.5, r - i = 0.22 shows as grey: g, r, i


def colour_jpeg(planes: Planes, survey: Survey) -> bytes:
    """Picture for the eye, whose colours do not burn out.

    Parameters
    ----------
    planes : ndarray of float32, shape (3, row, column)
        g, r, i in sky sigmas of r; row 0 is the bottom.
    survey : Survey
        Gives gain and softening of the stretch.

    Returns
    -------
    bytes
        A JPEG with i, r, g as red, green, blue; north up, east left.

    References
    ----------
    .. [1] Lupton et al. (2004), PASP 116, 133, eqs. 2 and 3.
    """
    rgb = (planes * np.array(_WHITE, dtype=np.float32)[:, None, None])[::-1, ::-1]
    mean = np.maximum(rgb.mean(axis=0), np.float32(1e-3))
    stretch = np.arcsinh(np.float32(survey.gain * survey.softening) * mean) / np.float32(survey.softening)
    shown = np.maximum(rgb * (stretch / mean), np.float32(0.0))
    shown /= np.maximum(shown.max(axis=0), np.float32(1.0))
    stored = BytesIO()
    pixels = np.ascontiguousarray((shown * np.float32(255.0)).astype(np.uint8).transpose(1, 2, 0))
    PilImage.fromarray(pixels).save(stored, "JPEG", quality=92, subsampling=0)
    return stored.getvalue()


def linear_fits(
    planes: Planes, survey: Survey, *, ra_deg: float, dec_deg: float, pixel_scale_arcsec: float
) -> bytes:
    """Red band as numbers, with a tangent projection.

    Parameters
    ----------
    planes : ndarray of float32, shape (3, row, column)
        g, r, i in sky sigmas of r; row 0 is the bottom.
    survey : Survey
        Named in the header.
    ra_deg, dec_deg : float
        ICRS position of the centre of the picture, degrees.
    pixel_scale_arcsec : float
        Arcsec per pixel.

    Returns
    -------
    bytes
        A FITS file of one float32 image.
    """
    hdu = fits.PrimaryHDU(np.ascontiguousarray(planes[1], dtype=">f4"))
    step = pixel_scale_arcsec / 3600.0
    middle = (survey.side_px + 1) / 2.0
    hdu.header.update(
        {
            "OBJECT": "simulated", "TELESCOP": survey.name.value, "FILTER": "r", "BUNIT": "skysigma",
            "RADESYS": "ICRS", "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg", "CUNIT2": "deg",
            "CRPIX1": middle, "CRPIX2": middle, "CRVAL1": ra_deg, "CRVAL2": dec_deg,
            "CD1_1": -step, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": step,
        }
    )  # fmt: skip
    stored = BytesIO()
    hdu.writeto(stored)
    return stored.getvalue()
