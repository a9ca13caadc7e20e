"""Heads for second galaxies and faults, fitted on the finished network with a strong penalty."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from astrolens.config.recipe import Recipe, ViewsRecipe
from astrolens.train.composites import Kind, draw_kinds, make_composites
from astrolens.train.measure import embed_made
from astrolens.train.network import ARTEFACT, PAIR
from astrolens.train.pack import Progress
from astrolens.train.pool import Pool
from astrolens.train.step import batch_of, generator_for
from astrolens.train.views import make_views

_BATCH = 64
_MILD = ViewsRecipe(
    zoom=(0.85, 1.2), shift=0.04, gain=0.1, colour=0.03, gamma=0.1, blur=0.1, noise=0.02, grey=0.0
)


def fit_logistic(
    features: NDArray[np.float32],
    yes: NDArray[np.bool_],
    c: float,
    *,
    weights: NDArray[np.float64] | None = None,
    standard: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logistic regression on standardised numbers, said in the numbers' own units.

    Parameters
    ----------
    features : ndarray of float32, shape (n, d)
        Finite.
    yes : ndarray of bool, shape (n,)
        Both values occur.
    c : float
        Inverse strength of the L2 penalty.
    weights : ndarray of float64, shape (n,), or None
        Of the rows; None: both answers weigh the same, and together as much as there are rows.
    standard : ndarray of float32, shape (m, d), or None
        Rows whose mean and scatter standardise; None: the features' own.

    Returns
    -------
    tuple of ndarray of float32
        Weight of shape (1, d) and bias of shape (1,): log-odds of yes.
    """
    like = features if standard is None else standard
    centre = like.mean(axis=0, dtype=np.float64)
    scale = like.std(axis=0, dtype=np.float64) + 1e-6
    fitted = LogisticRegression(C=c, class_weight="balanced" if weights is None else None, max_iter=5_000)
    fitted.fit((features - centre) / scale, yes, sample_weight=weights)
    weight = fitted.coef_ / scale
    bias = fitted.intercept_ - weight @ centre
    return weight.astype(np.float32), bias.astype(np.float32)


def refit_heads(network: Any, heads: Any, pool: Pool, recipe: Recipe, progress: Progress) -> None:
    """Fit ``pair`` and ``artefact`` anew on fresh composites of training pictures.

    A weak penalty separates composites better and real mergers worse: the composites are a means.

    Parameters
    ----------
    network : transformers.ViTModel
        Finished; not changed.
    heads : torch.nn.ModuleDict
        Two of its heads are changed in place.
    pool : Pool
        Training pictures.
    recipe : Recipe
        Number of views and strength of the penalty.
    progress : callable
        Told how far it is.
    """
    views, many = recipe.composites.refit_views, len(pool.training)
    device = next(heads.parameters()).device
    batch = min(_BATCH, many)
    kinds: list[Any] = []

    def _made(number: int) -> Any:
        chance = generator_for("refit", recipe.seed, number, device)
        pictures, base = pool.wide(pool.training[batch_of(number, batch, many, recipe.seed + 1)])
        drawn = draw_kinds(batch, recipe.composites, device, chance)
        partners = pictures.roll(1 + batch // 2, dims=0)
        composites = make_composites(pictures, partners, base, drawn, recipe.composites, chance)
        kinds.append(drawn.cpu().numpy())
        progress("fitting heads", min(views, (number + 1) * batch), views)
        return make_views(composites, base, recipe.network.size, _MILD, chance)

    features = embed_made(network, range(-(-views // batch)), _made, recipe)
    truth = np.concatenate(kinds)
    for head, odd in ((PAIR, truth == Kind.SECOND_GALAXY), (ARTEFACT, truth > Kind.SECOND_GALAXY)):
        used = odd | (truth == Kind.CLEAN)
        if odd.any() and not odd[used].all():
            weight, bias = fit_logistic(features[used], odd[used], recipe.composites.refit_c)
            heads[head].load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
