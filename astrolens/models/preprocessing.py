"""The steps from pixels to network input, as they travel beside the weights; free of torch."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import PREPROCESSING, read_json

_KEYS = frozenset({"name", "size", "crop_fraction", "resampling", "mean", "std"})


class Resampling(StrEnum):
    """Filter that a picture is resized with."""

    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    LANCZOS = "lanczos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """What is done to a picture before the network sees it.

    Attributes
    ----------
    size : int
        Side of the network input in pixels.
    crop_fraction : float
        Side of the central square that is kept, over the shorter side of the picture, in (0, 1].
    resampling : Resampling
        Filter, with antialiasing.
    mean, std : tuple of float
        Subtracted from and then divided into each of the three planes, whose values are in [0, 1].
    """

    size: int
    crop_fraction: float
    resampling: Resampling = Resampling.BILINEAR
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)

    def __post_init__(self) -> None:
        """Refuse steps that cannot be taken."""
        if not 8 <= self.size <= 2048:
            raise ValueError(f"size is {self.size}; it must be in [8, 2048]")
        if not 0.0 < self.crop_fraction <= 1.0:
            raise ValueError(f"crop_fraction is {self.crop_fraction}; it must be in (0, 1]")
        if not all(isfinite(value) for value in self.mean):
            raise ValueError(f"mean is {self.mean}; it must be finite")
        if not all(isfinite(value) and value > 0.0 for value in self.std):
            raise ValueError(f"std is {self.std}; it must be finite and above 0")


def load_preprocessing(folder: Path) -> Preprocessing:
    """Read the steps that belong to a model.

    Parameters
    ----------
    folder : Path
        Folder of the model.

    Returns
    -------
    Preprocessing
        Its steps.

    Raises
    ------
    ConfigError
        If the file is missing, or a key is missing, unknown or out of range.
    """
    path = folder / PREPROCESSING
    content = read_json(path)
    unknown = sorted(set(content) - _KEYS)
    if unknown:
        raise ConfigError(f"{path}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    try:
        return Preprocessing(
            size=int(content["size"]),
            crop_fraction=float(content["crop_fraction"]),
            resampling=Resampling(content.get("resampling", "bilinear")),
            mean=_three(content.get("mean", 0.5)),
            std=_three(content.get("std", 0.5)),
        )
    except KeyError as error:
        raise ConfigError(f"{path}: the key {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _three(value: Any) -> tuple[float, float, float]:
    red, green, blue = value if isinstance(value, list) else (value, value, value)
    return float(red), float(green), float(blue)
