"""The detectors there are, and which of them decide."""

from dataclasses import dataclass, replace
from math import inf

from astrolens.detect.combine import Rule
from astrolens.detect.detector import Detector
from astrolens.detect.detectors.artefact import Artefact
from astrolens.detect.detectors.disturbed import Disturbed
from astrolens.detect.detectors.energy import FreeEnergy
from astrolens.detect.detectors.gen import GeneralisedEntropy
from astrolens.detect.detectors.mahalanobis import Mahalanobis
from astrolens.detect.detectors.merger import Merger
from astrolens.detect.detectors.msp import MaximumSoftmax
from astrolens.detect.detectors.neighbours import Neighbours
from astrolens.detect.detectors.pair import SecondGalaxy
from astrolens.detect.detectors.patches import Patches
from astrolens.detect.detectors.pixel_neighbours import PixelNeighbours
from astrolens.detect.detectors.pixels import PixelStatistics
from astrolens.detect.detectors.reconstruction import Reconstruction
from astrolens.detect.detectors.relative_mahalanobis import RelativeMahalanobis
from astrolens.detect.detectors.shape import Shape
from astrolens.detect.detectors.vim import VirtualLogit
from astrolens.detect.features import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What is computed, and what decides.

    Attributes
    ----------
    computed : tuple of str
        Detectors whose scores and p-values are reported, in this order; those that do not apply are left out.
    combined : tuple of str
        Those of them that the verdict rests on; docs/detection.md has the measurements behind the choice.
    weights : tuple of float
        How much each of those counts, above 0.
    rule : Rule
        How they are put together.
    helpers : tuple of str
        Those of ``combined`` whose word is limited: they lift a picture that others find odd too, and cannot alone push
        ordinary pictures with a star in a corner before a merger.
    helper_cap : float
        Most that minus the log of a helper's p-value may count, above 0; 2 stands for p = 0.135.
    folds : int
        Parts of the cross-fit, at least 2.
    """

    computed: tuple[str, ...] = (
        "msp",
        "energy",
        "mahalanobis",
        "neighbours",
        "pair",
        "merger",
        "artefact",
        "shape",
        "disturbed",
        "pixels",
    )
    combined: tuple[str, ...] = ("mahalanobis", "merger", "pair", "disturbed", "artefact", "pixels")
    weights: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    rule: Rule = Rule.SQUARES
    helpers: tuple[str, ...] = ("disturbed", "artefact", "pixels")
    helper_cap: float = 2.0
    folds: int = 5

    @property
    def caps(self) -> tuple[float, ...]:
        """Limit of each deciding detector.

        Returns
        -------
        tuple of float
            In the order of ``combined``; inf for those without. Where only helpers decide none is limited.
        """
        if set(self.combined) <= set(self.helpers):
            return (inf,) * len(self.combined)
        return tuple(self.helper_cap if name in self.helpers else inf for name in self.combined)


def known_detectors() -> dict[str, type[Detector]]:
    """Every detector by its name.

    Returns
    -------
    dict of str to type
        A new detector is one file and one line here.
    """
    kinds: tuple[type[Detector], ...] = (
        MaximumSoftmax,
        FreeEnergy,
        GeneralisedEntropy,
        VirtualLogit,
        Mahalanobis,
        RelativeMahalanobis,
        Neighbours,
        SecondGalaxy,
        Merger,
        Artefact,
        Shape,
        Disturbed,
        PixelStatistics,
        PixelNeighbours,
        Reconstruction,
        Patches,
    )
    return {kind.name: kind for kind in kinds}


def applicable(recipe: Recipe, features: Features) -> Recipe:
    """Leave out the detectors that these features cannot feed.

    Parameters
    ----------
    recipe : Recipe
        What was asked for.
    features : Features
        Of the calibration sample.

    Returns
    -------
    Recipe
        With at least one detector that decides.

    Raises
    ------
    ValueError
        If a name is unknown, a deciding detector is not computed or has no weight, there are fewer than 2 folds,
        ``helper_cap`` is not above 0, or none applies.
    """
    known = known_detectors()
    unknown = [name for name in (*recipe.computed, *recipe.combined) if name not in known]
    if unknown:
        raise ValueError(f"unknown detectors {unknown}; there are {sorted(known)}")
    unseen = [name for name in recipe.combined if name not in recipe.computed]
    if unseen:
        raise ValueError(f"detectors {unseen} decide but are not computed; add them to computed")
    if len(recipe.weights) != len(recipe.combined) or not all(weight > 0.0 for weight in recipe.weights):
        raise ValueError(f"weights {recipe.weights} do not give each of {recipe.combined} a number above 0")
    if not recipe.helper_cap > 0.0:
        raise ValueError(f"helper_cap {recipe.helper_cap} leaves helpers no word; give a number above 0")
    if recipe.folds < 2:
        raise ValueError(f"{recipe.folds} folds leave nothing to calibrate on; give at least 2")
    computed = tuple(name for name in recipe.computed if known[name].applies(features))
    weight = dict(zip(recipe.combined, recipe.weights, strict=True))
    combined = tuple(name for name in recipe.combined if name in computed)
    if not combined:
        raise ValueError(f"none of the deciding detectors {recipe.combined} applies to {features.model_id}")
    weights = tuple(weight[name] for name in combined)
    return replace(recipe, computed=computed, combined=combined, weights=weights)
