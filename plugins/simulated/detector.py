"""What the camera adds: noise of photons and sky, wells that run over."""

from math import pi

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Planes
from astrolens_plugins.simulated.light import moffat
from astrolens_plugins.simulated.surveys import Survey

_SKY_SIGMA = (0.65, 1.0, 1.55)  # g, r, i in sigmas of r: the night sky is red
_FULL_WELL = (0.62, 1.0, 1.2)  # g, r, i: full wells look white


def expose(random: np.random.Generator, survey: Survey, canvas: Canvas) -> Planes:
    """Sky-subtracted picture with its noise.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        Its background decides how many photons one sky sigma is.
    canvas : Canvas
        Blurred light in sky sigmas of r.

    Returns
    -------
    ndarray of float32, shape (3, row, column)
        g, r, i in sky sigmas of r. The noise is the normal limit of Poisson's law, which holds because
        every pixel has at least the electrons of the sky.
    """
    sigma = np.array(_SKY_SIGMA, dtype=np.float32)[:, None, None]
    root = np.float32(survey.sky_electrons**0.5)
    photon = canvas.light * (sigma * sigma) / (root * sigma)
    noise = random.standard_normal(canvas.light.shape, dtype=np.float32)
    return np.asarray(canvas.light + noise * np.sqrt(sigma * sigma + photon), dtype=np.float32)


def burn_star(random: np.random.Generator, survey: Survey, canvas: Canvas, planes: Planes) -> None:
    """Put a star on an exposed picture that fills its wells and bleeds along the columns.

    Parameters
    ----------
    random : Generator
        Where the dice come from.
    survey : Survey
        Gives side and wings.
    canvas : Canvas
        Gives the seeing and the pixel grid.
    planes : ndarray of float32, shape (3, row, column)
        The exposed picture; changed in place.
    """
    side, fwhm = canvas.side_px, canvas.seeing_px
    away, turn = side * float(random.uniform(0.03, 0.15)), float(random.uniform(0.0, 2.0 * pi))
    x, y = side / 2.0 + away * np.cos(turn), side / 2.0 + away * np.sin(turn)
    flux = 10 ** float(random.uniform(5.1, 5.8)) * (fwhm / 4.0) ** 2
    star = flux * moffat(canvas.grid, x=x, y=y, fwhm_px=fwhm, beta=survey.beta)
    dx, dy = canvas.grid.x - np.float32(x), canvas.grid.y - np.float32(y)
    reach = np.float32(side * random.uniform(0.09, 0.16))
    for one, other in ((dx + dy, dx - dy), (dx - dy, dx + dy)):
        spike = np.exp(-0.5 * (one / (0.6 * fwhm)) ** 2 - np.abs(other) / reach)
        star = star + np.float32(4e-4 * flux / fwhm) * spike
    tint = np.array([0.85, 1.0, 0.95], dtype=np.float32) ** float(random.uniform(-1.0, 1.0))
    length = side * float(random.uniform(0.12, 0.3))
    column = (np.abs(dx) < 0.45 * fwhm) & (np.abs(dy) < length)
    well = np.float32(6.0 * survey.depth * survey.sky_electrons**0.25)
    full = well * np.array(_FULL_WELL, dtype=np.float32)[:, None, None]
    planes += tint[:, None, None] * star + np.where(column, full, np.float32(0.0))
    np.minimum(planes, full, out=planes)
