"""Where a picture stands in the quantities that the watch on drift looks at."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from astrolens.detect.combine import rough_share
from astrolens.detect.features import Features, shape_column
from astrolens.detect.roster import Recipe

CELLS = 100
ODDNESS = "oddness"
VIEWS = (ODDNESS, "sky", "sky_sigma", "signal_to_noise", "half_light_radius_px")


def cells_of(combined: NDArray[np.float64], recipe: Recipe) -> NDArray[np.int64]:
    """Cell of oddness of each combination.

    The grid is fixed beforehand and so cannot favour the sample: equal shares of `rough_share`.

    Parameters
    ----------
    combined : ndarray of float64
        From `astrolens.detect.combine.combine`.
    recipe : Recipe
        What decides.

    Returns
    -------
    ndarray of int64
        In [0, CELLS), of the same shape; the last is the oddest.
    """
    share = rough_share(combined, recipe.rule, recipe.weights, recipe.caps)
    return np.asarray(np.minimum((share * CELLS).astype(np.int64), CELLS - 1), dtype=np.int64)


def view_cells(
    by_fold: NDArray[np.float64], rows: Features, quartiles: NDArray[np.float64], recipe: Recipe
) -> NDArray[np.int64]:
    """Cell of each picture in each view, as each fold sees it.

    Parameters
    ----------
    by_fold : ndarray of float64, shape (folds, n)
        Combinations, from `CrossFit.judge`.
    rows : Features
        The n pictures.
    quartiles : ndarray of float64, shape (views - 1, folds, 3)
        From `view_quartiles`.
    recipe : Recipe
        What decides.

    Returns
    -------
    ndarray of int64, shape (n, folds, views)
        In [0, CELLS); what was not measured stands in cell 0.
    """
    cells = np.zeros((len(rows), len(by_fold), len(VIEWS)), np.int64)
    cells[:, :, 0] = cells_of(by_fold, recipe).T
    columns = [shape_column(name) for name in VIEWS[1:]]
    lower, middle, upper = np.moveaxis(quartiles[:, :, None, :], -1, 0)  # (view, fold, 1)
    width = (upper - lower) / 1.349
    width = np.where(width != 0.0, width, np.maximum(np.abs(middle), 1.0))
    values = rows.shapes[:, columns].T[:, None, :]  # (view, 1, n)
    known = np.isfinite(values) & np.isfinite(middle)
    share = ndtr(np.where(known, values - middle, 0.0) / np.where(np.isfinite(width), width, 1.0))
    found = np.minimum((share * (CELLS - 1)).astype(np.int64) + 1, CELLS - 1)
    cells[:, :, 1:] = np.where(known, found, 0).transpose(2, 1, 0)
    return cells


def view_quartiles(sample: Features, fold: NDArray[np.int64], folds: int) -> NDArray[np.float64]:
    """Quartiles of each shape number that is watched, among the normals of the other folds.

    A fold measures by the *other* folds' normals, so that its own normals and new pictures go the same way.

    Parameters
    ----------
    sample : Features
        The calibration sample, m rows.
    fold : ndarray of int64, shape (m,)
        Part of each normal.
    folds : int
        Number of parts.

    Returns
    -------
    ndarray of float64, shape (views - 1, folds, 3)
        Lower quartile, median, upper quartile; NaN where no normal has the number.
    """
    quartiles = np.full((len(VIEWS) - 1, folds, 3), np.nan)
    for view, name in enumerate(VIEWS[1:]):
        column = sample.shapes[:, shape_column(name)]
        for number in range(folds):
            known = column[(fold != number) & np.isfinite(column)]
            if len(known):
                quartiles[view, number] = np.percentile(known, [25.0, 50.0, 75.0])
    return quartiles
