"""What lies inside a line that a person drew: two corners make a box, more make a polygon."""

from collections.abc import Sequence

Point = tuple[float, float]


def inside(point: Point, corners: Sequence[Point]) -> bool:
    """Whether a point lies inside; the edge of a box belongs to it. Fewer than two corners hold nothing."""
    if len(corners) < 2:
        return False
    if len(corners) == 2:
        (x0, y0), (x1, y1) = corners
        return min(x0, x1) <= point[0] <= max(x0, x1) and min(y0, y1) <= point[1] <= max(y0, y1)
    x, y = point
    within = False
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            within = not within
    return within


def edges(corners: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Cells that the line goes through, to draw it."""
    if len(corners) < 2:
        return set(corners)
    path = list(corners)
    if len(path) == 2:
        (x0, y0), (x1, y1) = path
        path = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    found: set[tuple[int, int]] = set()
    for (x0, y0), (x1, y1) in zip(path, [*path[1:], path[0]], strict=True):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        found.update(
            (round(x0 + (x1 - x0) * step / steps), round(y0 + (y1 - y0) * step / steps))
            for step in range(steps + 1)
        )
    return found
