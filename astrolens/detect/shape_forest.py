"""Isolation forest on some of the shape numbers, with gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from astrolens.detect.features import Features, shape_column
from astrolens.detect.forest import IsolationTrees


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShapeForest:
    """Isolation forest on the shape numbers named in ``reads``, with the number of gaps as one column more.

    A NaN takes the normals' median, so that what could not be measured counts once, in the last column, and not as an
    extreme value of each. Infinite numbers count as not measured. Columns that no normal has are left out.

    Attributes
    ----------
    columns : ndarray of int64, shape (m,)
        Columns of `Features.shapes` that are read.
    medians : ndarray of float64, shape (m,)
        What stands in for NaN.
    trees : IsolationTrees
        On m + 1 columns.
    """

    reads: ClassVar[tuple[str, ...]] = ()

    columns: NDArray[np.int64]
    medians: NDArray[np.float64]
    trees: IsolationTrees

    @classmethod
    def applies(cls, features: Features) -> bool:
        """Say whether any of the shapes was measured.

        Parameters
        ----------
        features : Features
            Any number of rows.

        Returns
        -------
        bool
            False when every number that is read is NaN in every row.
        """
        return bool(np.isfinite(_known(features.shapes[:, cls._wanted()])).any())

    @classmethod
    def fit(cls, features: Features, seed: int) -> Self:
        """Grow the forest.

        Parameters
        ----------
        features : Features
            Normals.
        seed : int
            Of the forest.

        Returns
        -------
        ShapeForest
            Fitted.
        """
        wanted = cls._wanted()
        columns = wanted[np.isfinite(_known(features.shapes[:, wanted])).any(axis=0)]
        values = _known(features.shapes[:, columns])
        medians = np.asarray(np.nanmedian(values, axis=0), dtype=np.float64)
        return cls(
            columns=columns, medians=medians, trees=IsolationTrees.grow(_filled(values, medians), seed)
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
            In (0, 1].
        """
        return self.trees.score(self.table(features))

    def table(self, features: Features) -> NDArray[np.float64]:
        """What the trees are asked about.

        Parameters
        ----------
        features : Features
            Reads the shapes; NaN is allowed.

        Returns
        -------
        ndarray of float64, shape (n, m + 1)
            Finite; the last column counts the gaps.
        """
        return _filled(_known(features.shapes[:, self.columns]), self.medians)

    def numbers(self) -> Mapping[str, NDArray[np.generic]]:
        """Columns, medians and the trees.

        Returns
        -------
        Mapping of str to ndarray
            By the names of the attributes; those of the trees beside them.
        """
        return {"columns": self.columns, "medians": self.medians, **self.trees.numbers()}

    @classmethod
    def restore(cls, numbers: Mapping[str, NDArray[np.generic]], fitted_on: Features) -> Self:
        """Undo `numbers`.

        Parameters
        ----------
        numbers : Mapping of str to ndarray
            As `numbers` gave them.
        fitted_on : Features
            Not read.

        Returns
        -------
        ShapeForest
            Scores bit for bit like the original.
        """
        return cls(
            columns=np.asarray(numbers["columns"], dtype=np.int64),
            medians=np.asarray(numbers["medians"], dtype=np.float64),
            trees=IsolationTrees.restore(numbers),
        )

    @classmethod
    def _wanted(cls) -> NDArray[np.int64]:
        return np.array([shape_column(name) for name in cls.reads], np.int64)


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Infinite and unspeakably large numbers count as not measured."""
    return np.where(np.abs(values) < 1e30, values, np.nan)


def _filled(values: NDArray[np.float64], medians: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians for NaN, and the number of NaN as one column more."""
    missing = np.isnan(values)
    return np.column_stack([np.where(missing, medians, values), missing.sum(axis=1)])
