"""How much of a stranger's file is believed."""

from dataclasses import dataclass

SMALLEST_SIDE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """Bounds of one decoding.

    Attributes
    ----------
    megapixels : float
        Largest picture, in millions of pixels of one plane.
    unpacked_mb : float
        Most megabytes that a file may become in memory, whatever it claims.
    """

    megapixels: float = 64.0
    unpacked_mb: float = 1024.0

    @property
    def pixels(self) -> int:
        """Largest plane.

        Returns
        -------
        int
            Number of pixels.
        """
        return int(self.megapixels * 1e6)

    @property
    def unpacked_bytes(self) -> int:
        """Largest data in memory.

        Returns
        -------
        int
            Number of bytes.
        """
        return int(self.unpacked_mb * 2**20)
