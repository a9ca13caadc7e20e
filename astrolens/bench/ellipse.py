"""Shape numbers from ellipses around isophotes: the feature family of the published peer, written anew."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LEVELS = (90.0, 80.0, 70.0, 60.0, 50.0, 0.0)
NAMES = tuple(
    f"{what}_{level:g}" for level in LEVELS for what in ("residual", "offset", "aspect", "angle", "farthest")
)
_CLIP_SIGMA = 3.0
_CLIP_ROUNDS = 5
_FEWEST_POINTS = 6
_THINNEST = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ellipse:
    """An ellipse in pixels.

    Attributes
    ----------
    x, y : float
        Centre.
    major, minor : float
        Half axes, ``major >= minor > 0``.
    angle : float
        Of the major axis from the +x axis, radians, in [-pi/2, pi/2].
    """

    x: float
    y: float
    major: float
    minor: float
    angle: float

    def distances(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far points lie from the ellipse along their ray, in units of the mean half axis.

        Parameters
        ----------
        points : ndarray of float64, shape (n, 2)
            Columns x and y.

        Returns
        -------
        ndarray of float64, shape (n,)
            0 or more.
        """
        dx, dy = points[:, 0] - self.x, points[:, 1] - self.y
        along = dx * np.cos(self.angle) + dy * np.sin(self.angle)
        across = dy * np.cos(self.angle) - dx * np.sin(self.angle)
        level = np.hypot(along / self.major, across / self.minor)  # 1 on the ellipse
        away = np.hypot(dx, dy) * np.abs(1.0 - 1.0 / np.maximum(level, 1e-9))
        return np.asarray(away / np.sqrt(self.major * self.minor), np.float64)


def fit_ellipse(points: NDArray[np.float64]) -> Ellipse | None:
    """Fit an ellipse to points by direct least squares.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        Columns x and y.

    Returns
    -------
    Ellipse or None
        None when the points define none.

    References
    ----------
    .. [1] Halir & Flusser (1998), WSCG 98, section 3.
    """
    if len(points) < _FEWEST_POINTS:
        return None
    centre, spread = points.mean(axis=0), points.std() or 1.0
    x, y = ((points - centre) / spread).T
    quadratic = np.column_stack([x * x, x * y, y * y])
    linear = np.column_stack([x, y, np.ones_like(x)])
    mixed, below = quadratic.T @ linear, linear.T @ linear
    try:
        eliminated = -np.linalg.solve(below, mixed.T)
        reduced = quadratic.T @ quadratic + mixed @ eliminated
        constrained = np.stack([reduced[2] / 2.0, -reduced[1], reduced[0] / 2.0])
        _, vectors = np.linalg.eig(constrained)
    except np.linalg.LinAlgError:
        return None
    vectors = np.real(vectors)
    positive = 4.0 * vectors[0] * vectors[2] - vectors[1] ** 2 > 0.0
    if not positive.any():
        return None
    upper = vectors[:, np.flatnonzero(positive)[0]]
    return _from_conic(np.r_[upper, eliminated @ upper], centre, spread)


def _from_conic(conic: NDArray[np.float64], centre: NDArray[np.float64], spread: float) -> Ellipse | None:
    """Ellipse of a x^2 + b x y + c y^2 + d x + e y + f = 0 in shifted and scaled coordinates."""
    a, b, c, d, e, f = conic
    matrix = np.array([[a, b / 2.0], [b / 2.0, c]])
    middle = -np.linalg.solve(matrix, np.array([d, e]) / 2.0)
    level = middle @ matrix @ middle - f
    values, axes = np.linalg.eigh(matrix)
    squares = level / values
    if not np.isfinite(squares).all() or squares.min() <= _THINNEST**2 * squares.max():
        return None
    longest = int(np.argmax(squares))
    x, y = centre + spread * middle
    angle = float(np.arctan2(axes[1, longest], axes[0, longest]))
    return Ellipse(
        x=float(x),
        y=float(y),
        major=float(spread * np.sqrt(squares[longest])),
        minor=float(spread * np.sqrt(squares[1 - longest])),
        angle=(angle + np.pi / 2.0) % np.pi - np.pi / 2.0,
    )


def ellipse_features(pixels: NDArray[np.float32]) -> NDArray[np.float64]:
    """Describe a picture by ellipses around its isophotes.

    The sky is removed by sigma clipping and all but the largest bright region is blanked; at six percentiles of what
    is left the outline of the largest region is fitted with an ellipse. Each level gives five numbers: the scatter of
    the outline about its ellipse, its largest distance, and centre, axis ratio and angle against the innermost level.

    Parameters
    ----------
    pixels : ndarray of float32, shape (band, row, column)
        NaN counts as 0.

    Returns
    -------
    ndarray of float64, shape (30,)
        In the order of `NAMES`; all NaN when one of the fits is impossible.

    References
    ----------
    .. [1] Lochner & Bassett (2021), Astronomy and Computing 36, 100481, section 3.1: the family, not its code.
    """
    failed = np.full(len(NAMES), np.nan)
    plane = np.nan_to_num(pixels[0].astype(np.float64))
    grey = np.nan_to_num(pixels.astype(np.float64)).mean(axis=0)
    region = _largest_region(grey > _clipped_threshold(grey))
    if region is None:
        return failed
    kept = np.where(region, plane, 0.0)
    bright = kept[kept > 0.0]
    if bright.size < _FEWEST_POINTS:
        return failed
    numbers: list[float] = []
    innermost: Ellipse | None = None
    for level in LEVELS:
        part = _largest_region(kept > (np.percentile(bright, level) if level else 0.0))
        points = None if part is None else _outline(part)
        ellipse = None if points is None else fit_ellipse(points)
        if points is None or ellipse is None:
            return failed
        innermost = innermost or ellipse
        away = ellipse.distances(points)
        turn = (ellipse.angle - innermost.angle + np.pi / 2.0) % np.pi - np.pi / 2.0
        numbers += [
            float(np.sqrt(np.mean(away**2))),
            float(np.hypot(ellipse.x - innermost.x, ellipse.y - innermost.y)),
            (ellipse.major / ellipse.minor) / (innermost.major / innermost.minor),
            abs(float(turn)),
            float(away.max()),
        ]
    found = np.array(numbers)
    return found if np.isfinite(found).all() else failed


def _clipped_threshold(plane: NDArray[np.float64]) -> float:
    kept = plane.ravel()
    for _ in range(_CLIP_ROUNDS):
        middle, scatter = float(np.median(kept)), float(kept.std())
        inside = kept[np.abs(kept - middle) <= _CLIP_SIGMA * scatter]
        if inside.size in (0, kept.size):
            break
        kept = inside
    return float(np.median(kept)) + _CLIP_SIGMA * float(kept.std())


def _largest_region(mask: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    labels, count = ndimage.label(mask, structure=np.ones((3, 3), np.int8))
    if count == 0:
        return None
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == int(np.argmax(sizes)), np.bool_)


def _outline(region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Outer edge of a region, holes filled, as x and y."""
    solid = ndimage.binary_fill_holes(region)
    edge = solid & ~ndimage.binary_erosion(solid)
    rows, columns = np.nonzero(edge)
    return np.column_stack([columns, rows]).astype(np.float64)
