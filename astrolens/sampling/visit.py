"""One look at one place."""

from dataclasses import dataclass

from astrolens.domain.sky import SkyPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where to look, and for which time.

    Attributes
    ----------
    position : SkyPosition
        Centre of the picture.
    place : str
        What the place is called: ``9-123456`` (order and number of a nested HEALPix cell), or a target's name
        and coordinates. The same place has the same name for ever.
    round : int
        How many times all places were visited before; 0 at first.
    radius_arcsec : float or None
        Half of the side that a target wants; None when it says nothing.
    """

    position: SkyPosition
    place: str
    round: int = 0
    radius_arcsec: float | None = None

    @property
    def key(self) -> str:
        """Name of this look among all looks.

        Returns
        -------
        str
            The place, and from the second round on ``@2``, ``@3`` ...
        """
        return f"{self.place}@{self.round + 1}" if self.round else self.place

    def side_arcsec(self, usual: float) -> float:
        """Side of the picture.

        Parameters
        ----------
        usual : float
            What the source takes when the target says nothing, in arcsec.

        Returns
        -------
        float
            In arcsec.
        """
        return 2.0 * self.radius_arcsec if self.radius_arcsec else usual
