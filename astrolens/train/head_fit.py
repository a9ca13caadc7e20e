"""Linear heads on a frozen embedding, fitted to labels, and how well they do on pictures left out of the fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from astrolens.config.head_recipe import HeadRecipe, HeadsRecipe, OrdinaryRecipe
from astrolens.config.recipe import ClassColumn
from astrolens.domain.errors import BadData
from astrolens.train.material import Material
from astrolens.train.measure import Measurement, auroc
from astrolens.train.refit import fit_logistic

Weights = tuple[NDArray[np.float32], NDArray[np.float32]]
FEWEST = 10
_SIDE = 1_000.0
_DRAWS = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedHead:
    """A head, and what is known of it.

    Attributes
    ----------
    weight : ndarray of float32, shape (outputs, d)
        Of the embedding.
    bias : ndarray of float32, shape (outputs,)
        Added.
    pictures : dict of str to int
        How many of each label, group or class it was fitted on.
    measured : tuple of Measurement
        On pictures left out of the fit that scored them.
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    pictures: dict[str, int]
    measured: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """Pictures with one answer for one reason."""

    name: str
    rows: NDArray[np.int64]
    yes: bool
    weight: float


def draw_ordinary(
    name: str, group: OrdinaryRecipe, material: Material, known: Mapping[str, Weights], seed: int
) -> NDArray[np.int64]:
    """Choose unlabelled pictures.

    Parameters
    ----------
    name : str
        Of the group.
    group : OrdinaryRecipe
        What is asked for.
    material : Material
        What there is.
    known : Mapping of str to Weights
        Heads of the encoder.
    seed : int
        Of the draw; groups draw apart from each other.

    Returns
    -------
    ndarray of int64
        Ascending rows of the material.

    Raises
    ------
    BadData
        If there are too few.
    """
    wanted = material.labels == ""
    if group.sets:
        wanted &= np.isin(material.origins, group.sets)
    free = np.flatnonzero(wanted)
    calm = np.ones(len(free), np.bool_)
    for head, share in group.below.items():
        said = material.embeddings[free] @ known[head][0][0]
        if len(said):
            calm &= said <= np.quantile(said, share)
    free = free[calm]
    if len(free) < FEWEST:
        raise BadData(f"ordinary.{name}: {len(free)} pictures; want {FEWEST} or more; see sets and below")
    chance = np.random.default_rng([seed, crc32(name.encode())])
    return np.sort(chance.choice(free, min(group.number, len(free)), replace=False))


def fit_head(
    name: str,
    head: HeadRecipe,
    recipe: HeadsRecipe,
    material: Material,
    known: Mapping[str, Weights],
    groups: Mapping[str, NDArray[np.int64]],
) -> FittedHead:
    """Fit a head of one number, and measure it by cross-validation.

    Parameters
    ----------
    name : str
        Of the head.
    head : HeadRecipe
        What means yes and no.
    recipe : HeadsRecipe
        Seed and folds.
    material : Material
        Pictures and labels.
    known : Mapping of str to Weights
        Heads of the encoder that may be added.
    groups : Mapping of str to ndarray of int64
        Ordinary pictures, from `draw_ordinary`.

    Returns
    -------
    FittedHead
        Log-odds of yes; with ``plus`` a sum on unit scatter whose mean over ordinary pictures is 0.

    Raises
    ------
    BadData
        If a label or group has too few pictures.
    """
    parts = _parts(name, head, material, groups)
    rows = np.concatenate([part.rows for part in parts])
    features = material.embeddings[rows]
    yes = np.concatenate([np.full(len(part.rows), part.yes) for part in parts])
    weights = np.concatenate([np.full(len(part.rows), part.weight / len(part.rows)) for part in parts])
    plain = material.embeddings[groups[next(iter(head.ordinary))]] if head.ordinary else features

    def _fit(used: NDArray[np.bool_]) -> Weights:
        fitted = fit_logistic(features[used], yes[used], head.c, weights=weights[used], standard=plain)
        return _summed(fitted, head.plus, known, plain) if head.plus else fitted

    folds = _folds([part.rows for part in parts], recipe)
    scores = np.zeros(len(rows), np.float32)
    for fold in range(recipe.folds):
        weight, bias = _fit(folds != fold)
        scores[folds == fold] = features[folds == fold] @ weight[0] + bias[0]
    weight, bias = _fit(np.ones(len(rows), np.bool_))
    measured = []
    ends = np.cumsum([len(part.rows) for part in parts])
    for part, end in zip(parts, ends, strict=True):
        if not part.yes:
            against = scores[end - len(part.rows) : end]
            measured.append(
                _told(f"{name}: {' '.join(head.yes)} against {part.name}, AUROC", against, scores[yes])
            )
    return FittedHead(
        weight=weight,
        bias=bias,
        pictures={part.name: len(part.rows) for part in parts},
        measured=tuple(measured),
    )


