"""Which side of a picture is up: quarter turns and mirrors, and what they leave of the angle to north."""

from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from astrolens.domain.tangent import TangentPlane

Number = TypeVar("Number", bound=np.generic)
Vector = tuple[float, float]

_SIDES = (("up", (0.0, -1.0)), ("right", (1.0, 0.0)), ("down", (0.0, 1.0)), ("left", (-1.0, 0.0)))
_STRAIGHT_DEG = 0.5  # the error of a whole number of degrees


@dataclass(frozen=True, slots=True)
class Orientation:
    """Left and right are swapped first when ``mirrored``, then come quarter turns against the clock."""

    quarter_turns: int = 0
    mirrored: bool = False

    def turned(self, planes: NDArray[Number]) -> NDArray[Number]:
        """The last two axes, turned; nothing is copied."""
        swapped = planes[..., ::-1] if self.mirrored else planes
        return np.rot90(swapped, self.quarter_turns, axes=(-2, -1))

    def size(self, width: float, height: float) -> tuple[float, float]:
        """Width and height after turning."""
        return (height, width) if self.quarter_turns % 2 else (width, height)

    def back(self, x: float, y: float, width: int, height: int) -> Vector:
        """Pixel of the picture as it was, from a pixel of the turned one; the size is the one before."""
        for step in range(self.quarter_turns, 0, -1):
            before_width = height if step % 2 == 0 else width
            x, y = before_width - 1 - y, x
        return (width - 1 - x if self.mirrored else x), y

    def vector(self, direction: Vector) -> Vector:
        """A direction after turning; x to the right, y down."""
        x, y = direction
        x = -x if self.mirrored else x
        for _ in range(self.quarter_turns):
            x, y = y, -x
        return x, y


AS_IT_IS = Orientation()


def north_up(plane: TangentPlane | None) -> Orientation:
    """The turn that brings north nearest to up, and east to the left of it."""
    if plane is None:
        return AS_IT_IS
    north, east = plane.north(), plane.east()
    mirrored = north[0] * east[1] - north[1] * east[0] > 0
    return max((Orientation(turns, mirrored) for turns in range(4)), key=lambda one: -one.vector(north)[1])


def compass(plane: TangentPlane | None, orientation: Orientation) -> str:
    """Where north and east are on the screen, in words; an angle that is left counts with the clock."""
    if plane is None:
        return "north not known"
    north, east = orientation.vector(plane.north()), orientation.vector(plane.east())
    side, angle_deg = _nearest(north)
    turn = "" if abs(angle_deg) < _STRAIGHT_DEG else f" {angle_deg:+.0f}°"
    return f"N {side}{turn}, E {_nearest(east)[0]}"


def _nearest(direction: Vector) -> tuple[str, float]:
    """The side of the screen that a direction is nearest to, and the angle past it with the clock."""
    x, y = direction
    side, (right, down) = max(_SIDES, key=lambda one: one[1][0] * x + one[1][1] * y)
    along, across = right * x + down * y, right * y - down * x
    return side, degrees(atan2(across, along)) if hypot(x, y) else 0.0
