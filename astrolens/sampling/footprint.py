"""Which part of the sky a survey has seen, said in a few numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A range of declination and right ascension.

    Attributes
    ----------
    dec_from, dec_to : float
        Degrees, from -90 to 90, the first below the second.
    ra_from, ra_to : float
        Degrees, in [0, 360] and not equal; the first may be above the second: then the zone holds right ascension 0.

    Raises
    ------
    ValueError
        If a number is outside its range.
    """

    dec_from: float = -90.0
    dec_to: float = 90.0
    ra_from: float = 0.0
    ra_to: float = 360.0

    def __post_init__(self) -> None:
        """Refuse what is no zone."""
        if not -90.0 <= self.dec_from < self.dec_to <= 90.0:
            raise ValueError(
                f"declinations {self.dec_from} to {self.dec_to}; want -90 <= dec_from < dec_to <= 90"
            )
        if not (0.0 <= self.ra_from < 360.0 and 0.0 < self.ra_to <= 360.0 and self.ra_from != self.ra_to):
            raise ValueError(
                f"right ascensions {self.ra_from} to {self.ra_to}; want different ones in [0, 360]"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """Sky that is in one of the zones, far enough from the Milky Way, and in the coverage map.

    Attributes
    ----------
    zones : tuple of Zone
        Their union counts.
    galactic_latitude_deg : float
        Smallest distance from the galactic plane, in [0, 90).
    moc : bytes
        A coverage map as FITS, JSON or ASCII; empty: no further limit.
    """

    zones: tuple[Zone, ...] = (Zone(),)
    galactic_latitude_deg: float = 0.0
    moc: bytes = b""


WHOLE_SKY = Footprint()
