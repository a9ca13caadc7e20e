"""The steps from pixels to network input, as they travel beside the weights; free of torch."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError
from astrolens.models.folder import CONFIG, PREPROCESSING, PREPROCESSOR, TIMM_STEPS, read_json

_KEYS = frozenset(
    {
        "name",
        "size",
        "crop",
        "crop_fraction",
        "crop_radii",
        "crop_most",
        "resampling",
        "mean",
        "std",
        "measures",
    }
)


_NO_CROP_FROM = 384


class Crop(StrEnum):
    """What the side of the crop follows."""

    FRACTION = "fraction"  # the frame: for cutouts that are scaled to their object already
    OBJECT = "object"  # the object's own measured size


class Measures(StrEnum):
    """What is measured of a picture beside what the network says."""

    ALL = "all"  # the shape of its object and numbers on its pixels
    SKY = (
        "sky"  # the sky alone, since nothing else decides; where the crop follows the object, its extent too
    )


class Resampling(StrEnum):
    """Filter that a picture is resized with."""

    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    LANCZOS = "lanczos"


_PIL_FILTERS = {1: Resampling.LANCZOS, 2: Resampling.BILINEAR, 3: Resampling.BICUBIC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """What is done to a picture before the network sees it.

    Attributes
    ----------
    size : int
        Side of the network input in pixels.
    crop_fraction : float
        Side of the central square that is kept, over the shorter side of the picture, in (0, 1].
    crop : Crop
        Whether that fraction holds for every picture, or the square follows the size of its object.
    crop_radii : float
        By the object: side of the square over the object's radius, which is that of a circle of the segment's area.
        ``crop_fraction / crop_radii`` is the radius over the frame's side of the objects that the encoder knows.
    crop_most : float
        By the object: largest side, over the shorter side of the picture, in (0, 1].
    resampling : Resampling
        Filter, with antialiasing.
    mean, std : tuple of float
        Subtracted from and then divided into each of the three planes, whose values are in [0, 1].
    measures : Measures
        What is measured beside it. It belongs to the model, so that analyses of both kinds never meet in a calibration.
    """

    size: int
    crop_fraction: float
    crop: Crop = Crop.FRACTION
    crop_radii: float = 2.0
    crop_most: float = 0.75
    resampling: Resampling = Resampling.BILINEAR
    mean: tuple[float, float, float] = (0.5, 0.5, 0.5)
    std: tuple[float, float, float] = (0.5, 0.5, 0.5)
    measures: Measures = Measures.ALL

    def __post_init__(self) -> None:
        """Refuse steps that cannot be taken."""
        if not 8 <= self.size <= 2048:
            raise ValueError(f"size is {self.size}; it must be in [8, 2048]")
        if not 0.0 < self.crop_fraction <= 1.0:
            raise ValueError(f"crop_fraction is {self.crop_fraction}; it must be in (0, 1]")
        if not 0.5 <= self.crop_radii <= 20.0:
            raise ValueError(f"crop_radii is {self.crop_radii}; it must be in [0.5, 20]")
        if not 0.0 < self.crop_most <= 1.0:
            raise ValueError(f"crop_most is {self.crop_most}; it must be in (0, 1]")
        if not all(isfinite(value) for value in self.mean):
            raise ValueError(f"mean is {self.mean}; it must be finite")
        if not all(isfinite(value) and value > 0.0 for value in self.std):
            raise ValueError(f"std is {self.std}; it must be finite and above 0")


def load_preprocessing(folder: Path) -> Preprocessing:
    """Read the steps that belong to a model: its ``preprocessing.json``, or what transformers or timm wrote.

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
    if not path.is_file() and (folder / PREPROCESSOR).is_file():
        return _of_transformers(folder / PREPROCESSOR)
    if not path.is_file() and TIMM_STEPS in read_json(folder / CONFIG):
        return _of_timm(folder / CONFIG)
    content = read_json(path)
    unknown = sorted(set(content) - _KEYS)
    if unknown:
        raise ConfigError(f"{path}: unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    try:
        return Preprocessing(
            size=int(content["size"]),
            crop_fraction=float(content["crop_fraction"]),
            crop=Crop(content.get("crop", "fraction")),
            crop_radii=float(content.get("crop_radii", 2.0)),
            crop_most=float(content.get("crop_most", 0.75)),
            resampling=Resampling(content.get("resampling", "bilinear")),
            mean=_three(content.get("mean", 0.5)),
            std=_three(content.get("std", 0.5)),
            measures=Measures(content.get("measures", "all")),
        )
    except KeyError as error:
        raise ConfigError(f"{path}: the key {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _of_transformers(path: Path) -> Preprocessing:
    """Steps of an image processor: resize the shorter side, take the middle, scale to [0, 1], standardise."""
    content = read_json(path)
    try:
        size = content.get("size", 224)
        whole = _side(size)
        seen = _side(content["crop_size"]) if content.get("do_center_crop") else whole
        if "crop_pct" in content and whole < _NO_CROP_FROM:  # as ConvNeXt's processor does it
            seen, whole = whole, round(whole / float(content["crop_pct"]))
        scaled = content.get("do_normalize", True)
        return Preprocessing(
            size=seen,
            crop_fraction=min(1.0, seen / whole),
            resampling=_PIL_FILTERS[int(content.get("resample", 2))],
            mean=_three(content.get("image_mean", 0.5)) if scaled else (0.0, 0.0, 0.0),
            std=_three(content.get("image_std", 0.5)) if scaled else (1.0, 1.0, 1.0),
        )
    except KeyError as error:
        raise ConfigError(
            f"{path}: {error} is missing or unknown; write a {PREPROCESSING} beside it"
        ) from error
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}; write a {PREPROCESSING} beside it") from error


def _of_timm(path: Path) -> Preprocessing:
    """Steps that timm keeps in a model's config.json."""
    content = read_json(path)[TIMM_STEPS]
    try:
        _, rows, columns = content["input_size"]
        if rows != columns:
            raise ValueError(f"input_size is {content['input_size']}; want a square")
        return Preprocessing(
            size=int(rows),
            crop_fraction=float(content.get("crop_pct", 1.0)),
            resampling=Resampling(content.get("interpolation", "bicubic")),
            mean=_three(list(content["mean"])),
            std=_three(list(content["std"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {TIMM_STEPS}: {error!r}; write a {PREPROCESSING} beside it") from error


def _side(value: Any) -> int:
    """Side of a square, however the file gives it."""
    if isinstance(value, dict):
        value = value["shortest_edge"] if "shortest_edge" in value else value["height"]
    return int(value)


def _three(value: Any) -> tuple[float, float, float]:
    red, green, blue = value if isinstance(value, list) else (value, value, value)
    return float(red), float(green), float(blue)
