"""Isolation forest on the shape numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features, shape_column

_TREES = 100
_SUBSAMPLE = 256
_COLUMNS = (
    "concentration",
    "asymmetry",
    "smoothness",
    "gini",
    "m20",
    "ellipticity",
    "half_light_radius_px",
    "petrosian_radius_px",
    "signal_to_noise",
    "area_fraction",
    "second_peak_ratio",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """Isolation forest on CAS, Gini-M20 and the sizes, with the number of missing measurements as one column more.

    A NaN takes the normals' median, so that what could not be measured counts once, in the last column, and not as an
    extreme value of each. Columns that no normal has are left out. The trees are kept as flat arrays: scoring needs
    no scikit-learn and walks every tree at once.

    Attributes
    ----------
    columns : ndarray of int64, shape (m,)
        Columns of `Features.shapes` that are read.
    medians : ndarray of float64, shape (m,)
        What stands in for NaN.
    feature : ndarray of int16, shape (trees, nodes)
        Column a node asks for; -1 at a leaf.
    threshold : ndarray of float64, shape (trees, nodes)
        A value up to this goes left.
    left, right : ndarray of int16, shape (trees, nodes)
        Children; a leaf is its own child.
    depth : ndarray of float64, shape (trees, nodes)
        Path length to the node, with the average length below a leaf of several samples added.
    longest : int
        Steps that end at a leaf in every tree.
    normaliser : float
        Average path length of an unsuccessful search, c(psi).

    References
    ----------
    .. [1] Liu, Ting & Zhou (2008), ICDM, 413, eqs. 1 and 2.
    """

    name: ClassVar[str] = "shape"

    columns: NDArray[np.int64]
    medians: NDArray[np.float64]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    depth: NDArray[np.float64]
    longest: int
    normaliser: float

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether any shape was measured.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False when every number that is read is NaN in every row.
        """
        return bool(np.isfinite(_known(features.shapes[:, _read_columns()])).any())

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Grow the forest.

        Parameters
        ----------
        features : Features
            Normals with at least one measured shape.
        seed : int
            Of the forest.

        Returns
        -------
        Shape
            Fitted.
        """
        from sklearn.ensemble import IsolationForest

        wanted = _read_columns()
        columns = wanted[np.isfinite(_known(features.shapes[:, wanted])).any(axis=0)]
        values = _known(features.shapes[:, columns])
        medians = np.nanmedian(values, axis=0)
        rows = _filled(values, medians)
        forest = IsolationForest(
            n_estimators=_TREES, max_samples=min(_SUBSAMPLE, len(rows)), random_state=seed % 2**32, n_jobs=1
        )
        forest.fit(rows.astype(np.float32))
        trees = [estimator.tree_ for estimator in forest.estimators_]
        nodes = max(tree.node_count for tree in trees)
        feature = np.full((_TREES, nodes), -1, np.int16)
        threshold = np.zeros((_TREES, nodes))
        left = np.zeros((_TREES, nodes), np.int16)
        right = np.zeros((_TREES, nodes), np.int16)
        depth = np.zeros((_TREES, nodes))
        for number, tree in enumerate(trees):
            count = tree.node_count
            own = np.arange(count)
            is_leaf = tree.children_left < 0
            feature[number, :count] = np.where(is_leaf, -1, tree.feature)
            threshold[number, :count] = tree.threshold
            left[number, :count] = np.where(is_leaf, own, tree.children_left)
            right[number, :count] = np.where(is_leaf, own, tree.children_right)
            depth[number, :count] = _path_lengths(
                tree.children_left, tree.children_right, tree.n_node_samples
            )
        return cls(
            columns=columns,
            medians=medians,
            feature=feature,
            threshold=threshold,
            left=left,
            right=right,
            depth=depth,
            longest=max(int(tree.max_depth) for tree in trees),
            normaliser=float(_average_path(np.array([forest.max_samples_]))[0]),
        )

    def score(self, features: Features) -> NDArray[np.float64]:
        """How few cuts set a row apart.

        Parameters
        ----------
        features : Features
            Reads the shapes; NaN is allowed.

        Returns
        -------
        ndarray of float64, shape (n,)
            In (0, 1); 2 to the minus mean path length over the average one.
        """
        rows = _filled(_known(features.shapes[:, self.columns]), self.medians).astype(np.float32)
        tree = np.arange(len(self.feature))[None, :]
        line = np.arange(len(rows))[:, None]
        node = np.zeros((len(rows), len(self.feature)), np.intp)  # (row, tree)
        for _ in range(self.longest):
            goes_left = rows[line, self.feature[tree, node]] <= self.threshold[tree, node]
            node = np.where(goes_left, self.left[tree, node], self.right[tree, node]).astype(np.intp)
        mean_depth = self.depth[tree, node].mean(axis=1)
        return np.asarray(2.0 ** (-mean_depth / max(self.normaliser, 1e-12)), dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """The trees as arrays.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes.
        """
        return {
            "columns": self.columns,
            "medians": self.medians,
            "feature": self.feature,
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "depth": self.depth,
            "longest": np.array([self.longest], np.int64),
            "normaliser": np.array([self.normaliser], np.float64),
        }

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            By the names of the attributes.
        fitted_on : Features
            Not read.

        Returns
        -------
        Shape
            Scores bit for bit like the original.
        """
        return cls(
            columns=np.asarray(numbers["columns"], dtype=np.int64),
            medians=np.asarray(numbers["medians"], dtype=np.float64),
            feature=np.asarray(numbers["feature"], dtype=np.int16),
            threshold=np.asarray(numbers["threshold"], dtype=np.float64),
            left=np.asarray(numbers["left"], dtype=np.int16),
            right=np.asarray(numbers["right"], dtype=np.int16),
            depth=np.asarray(numbers["depth"], dtype=np.float64),
            longest=int(np.asarray(numbers["longest"], dtype=np.int64)[0]),
            normaliser=float(np.asarray(numbers["normaliser"], dtype=np.float64)[0]),
        )


def _read_columns() -> NDArray[np.int64]:
    """Columns that describe the object; the sky, the angle and the pixel scale do not."""
    return np.array([shape_column(name) for name in _COLUMNS], np.int64)


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Infinite and unspeakably large numbers count as not measured."""
    return np.where(np.abs(values) < 1e30, values, np.nan)


def _filled(values: NDArray[np.float64], medians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians for NaN, and the number of NaN as one column more."""
    missing = np.isnan(values)
    return np.column_stack([np.where(missing, medians, values), missing.sum(axis=1)])


def _average_path(samples: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average path length of an unsuccessful search in a binary tree of so many samples (eq. 1)."""
    count = samples.astype(np.float64)
    many = 2.0 * (np.log(np.maximum(count - 1.0, 1.0)) + np.euler_gamma) - 2.0 * (count - 1.0) / np.maximum(
        count, 1
    )
    return np.where(count > 2.0, many, np.where(count == 2.0, 1.0, 0.0))


def _path_lengths(
    left: NDArray[np.int64], right: NDArray[np.int64], samples: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Depth of every node, and what would follow below a leaf that still holds several samples."""
    depth = np.zeros(len(left))
    for node in range(len(left)):  # a parent stands before its children
        if left[node] >= 0:
            depth[left[node]] = depth[right[node]] = depth[node] + 1.0
    return depth + np.where(left < 0, _average_path(samples), 0.0)
