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
    by_fold: NDArray[np.float64],
    rows: Features,
    sample: Features,
    fold: NDArray[np.int64],
    recipe: Recipe,
) -> NDArray[np.int64]:
    """Cell of each picture in each view, as each fold sees it.

    A fold measures a shape number by median and quartiles of the *other* folds' normals, so that its own normals and new
    pictures go the same way.

    Parameters
    ----------
    by_fold : ndarray of float64, shape (folds, n)
        Combinations, from `CrossFit.judge`.
    rows : Features
        The n pictures.
    sample : Features
        The calibration sample, m rows.
    fold : ndarray of int64, shape (m,)
        Part of each normal.
    recipe : Recipe
        What decides.

    Returns
    -------
    ndarray of int64, shape (n, folds, views)
        In [0, CELLS); what was not measured stands in cell 0.
    """
    cells = np.zeros((len(rows), len(by_fold), len(VIEWS)), np.int64)
    cells[:, :, 0] = cells_of(by_fold, recipe).T
    for view, name in enumerate(VIEWS[1:], 1):
        column = shape_column(name)
        values = rows.shapes[:, column]
        for number in range(len(by_fold)):
            known = sample.shapes[fold != number, column]
            known = known[np.isfinite(known)]
            if len(known):
                cells[:, number, view] = _cells_between(values, *np.percentile(known, [25.0, 50.0, 75.0]))
    return cells


def _cells_between(
    values: NDArray[np.float64], lower: float, middle: float, upper: float
) -> NDArray[np.int64]:
    width = (upper - lower) / 1.349 or max(abs(middle), 1.0)
    finite = np.isfinite(values)
    share = ndtr((np.where(finite, values, middle) - middle) / width)
    cells = np.clip((share * (CELLS - 1)).astype(np.int64) + 1, 1, CELLS - 1)
    return np.asarray(np.where(finite, cells, 0), dtype=np.int64)
