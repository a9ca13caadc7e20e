"""What one picture measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray


class MorphologyFlag(IntFlag):
    """Why a shape measurement should be read with care."""

    NONE = 0
    NO_OBJECT = 1  # nothing above the sky near the centre: every number is NaN
    TOUCHES_EDGE = 2
    NEGATIVE_SKY_ASYMMETRY = 4
    PETROSIAN_FAILED = 8
    ASYMMETRY_NOT_CONVERGED = 16
    LOW_SIGNAL = 32
    NON_LINEAR = 64  # measured on a stretched colour picture, not on flux
    BRIGHT_NEIGHBOUR = 128
    CROP_BY_FRACTION = 256  # the crop should follow the object's size, which could not be measured
    NOT_ASKED = 512  # the model's profile leaves the shape out; NaN says nothing about the object
    LATER = 1024  # measured after the verdict, for a person's eyes; detectors do not read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Morphology:
    """Shape of the central object. Every number is NaN when it could not be measured.

    Attributes
    ----------
    concentration, asymmetry, smoothness : float
        CAS of Conselice (2003) and Lotz et al. (2004).
    gini, m20 : float
        Lotz et al. (2004), eqs. 6 and 8.
    ellipticity : float
        1 - b/a from second moments, in [0, 1).
    orientation_deg : float
        Angle of the major axis from the +x axis, counter-clockwise, in (-90, 90].
    half_light_radius_px, petrosian_radius_px : float
        In pixels of the decoded picture.
    half_light_radius_arcsec : float
        NaN when the pixel scale is unknown.
    signal_to_noise : float
        Mean signal per pixel of the segment over the sky scatter.
    area_fraction : float
        Share of the picture that the central segment covers, in [0, 1].
    second_peak_ratio : float
        Flux of the brightest second peak over the main one inside the segment or its surroundings, in [0, 1].
    sky, sky_sigma : float
        Level and scatter of the background, in the unit of the pixels.
    flags : MorphologyFlag
        What to be careful about.
    """

    concentration: float
    asymmetry: float
    smoothness: float
    gini: float
    m20: float
    ellipticity: float
    orientation_deg: float
    half_light_radius_px: float
    petrosian_radius_px: float
    half_light_radius_arcsec: float
    signal_to_noise: float
    area_fraction: float
    second_peak_ratio: float
    sky: float
    sky_sigma: float
    flags: MorphologyFlag

    @classmethod
    def number_names(cls) -> tuple[str, ...]:
        """Names of the numeric fields in their stored order.

        Returns
        -------
        tuple of str
            Every field but ``flags``.
        """
        return tuple(one.name for one in fields(cls) if one.name != "flags")

    def numbers(self) -> tuple[float, ...]:
        """Values in the order of `number_names`.

        Returns
        -------
        tuple of float
            NaN where not measured.
        """
        return tuple(float(getattr(self, name)) for name in self.number_names())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Analysis:
    """What the network and the shape measurement say about one picture.

    Attributes
    ----------
    model_id : str
        The encoder that made the numbers; numbers of different models are never compared.
    embedding : ndarray of float32, shape (d,)
        Read-only, finite, not normalised.
    logits : ndarray of float32, shape (c,)
        Class scores before softmax; read-only.
    class_names : tuple of str
        The c classes.
    heads : Mapping of str to float
        Further one-number heads on the embedding, for example ``{"pair": log-odds of a second galaxy}``.
    morphology : Morphology
        Shape of the central object.
    pixels : ndarray of float16, shape (m,)
        Numbers on the pixels of the whole frame (`astrolens.analyse.pixels.pixel_names`); finite, read-only; empty
        where they were not measured.
    miniature : ndarray of uint8, shape (side, side)
        The frame in grey, 0 to 255, read-only; shape (0, 0) where there is none.
    bands : str
        Names of the picture's bands with commas between; "" where they are not known. Numbers of different bands are
        not compared where there are enough of each.
    """

    model_id: str
    embedding: NDArray[np.float32]
    logits: NDArray[np.float32]
    class_names: tuple[str, ...]
    heads: Mapping[str, float]
    morphology: Morphology
    pixels: NDArray[np.float16] = field(default_factory=lambda: np.zeros(0, np.float16))
    miniature: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    bands: str = ""

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for array in (self.embedding, self.logits, self.pixels, self.miniature):
            array.flags.writeable = False

    def class_probabilities(self) -> dict[str, float]:
        """Softmax of the logits by class name.

        Returns
        -------
        dict of str to float
            Sums to 1; empty for a model without classes.
        """
        if not self.logits.size:
            return {}
        shifted = np.exp(self.logits.astype(np.float64) - float(self.logits.max()))
        share = shifted / shifted.sum()
        return {name: float(value) for name, value in zip(self.class_names, share, strict=True)}
