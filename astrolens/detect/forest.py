"""Isolation trees as flat arrays: grown by scikit-learn, walked without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_TREES = 100
_SUBSAMPLE = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IsolationTrees:
    """An isolation forest; every tree is walked at once, which for a few pictures is many times quicker.

    Attributes
    ----------
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

    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    left: NDArray[np.int16]
    right: NDArray[np.int16]
    depth: NDArray[np.float64]
    longest: int
    normaliser: float

    @classmethod
    def grow(cls, rows: NDArray[np.float64], seed: int) -> Self:
        """Grow the forest.

        Parameters
        ----------
        rows : ndarray of float64, shape (n, m)
            Finite; read as float32.
        seed : int
            The same seed grows the same.

        Returns
        -------
        IsolationTrees
            100 trees of up to 256 samples each.
        """
        from sklearn.ensemble import IsolationForest

        forest = IsolationForest(
            n_estimators=_TREES, max_samples=min(_SUBSAMPLE, len(rows)), random_state=seed % 2**32, n_jobs=1
        )
        forest.fit(rows.astype(np.float32))
        trees = [estimator.tree_ for estimator in forest.estimators_]
        shape = (_TREES, max(int(tree.node_count) for tree in trees))
        feature, left, right = (
            np.full(shape, -1, np.int16),
            np.zeros(shape, np.int16),
            np.zeros(shape, np.int16),
        )
        threshold, depth = np.zeros(shape), np.zeros(shape)
        for number, tree in enumerate(trees):
            count = tree.node_count
            own, is_leaf = np.arange(count), tree.children_left < 0
            feature[number, :count] = np.where(is_leaf, -1, tree.feature)
            threshold[number, :count] = tree.threshold
            left[number, :count] = np.where(is_leaf, own, tree.children_left)
            right[number, :count] = np.where(is_leaf, own, tree.children_right)
            depth[number, :count] = _path_lengths(
                tree.children_left, tree.children_right, tree.n_node_samples
            )
        return cls(
            feature=feature,
            threshold=threshold,
            left=left,
            right=right,
            depth=depth,
            longest=max(int(tree.max_depth) for tree in trees),
            normaliser=float(_average_path(np.array([forest.max_samples_]))[0]),
        )

    def score(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """How few cuts set a row apart.

        Parameters
        ----------
        rows : ndarray of float64, shape (n, m)
            Finite; read as float32.

        Returns
        -------
        ndarray of float64, shape (n,)
            In (0, 1]; 2 to the minus mean path length over the average one.
        """
        return np.asarray(Grove.of([self]).score([rows])[0], dtype=np.float64)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """The trees as arrays.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes.
        """
        return {
            "feature": self.feature,
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "depth": self.depth,
            "longest": np.array([self.longest], np.int64),
            "normaliser": np.array([self.normaliser], np.float64),
        }

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]]) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            By the names of the attributes; more is allowed.

        Returns
        -------
        IsolationTrees
            Scores bit for bit like the original.
        """
        return cls(
            feature=np.asarray(numbers["feature"], dtype=np.int16),
            threshold=np.asarray(numbers["threshold"], dtype=np.float64),
            left=np.asarray(numbers["left"], dtype=np.int16),
            right=np.asarray(numbers["right"], dtype=np.int16),
            depth=np.asarray(numbers["depth"], dtype=np.float64),
            longest=int(np.asarray(numbers["longest"], dtype=np.int64)[0]),
            normaliser=float(np.asarray(numbers["normaliser"], dtype=np.float64)[0]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grove:
    """Several forests walked at once, each about its own table of the same pictures.

    Attributes
    ----------
    roots : ndarray of intp, shape (forests, 1, trees)
        Place of each root in the flat arrays.
    feature : ndarray of intp, shape (nodes,)
        Column a node asks for; any at a leaf.
    threshold : ndarray of float64, shape (nodes,)
        A value up to this goes left.
    children : ndarray of intp, shape (2 * nodes,)
        Place of the left and of the right child of each node; a leaf is its own child.
    depth : ndarray of float64, shape (nodes,)
        As in `IsolationTrees`.
    longest : int
        Steps that end at a leaf everywhere.
    normalisers : ndarray of float64, shape (forests, 1)
        Average path length of each forest.
    """

    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    children: NDArray[np.intp]
    depth: NDArray[np.float64]
    longest: int
    normalisers: NDArray[np.float64]

    @classmethod
    def of(cls, forests: Sequence[IsolationTrees]) -> Self:
        """Put forests side by side.

        Parameters
        ----------
        forests : sequence of IsolationTrees
            At least one; the same number of trees and columns in each.

        Returns
        -------
        Grove
            Of all of them.
        """
        roots, children = [], []
        start = 0
        for forest in forests:
            trees, nodes = forest.feature.shape
            first = start + np.arange(trees) * nodes
            roots.append(first[None, :])
            both = np.stack([forest.left, forest.right], axis=-1).astype(np.intp)
            children.append((both + first[:, None, None]).reshape(-1))
            start += trees * nodes
        feature = np.concatenate([forest.feature.reshape(-1) for forest in forests]).astype(np.intp)
        return cls(
            roots=np.stack(roots),
            feature=np.maximum(feature, 0),
            threshold=np.concatenate([forest.threshold.reshape(-1) for forest in forests]),
            children=np.concatenate(children),
            depth=np.concatenate([forest.depth.reshape(-1) for forest in forests]),
            longest=max(forest.longest for forest in forests),
            normalisers=np.array([[max(forest.normaliser, 1e-12)] for forest in forests], np.float64),
        )

    def score(self, tables: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """How few cuts set a row apart.

        Parameters
        ----------
        tables : sequence of ndarray of float64, shape (n, m)
            For each forest, the same n pictures; finite, read as float32.

        Returns
        -------
        ndarray of float64, shape (forests, n)
            As `IsolationTrees.score` of each.
        """
        count, width = tables[0].shape
        values = np.concatenate(tables).astype(np.float32).reshape(-1)
        lines = (np.arange(len(tables) * count) * width).reshape(len(tables), count, 1)
        place = np.repeat(self.roots, count, axis=1)  # (forest, row, tree)
        for _ in range(self.longest):
            asked = self.feature.take(place)
            asked += lines
            goes_right = values.take(asked) > self.threshold.take(place)
            place += place
            place += goes_right
            place = self.children.take(place)
        mean_depth = self.depth.take(place).mean(axis=2)
        return np.asarray(2.0 ** (-mean_depth / self.normalisers), dtype=np.float64)


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
