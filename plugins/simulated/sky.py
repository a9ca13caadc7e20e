"""From the number of a picture to its bytes; everything follows from seed, survey and index."""

from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin

import numpy as np

from astrolens_plugins.simulated.canvas import Canvas, Planes
from astrolens_plugins.simulated.detector import burn_star, expose
from astrolens_plugins.simulated.files import colour_jpeg, linear_fits
from astrolens_plugins.simulated.oddities import PLANTED, Kind, add_artefact, draw_sky
from astrolens_plugins.simulated.population import add_field
from astrolens_plugins.simulated.surveys import Survey

_GALACTIC_POLE_DEG = (192.85948, 27.12825)
_AWAY_FROM_PLANE_DEG = 25.0
_FACTS, _PICTURE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a picture before it is drawn.

    Attributes
    ----------
    kind : Kind
        What it holds.
    ra_deg, dec_deg : float
        ICRS position of its centre, degrees.
    pixel_scale_arcsec : float
        Arcsec per pixel.
    seeing_px : float
        FWHM of a star in r.
    """

    kind: Kind
    ra_deg: float
    dec_deg: float
    pixel_scale_arcsec: float
    seeing_px: float


def facts_of(survey: Survey, *, seed: int, index: int, rate: float) -> Facts:
    """Look up a picture of the simulated sky.

    Parameters
    ----------
    survey : Survey
        Which telescope.
    seed : int
        Which sky.
    index : int
        Which picture, from 0.
    rate : float
        Share of planted kinds, in [0, 1].

    Returns
    -------
    Facts
        The same for the same arguments; uniform on the sphere more than 25 degrees from the galactic plane.
    """
    random = np.random.default_rng([seed, survey.number, index, _FACTS])
    planted = float(random.random()) < rate
    kind = PLANTED[int(random.integers(len(PLANTED)))] if planted else Kind.NORMAL
    galaxy_arcsec = survey.galaxy_arcsec * 10 ** float(np.clip(random.normal(0.0, 0.13), -0.3, 0.3))
    pixel_scale = galaxy_arcsec / (0.19 * survey.side_px)
    seeing = survey.seeing_arcsec * 10 ** float(np.clip(random.normal(0.0, 0.06), -0.15, 0.15))
    while True:
        ra = float(random.uniform(0.0, 360.0))
        dec = degrees(asin(float(random.uniform(-1.0, 1.0))))
        if abs(_galactic_latitude_deg(ra, dec)) > _AWAY_FROM_PLANE_DEG:
            break
    return Facts(
        kind=kind,
        ra_deg=round(ra, 7) % 360.0,
        dec_deg=round(dec, 7),
        pixel_scale_arcsec=round(pixel_scale, 5),
        seeing_px=max(1.5, seeing / pixel_scale),
    )


def _galactic_latitude_deg(ra_deg: float, dec_deg: float) -> float:
    pole_ra, pole_dec = (radians(angle) for angle in _GALACTIC_POLE_DEG)
    dec = radians(dec_deg)
    sine = sin(dec) * sin(pole_dec) + cos(dec) * cos(pole_dec) * cos(radians(ra_deg) - pole_ra)
    return degrees(asin(max(-1.0, min(1.0, sine))))


def planes_of(survey: Survey, facts: Facts, *, seed: int, index: int) -> Planes:
    """Expose a picture.

    Parameters
    ----------
    survey : Survey
        Which telescope.
    facts : Facts
        What it holds, from `facts_of`.
    seed, index : int
        Which sky, which picture.

    Returns
    -------
    ndarray of float32, shape (3, row, column)
        g, r, i in sky sigmas of r, sky subtracted; row 0 is the bottom.
    """
    random = np.random.default_rng([seed, survey.number, index, _PICTURE])
    canvas = Canvas(survey.side_px, facts.seeing_px, survey.beta)
    draw_sky(random, survey, canvas, facts.kind)
    add_field(random, survey, canvas)
    canvas.blur()
    add_artefact(random, survey, canvas, facts.kind)
    planes = expose(random, survey, canvas)
    if facts.kind is Kind.SATURATED:
        burn_star(random, survey, canvas, planes)
    return planes


def file_of(survey: Survey, facts: Facts, *, seed: int, index: int) -> bytes:
    """Bytes of a picture's file.

    Parameters
    ----------
    survey : Survey
        Which telescope; decides the format.
    facts : Facts
        What it holds, from `facts_of`.
    seed, index : int
        Which sky, which picture.

    Returns
    -------
    bytes
        JPEG or FITS; the same for the same arguments.
    """
    planes = planes_of(survey, facts, seed=seed, index=index)
    if survey.fits:
        stored: bytes = linear_fits(
            planes,
            survey,
            ra_deg=facts.ra_deg,
            dec_deg=facts.dec_deg,
            pixel_scale_arcsec=facts.pixel_scale_arcsec,
        )
    else:
        stored = colour_jpeg(planes, survey)
    return stored