def fit_classes(
    name: str, column: ClassColumn, recipe: HeadsRecipe, material: Material, chosen: NDArray[np.bool_]
) -> tuple[FittedHead, tuple[str, ...]]:
    """Fit a head of classes, and measure it by cross-validation.

    Parameters
    ----------
    name : str
        Of the head.
    column : ClassColumn
        Where the classes stand.
    recipe : HeadsRecipe
        Seed, folds, penalty.
    material : Material
        Pictures.
    chosen : ndarray of bool, shape (n,)
        Those of the data set that it is for.

    Returns
    -------
    tuple of (FittedHead, tuple of str)
        The head and its classes in order.

    Raises
    ------
    BadData
        If a class has too few pictures.
    """
    names = tuple(dict.fromkeys(column.names.values()))
    kinds = np.array(
        [
            names.index(column.names[value])
            if (value := row.values.get(column.column, "")) in column.names
            else -1
            for row in material.rows
        ]
    )
    kinds[~chosen] = -1
    parts = [np.flatnonzero(kinds == kind) for kind in range(len(names))]
    for kind, part in zip(names, parts, strict=True):
        _enough(name, kind, len(part), recipe)
    rows = np.concatenate(parts)
    features, truth = material.embeddings[rows], kinds[rows]
    folds = _folds(parts, recipe)
    right = np.zeros(len(rows), np.float64)
    for fold in range(recipe.folds):
        held = folds == fold
        weight, bias = _softmax(features[~held], truth[~held], recipe.class_c)
        right[held] = (features[held] @ weight.T + bias).argmax(axis=1) == truth[held]
    weight, bias = _softmax(features, truth, recipe.class_c)
    measured = _measurement(f"{name}: accuracy", lambda pick: float(right[pick[0]].mean()), [len(rows)])
    counts = {kind: len(part) for kind, part in zip(names, parts, strict=True)}
    return FittedHead(weight=weight, bias=bias, pictures=counts, measured=(measured,)), names


def _parts(
    name: str, head: HeadRecipe, material: Material, groups: Mapping[str, NDArray[np.int64]]
) -> list[_Part]:
    yes = np.flatnonzero(np.isin(material.labels, head.yes))
    parts = [_Part(name=" ".join(head.yes), rows=yes, yes=True, weight=_SIDE)]
    whole = sum(head.no.values()) + sum(head.ordinary.values())
    for label, share in head.no.items():
        rows = np.flatnonzero(material.labels == label)
        parts.append(_Part(name=label, rows=rows, yes=False, weight=_SIDE * share / whole))
    for group, share in head.ordinary.items():
        parts.append(
            _Part(name=f"ordinary {group}", rows=groups[group], yes=False, weight=_SIDE * share / whole)
        )
    for part in parts:
        if len(part.rows) < FEWEST:
            raise BadData(f"heads.{name}: {len(part.rows)} pictures for {part.name!r}; want {FEWEST} or more")
    return parts


def _enough(name: str, kind: str, count: int, recipe: HeadsRecipe) -> None:
    if count < max(FEWEST, recipe.folds):
        raise BadData(f"{name}: {count} pictures of class {kind!r}; want {max(FEWEST, recipe.folds)} or more")


def _summed(
    fitted: Weights, plus: Mapping[str, float], known: Mapping[str, Weights], plain: NDArray[np.float32]
) -> Weights:
    """Heads added on the scatter that each has over ordinary pictures."""
    like = plain.astype(np.float64)
    terms = [(1.0, fitted[0][0]), *((share, known[head][0][0]) for head, share in plus.items())]
    total = np.zeros(plain.shape[1])
    for share, weight in terms:
        scatter = float((like @ weight.astype(np.float64)).std())
        total += share * weight / max(scatter, 1e-12)
    bias = -(like @ total).mean()
    return total[None].astype(np.float32), np.array([bias], np.float32)


def _softmax(features: NDArray[np.float32], truth: NDArray[np.int64], c: float) -> Weights:
    centre = features.mean(axis=0, dtype=np.float64)
    scale = features.std(axis=0, dtype=np.float64) + 1e-6
    fitted = LogisticRegression(C=c, max_iter=5_000).fit((features - centre) / scale, truth)
    weight, bias = fitted.coef_ / scale, fitted.intercept_
    if len(weight) == 1:  # two classes: one direction says both
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    return weight.astype(np.float32), (bias - weight @ centre).astype(np.float32)


def _folds(parts: list[NDArray[np.int64]], recipe: HeadsRecipe) -> NDArray[np.int64]:
    """A fold for each picture; each part is dealt out evenly."""
    chance = np.random.default_rng([recipe.seed, 1])
    return np.concatenate([chance.permutation(len(part)) % recipe.folds for part in parts])


def _told(name: str, no: NDArray[np.float32], yes: NDArray[np.float32]) -> Measurement:
    return _measurement(name, lambda pick: auroc(no[pick[0]], yes[pick[1]]), [len(no), len(yes)])


def _measurement(
    name: str, value: Callable[[list[NDArray[np.int64]]], float], counts: list[int]
) -> Measurement:
    chance = np.random.default_rng(0)
    draws = [value([chance.integers(0, count, count) for count in counts]) for _ in range(_DRAWS)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Measurement(
        name=name,
        value=value([np.arange(count) for count in counts]),
        low=float(low),
        high=float(high),
        pictures=sum(counts),
    )
