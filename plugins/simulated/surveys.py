"""The telescopes of the simulated sky: each has its own seeing, depth, colours and files."""

from dataclasses import dataclass
from enum import StrEnum


class SurveyName(StrEnum):
    """Which telescope looks."""

    DEEP = "deep"
    WIDE = "wide"
    PLATES = "plates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a telescope makes of the sky.

    Attributes
    ----------
    name : SurveyName
        Which one.
    number : int
        Part of every seed, so that no two surveys see the same galaxy.
    side_px : int
        Width and height of a picture.
    galaxy_arcsec : float
        Median Petrosian radius of its galaxies.
    seeing_arcsec : float
        Median FWHM of a star in r.
    beta : float
        Moffat wings of a star.
    depth : float
        Median brightness of a galaxy: mean over its half-light ellipse, in sky sigmas of r.
    sky_electrons : float
        Background in electrons per pixel in r; sets the photon noise of bright pixels.
    stars, neighbours : float
        Mean numbers of foreground stars and background galaxies in a picture.
    gain, softening : float
        Brightness of one sky sigma and the Q of the colour stretch.
    fits : bool
        True for linear FITS files with a WCS in r alone, False for colour JPEG.
    """

    name: SurveyName
    number: int
    side_px: int
    galaxy_arcsec: float
    seeing_arcsec: float
    beta: float
    depth: float
    sky_electrons: float
    stars: float
    neighbours: float
    gain: float
    softening: float
    fits: bool = False

    def bands(self) -> tuple[str, ...]:
        """Names of the bands in the order of the planes of its files.

        Returns
        -------
        tuple of str
            i, r, g as red, green, blue; r alone in FITS.
        """
        return ("r",) if self.fits else ("i", "r", "g")


def survey_of(name: SurveyName) -> Survey:
    """The telescope with this name.

    Parameters
    ----------
    name : SurveyName
        Which one.

    Returns
    -------
    Survey
        Its properties.
    """
    match name:
        case SurveyName.DEEP:
            return Survey(
                name=name, number=1, side_px=240, galaxy_arcsec=11.0, seeing_arcsec=0.95, beta=3.2, depth=14.0,
                sky_electrons=900.0, stars=4.0, neighbours=11.0, gain=0.016, softening=3.4,
            )  # fmt: skip
        case SurveyName.WIDE:
            return Survey(
                name=name, number=2, side_px=212, galaxy_arcsec=12.0, seeing_arcsec=1.35, beta=2.9, depth=9.0,
                sky_electrons=300.0, stars=5.0, neighbours=6.0, gain=0.022, softening=3.0,
            )  # fmt: skip
        case SurveyName.PLATES:
            return Survey(
                name=name, number=3, side_px=192, galaxy_arcsec=28.0, seeing_arcsec=2.6, beta=2.6, depth=6.0,
                sky_electrons=80.0, stars=8.0, neighbours=3.0, gain=0.03, softening=3.0, fits=True,
            )  # fmt: skip
