"""The downhill simplex in a plane, without the overhead of a general optimiser."""

from collections.abc import Callable

Point = tuple[float, float]


def minimise(
    function: Callable[[Point], float], corners: tuple[Point, Point, Point], *, step: float, change: float, most: int
) -> tuple[float, Point]:  # fmt: skip
    """Least value of a function of two numbers near a triangle.

    Parameters
    ----------
    function : Callable
        Takes a point.
    corners : tuple of tuple of float
        Three points that are not in line.
    step : float
        Ends when no corner is farther than this from the best one along either axis, and
    change : float
        no value differs by more than this from the best one.
    most : int
        Evaluations after which it ends anyway (a shrinking step may add two).

    Returns
    -------
    float
        The least value found.
    tuple of float
        Where it is.

    References
    ----------
    .. [1] Nelder and Mead (1965), Computer Journal 7, 308 (reflection 1, expansion 2, contraction and shrinking 1/2).
    """
    ranked = sorted((function(corner), corner) for corner in corners)
    spent = 3
    while spent < most:
        (least, best), (middle, second), (worst, last) = ranked
        spread = max(abs(corner[axis] - best[axis]) for corner in (second, last) for axis in (0, 1))
        if spread <= step and worst - least <= change:
            break
        centre = ((best[0] + second[0]) / 2.0, (best[1] + second[1]) / 2.0)
        tried = _along(centre, last, -1.0)
        value = function(tried)
        spent += 1
        if value < least:
            farther = _along(centre, last, -2.0)
            better = function(farther)
            spent += 1
            ranked[2] = min((value, tried), (better, farther), key=lambda pair: pair[0])
        elif value < middle:
            ranked[2] = (value, tried)
        else:
            outside = value < worst
            nearer = _along(centre, last, -0.5 if outside else 0.5)
            better = function(nearer)
            spent += 1
            if better <= value if outside else better < worst:
                ranked[2] = (better, nearer)
            else:
                halved = [_along(best, corner, 0.5) for corner in (second, last)]
                ranked[1:] = [(function(corner), corner) for corner in halved]
                spent += 2
        ranked.sort(key=lambda pair: pair[0])
    return ranked[0]


def _along(centre: Point, corner: Point, share: float) -> Point:
    """From the centre toward the corner; a negative share leads away from it."""
    return centre[0] + share * (corner[0] - centre[0]), centre[1] + share * (corner[1] - centre[1])
