"""The sky around a picture as a flat map: what a cursor needs to say where it points."""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, isfinite, radians, sin, sqrt

from astrolens.domain.sky import ARCSEC_PER_DEGREE


@dataclass(frozen=True, slots=True, kw_only=True)
class TangentPlane:
    """A gnomonic (TAN) projection and the straight axes of a picture on it.

    Pixels are counted from 0 at the middle of the upper left one, x to the right, y down.

    Attributes
    ----------
    ra_deg, dec_deg : float
        ICRS position of the tangent point in degrees.
    x, y : float
        Pixel of the tangent point; it may lie outside of the picture.
    matrix : tuple of float
        ``(xi_x, xi_y, eta_x, eta_y)`` in degrees a pixel: xi grows to the east, eta to the north.

    Raises
    ------
    ValueError
        If a number is not finite or the axes fall together.

    References
    ----------
    .. [1] Calabretta & Greisen (2002), A&A 395, 1077, sections 2 and 5.1.3.
    """

    ra_deg: float
    dec_deg: float
    x: float
    y: float
    matrix: tuple[float, float, float, float]

    def __post_init__(self) -> None:
        """Refuse what maps nothing."""
        if not all(isfinite(value) for value in (self.ra_deg, self.dec_deg, self.x, self.y, *self.matrix)):
            raise ValueError(f"a tangent plane with a number that is not finite: {self}")
        if self._determinant() == 0.0:
            raise ValueError(f"matrix is {self.matrix}; its axes fall together")

    @property
    def scale_arcsec(self) -> float:
        """Side of a pixel of the same area.

        Returns
        -------
        float
            In arcsec, above 0.
        """
        return sqrt(abs(self._determinant())) * ARCSEC_PER_DEGREE

    def sky(self, x: float, y: float) -> tuple[float, float]:
        """Where a pixel points.

        Parameters
        ----------
        x, y : float
            Pixel.

        Returns
        -------
        tuple of float
            ICRS right ascension in [0, 360) and declination, in degrees.
        """
        xi_x, xi_y, eta_x, eta_y = self.matrix
        right, down = x - self.x, y - self.y
        xi, eta = radians(xi_x * right + xi_y * down), radians(eta_x * right + eta_y * down)
        dec = radians(self.dec_deg)
        depth = cos(dec) - eta * sin(dec)
        ra_deg = self.ra_deg + degrees(atan2(xi, depth))
        height = (sin(dec) + eta * cos(dec)) / sqrt(1.0 + xi * xi + eta * eta)
        return ra_deg % 360.0, degrees(asin(max(-1.0, min(1.0, height))))

    def pixel(self, ra_deg: float, dec_deg: float) -> tuple[float, float] | None:
        """Where a position lies in the picture.

        Parameters
        ----------
        ra_deg, dec_deg : float
            ICRS position in degrees.

        Returns
        -------
        tuple of float or None
            x and y; None for the far side of the sky.
        """
        flat = onto_plane(ra_deg, dec_deg, self.ra_deg, self.dec_deg)
        if flat is None:
            return None
        xi_x, xi_y, eta_x, eta_y = self.matrix
        xi, eta = flat
        by = self._determinant()
        return self.x + (eta_y * xi - xi_y * eta) / by, self.y + (xi_x * eta - eta_x * xi) / by

    def shrunk(self, factor: int) -> "TangentPlane":
        """The same sky for a picture whose blocks of pixels became one pixel.

        Parameters
        ----------
        factor : int
            Side of a block in pixels, 1 or more.

        Returns
        -------
        TangentPlane
            Counts blocks.
        """
        xi_x, xi_y, eta_x, eta_y = (factor * slope for slope in self.matrix)
        middle = (factor - 1) / 2.0
        return TangentPlane(
            ra_deg=self.ra_deg, dec_deg=self.dec_deg, x=(self.x - middle) / factor, y=(self.y - middle) / factor,
            matrix=(xi_x, xi_y, eta_x, eta_y),
        )  # fmt: skip

    def north(self) -> tuple[float, float]:
        """Direction of north in the picture.

        Returns
        -------
        tuple of float
            Unit vector, x to the right, y down.
        """
        xi_x, xi_y, _, _ = self.matrix
        by = self._determinant()
        return _unit(-xi_y / by, xi_x / by)

    def east(self) -> tuple[float, float]:
        """Direction of east in the picture.

        Returns
        -------
        tuple of float
            Unit vector, x to the right, y down.
        """
        _, _, eta_x, eta_y = self.matrix
        by = self._determinant()
        return _unit(eta_y / by, -eta_x / by)

    def _determinant(self) -> float:
        xi_x, xi_y, eta_x, eta_y = self.matrix
        return xi_x * eta_y - xi_y * eta_x


def onto_plane(
    ra_deg: float, dec_deg: float, centre_ra_deg: float, centre_dec_deg: float
) -> tuple[float, float] | None:
    """Project a position onto the plane that touches the sky elsewhere.

    Parameters
    ----------
    ra_deg, dec_deg : float
        The position, in degrees.
    centre_ra_deg, centre_dec_deg : float
        Where the plane touches, in degrees.

    Returns
    -------
    tuple of float or None
        xi (east) and eta (north) in degrees; None for a position 90 degrees away or more.
    """
    step = radians(ra_deg - centre_ra_deg)
    dec, centre = radians(dec_deg), radians(centre_dec_deg)
    depth = sin(dec) * sin(centre) + cos(dec) * cos(centre) * cos(step)
    if depth <= 1e-9:
        return None
    xi = cos(dec) * sin(step) / depth
    eta = (sin(dec) * cos(centre) - cos(dec) * sin(centre) * cos(step)) / depth
    return degrees(xi), degrees(eta)


def _unit(right: float, down: float) -> tuple[float, float]:
    length = hypot(right, down)
    return right / length, down / length
