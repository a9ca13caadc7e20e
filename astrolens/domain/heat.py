"""Where in a picture the oddity lies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels of the decoded picture; row 0 is the first row of the file.

    Attributes
    ----------
    left, upper, right, lower : float
        Edges, ``left < right`` and ``upper < lower``; they may lie between pixels.
    """

    left: float
    upper: float
    right: float
    lower: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeatMap:
    """How unlike the normals of its source each part of a picture is.

    Attributes
    ----------
    values : ndarray of float32, shape (rows, columns)
        Share of the normals' parts that are less odd, in [0, 1]; read-only.
    box : Box
        Part of the picture that the map covers; the cells are equal parts of it.
    """

    values: NDArray[np.float32]
    box: Box

    def __post_init__(self) -> None:
        """Lock the array."""
        self.values.flags.writeable = False

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, about a kilobyte.

        Returns
        -------
        dict
            ``values``, a list of rows, three decimals, and ``box``, [left, upper, right, lower] in pixels.
        """
        return {
            "values": [[round(float(value), 3) for value in row] for row in self.values],
            "box": [
                round(edge, 2) for edge in (self.box.left, self.box.upper, self.box.right, self.box.lower)
            ],
        }
