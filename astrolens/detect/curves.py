"""Many calibration curves asked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.conformal import refuse_nan
from astrolens.detect.tail import LOG_P_FLOOR, Curve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveTable:
    """Curves as rows of arrays; a row says bit for bit what `astrolens.detect.tail.Curve.log_p` says.

    Attributes
    ----------
    knots : tuple of ndarray of float64
        Those of each curve.
    log_levels : ndarray of float64, shape (sum of k,)
        Those of all curves, one after the other.
    flat_knots : ndarray of float64, shape (sum of k,)
        Knots in the same order.
    first, last : ndarray of intp, shape (c, 1)
        Place of each curve's first and last knot there.
    sizes, starts, scales, shapes : ndarray of float64, shape (c, 1)
        Number of normals; scale of the tail at its start; scale and shape of the tail (`Curve`).
    """

    knots: tuple[NDArray[np.float64], ...]
    log_levels: NDArray[np.float64]
    flat_knots: NDArray[np.float64]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    sizes: NDArray[np.float64]
    starts: NDArray[np.float64]
    scales: NDArray[np.float64]
    shapes: NDArray[np.float64]

    @classmethod
    def of(cls, curves: Sequence[Curve]) -> "CurveTable":
        """Put curves side by side.

        Parameters
        ----------
        curves : sequence of Curve
            At least one.

        Returns
        -------
        CurveTable
            A row for each.
        """
        lengths = np.array([len(curve.knots) for curve in curves], np.intp)
        first = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        flat = np.concatenate([curve.knots for curve in curves])
        bounds = np.concatenate([first, [len(flat)]])
        return cls(
            knots=tuple(flat[low:high] for low, high in pairwise(bounds)),
            log_levels=np.concatenate([curve.log_levels for curve in curves]),
            flat_knots=flat,
            first=first[:, None],
            last=(first + lengths - 1)[:, None],
            sizes=_column([float(curve.size) for curve in curves]),
            starts=_column([curve.scale + curve.shape * curve.excess for curve in curves]),
            scales=_column([curve.scale for curve in curves]),
            shapes=_column([curve.shape for curve in curves]),
        )

    def log_p(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log of the chance that a normal scores this high or higher.

        Parameters
        ----------
        scores : ndarray of float64, shape (c, n)
            A row for each curve. NaN is refused.

        Returns
        -------
        ndarray of float64, shape (c, n)
            In [log 1e-300, 0].

        Raises
        ------
        ValueError
            If a score is NaN.
        """
        refuse_nan(scores, "scores")
        above = np.stack([
            knots.searchsorted(row, side="right") for knots, row in zip(self.knots, scores, strict=True)
        ])  # fmt: skip
        right = np.minimum(above + self.first, self.last)
        left = np.maximum(above + (self.first - 1), self.first)
        near = self.flat_knots.take(left)
        gap = self.flat_knots.take(right) - near
        inner = gap > 0.0
        share = np.where(inner, (scores - near) / np.where(inner, gap, 1.0), 0.0)
        np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
        level = self.log_levels.take(left)
        inside = np.where(above == 0, 0.0, level + share * (self.log_levels.take(right) - level))
        beyond = np.maximum(scores - self.flat_knots.take(self.last), 0.0)
        if beyond.any():
            inside = self._beyond(inside, beyond)
        return np.maximum(inside, LOG_P_FLOOR)

    def _beyond(self, inside: NDArray[np.float64], beyond: NDArray[np.float64]) -> NDArray[np.float64]:
        """Continue where a score exceeds every normal."""
        curved = self.shapes > 0.0
        start = np.where(self.starts > 0.0, self.starts, 1.0)
        with np.errstate(over="ignore"):  # infinitely far beyond: the floor takes it
            heavy = np.log1p(self.shapes * beyond / start) / np.where(curved, self.shapes, 1.0)
            less_likely = np.where(curved, heavy, beyond / start)
        stepped = np.where(beyond > 0.0, -np.log(self.sizes + 1.0), inside)
        return np.where(self.scales > 0.0, inside - less_likely, stepped)


def _column(values: Sequence[float]) -> NDArray[np.float64]:
    return np.array(values, np.float64)[:, None]
