"""The methods that a result is set beside: isolation forest and LOF on ellipses, PCA of pixels with neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolens.pipeline.sandbox import Reply

TREES = 200
LOF_NEIGHBOURS = 50
COMPONENTS = 50
NEIGHBOUR = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeerFeatures:
    """What the reference methods read, one row a picture; a row of NaN could not be measured.

    Attributes
    ----------
    ellipse : ndarray of float64, shape (n, 30)
        From `astrolens.bench.ellipse.ellipse_features`.
    centre, half : ndarray of float32, shape (n, 12288)
        Central 64 pixels, and the central half of the picture at 64 pixels, in [0, 1].
    """

    ellipse: NDArray[np.float64]
    centre: NDArray[np.float32]
    half: NDArray[np.float32]

    @classmethod
    def stack(cls, files: Sequence[Path], replies: Mapping[Path, Reply | None]) -> "PeerFeatures":
        """Put replies of `measure_peer` side by side.

        Parameters
        ----------
        files : sequence of Path
            Order of the rows.
        replies : Mapping of Path to Reply or None
            Of at least these files.

        Returns
        -------
        PeerFeatures
            A picture without a reply is a row of NaN.
        """
        given = [replies[path] for path in files]
        wide = {"ellipse": 30, "centre": 12288, "half": 12288}

        def _column(name: str, scale: float, kind: Any) -> NDArray[Any]:
            table = np.full((len(given), wide[name]), np.nan, kind)
            for row, reply in enumerate(given):
                if reply is not None:
                    table[row] = reply.arrays[name].reshape(-1) / scale
            return table

        return cls(
            ellipse=_column("ellipse", 1.0, np.float64),
            centre=_column("centre", 255.0, np.float32),
            half=_column("half", 255.0, np.float32),
        )


def peer_scores(
    reference: PeerFeatures, tested: PeerFeatures, *, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Score test pictures by every reference method.

    Each method is fitted twice: on the normals alone, as our detectors are (``_on_normals``), and on everything that
    is scored together with them, as the published peer is used (``_on_all``).

    Parameters
    ----------
    reference, tested : PeerFeatures
        Normals to fit on, pictures to score.
    seed : int
        Of forest and PCA.

    Returns
    -------
    dict of str to ndarray of float64, shape (n,)
        Larger is odder; NaN where nothing could be measured.
    """
    out: dict[str, NDArray[np.float64]] = {}
    for suffix, transductive in (("on_normals", False), ("on_all", True)):
        for name, base, rows in (
            ("ellipse", reference.ellipse, tested.ellipse),
            ("pixels_centre", reference.centre, tested.centre),
            ("pixels_half", reference.half, tested.half),
        ):
            usable = np.isfinite(rows).all(axis=1)
            fitted_on = base[np.isfinite(base).all(axis=1)]
            if transductive:
                fitted_on = np.concatenate([fitted_on, rows[usable]])
            methods = _on_shapes if name == "ellipse" else _on_pixels
            for method, score in methods(
                fitted_on, rows[usable], transductive=transductive, seed=seed
            ).items():
                full = np.full(len(rows), np.nan)
                full[usable] = score
                out[f"{name}_{method}_{suffix}"] = full
    return out


def _on_shapes(
    base: NDArray[np.floating], rows: NDArray[np.floating], *, transductive: bool, seed: int
) -> dict[str, NDArray[np.float64]]:
    from sklearn.ensemble import IsolationForest
    from sklearn.neighbors import LocalOutlierFactor
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(base)
    base, rows = scaler.transform(base), scaler.transform(rows)
    forest = IsolationForest(n_estimators=TREES, bootstrap=True, random_state=seed).fit(base)
    neighbours = min(LOF_NEIGHBOURS, len(base) - 1)
    if transductive:  # the rows are the last of the base: each is judged against the others
        lof = LocalOutlierFactor(n_neighbors=neighbours).fit(base)
        local = -lof.negative_outlier_factor_[len(base) - len(rows) :]
    else:
        local = -LocalOutlierFactor(n_neighbors=neighbours, novelty=True).fit(base).score_samples(rows)
    return {"forest": -forest.score_samples(rows), "lof": local}


def _on_pixels(
    base: NDArray[np.floating], rows: NDArray[np.floating], *, transductive: bool, seed: int
) -> dict[str, NDArray[np.float64]]:
    from sklearn.decomposition import PCA
    from sklearn.neighbors import NearestNeighbors

    components = min(COMPONENTS, len(base) - 1)
    pca = PCA(components, svd_solver="randomized", random_state=seed).fit(base)
    known, asked = pca.transform(base), pca.transform(rows)
    further = 1 if transductive else 0  # its own nearest neighbour is itself
    wanted = min(NEIGHBOUR + further, len(base))
    distances, _ = NearestNeighbors(n_neighbors=wanted).fit(known).kneighbors(asked)
    return {"neighbours": np.asarray(distances[:, -1], np.float64)}
