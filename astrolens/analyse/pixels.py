"""Numbers on the pixels of the whole frame: what faults, trails, plates and glare change and a shape does not see."""

from dataclasses import dataclass
from functools import cache
from math import floor

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from astrolens.analyse.frame import block_average
from astrolens.analyse.stretch import asinh_stretch
from astrolens.domain.image import Image

SIDE = 64
MINIATURE_SIDE = 16
BORDER = 4
_EDGES = (0.0, 2.0, 4.0, 6.0, 9.0, 13.0, 18.0, 24.0, 32.0)
_APERTURES = (5.0, 10.0, 16.0, 30.0)
_SHARES = (0.01, 0.25, 0.50, 0.75, 0.90, 0.97, 0.995)
_BRIGHT, _WHITE, _BLACK = 0.25, 250.0 / 255.0, 2.0 / 255.0
_COARSE = 16
_FLOOR = 1e-3  # of every logarithm: a quarter of a level of 255
_PLANES = ("red", "green", "blue")


def pixel_names() -> tuple[str, ...]:
    """Names of the numbers in their order.

    Returns
    -------
    tuple of str
        58 names.
    """
    return (
        *(f"border_{plane}" for plane in _PLANES), *(f"border_scatter_{plane}" for plane in _PLANES),
        "border_p99", "border_bright", "border_sides",
        "texture_median", "texture_mean", "texture_largest", "white", "any_white", "black",
        *(f"quantile_{share:g}" for share in _SHARES), "mean", "scatter",
        "red_green", "blue_green", "chroma_red", "chroma_blue", "chroma_red_largest", "chroma_blue_largest",
        "correlation_red", "correlation_blue",
        "row_step", "column_step", "row_range", "column_range", "gradient", "gradient_direction",
        *(f"ring_{number}" for number in range(len(_EDGES))), "off_centre", "spread",
        *(f"asymmetry_{radius:g}" for radius in _APERTURES),
        "peaks_tenth", "peaks_third", "peaks_bright", "highest_peak", "second_peak",
    )  # fmt: skip


def pixel_numbers(planes: NDArray[np.float32]) -> NDArray[np.float16]:
    """Measure the frame as it is shown.

    Parameters
    ----------
    planes : ndarray of float32, shape (3, 64, 64)
        From `small_planes`.

    Returns
    -------
    ndarray of float16, shape (58,)
        In the order of `pixel_names`; finite. Most are logarithms of levels in [0, 1].
    """
    grey = planes.mean(axis=0)
    edge, grey_edge = np.sort(_border(planes), axis=1), np.sort(_border(grey))
    light = np.maximum(grey - float(_middle(grey_edge)), 0.0)
    parts = (
        _on_border(edge, grey, grey_edge), _on_levels(planes, grey), _on_colour(planes, edge),
        _on_lines(grey), _on_profile(light), _on_peaks(light),
    )  # fmt: skip
    return np.concatenate(parts).astype(np.float16)


def miniature(planes: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The frame in grey, very small: what detectors on pixels read.

    Parameters
    ----------
    planes : ndarray of float32, shape (3, 64, 64)
        From `small_planes`.

    Returns
    -------
    ndarray of uint8, shape (16, 16)
        0 to 255.
    """
    grey = block_average(planes.mean(axis=0), SIDE // MINIATURE_SIDE)
    return np.asarray(np.rint(grey * np.float32(255.0)), dtype=np.uint8)


def small_planes(image: Image) -> NDArray[np.float32]:
    """The whole frame, small.

    Parameters
    ----------
    image : Image
        One or three bands; NaN is filled with the median of its band.

    Returns
    -------
    ndarray of float32, shape (3, 64, 64)
        In [0, 1], as shown: linear pixels are stretched. A frame that is no square is pressed into one.

    Raises
    ------
    ValueError
        If the picture has neither one nor three bands.
    """
    bands, height, width = image.pixels.shape
    if bands not in (1, 3):
        raise ValueError(f"the picture has {bands} bands; want 1 or 3")
    factor = max(1, floor(min(height, width) / SIDE))
    reduced = block_average(image.pixels, factor)
    if not np.isfinite(reduced).all():
        reduced = reduced.copy()
        for plane in reduced:
            known = plane[np.isfinite(plane)]
            plane[~np.isfinite(plane)] = np.median(known) if known.size else 0.0
    if image.linear:
        reduced = asinh_stretch(reduced, sky_pixels=reduced)
    small = np.empty((3, SIDE, SIDE), np.float32)
    for plane, out in zip(np.ascontiguousarray(reduced), small, strict=False):
        shown = Raster.frombuffer("F", plane.shape[::-1], plane, "raw", "F", 0, 1)
        resized = shown.resize((SIDE, SIDE), Raster.Resampling.BOX)
        out[...] = np.frombuffer(resized.tobytes(), np.float32).reshape(SIDE, SIDE)
    small[bands:] = small[0]
    np.maximum(small, np.float32(0.0), out=small)
    return np.minimum(small, np.float32(1.0), out=small)


def _log(values: NDArray[np.floating] | list[float]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(np.asarray(values, np.float64), 0.0) + _FLOOR), dtype=np.float64)


def _border(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels of the frame's outermost 4 lines, last axis flat."""
    parts = (
        plane[..., :BORDER, :], plane[..., -BORDER:, :],
        plane[..., BORDER:-BORDER, :BORDER], plane[..., BORDER:-BORDER, -BORDER:],
    )  # fmt: skip
    return np.concatenate([part.reshape(*plane.shape[:-2], -1) for part in parts], axis=-1)


def _middle(ordered: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median of sorted values along the last axis."""
    half = ordered.shape[-1] // 2
    if ordered.shape[-1] % 2:
        return np.asarray(ordered[..., half])
    return np.asarray((ordered[..., half - 1] + ordered[..., half]) / np.float32(2.0))


def _median(values: NDArray[np.float32]) -> float:
    """Median of all values: numpy's own takes three times as long for so few."""
    half = values.size // 2
    return float(_middle(np.partition(values, (max(half - 1, 0), half), axis=None)))


def _on_border(
    edge: NDArray[np.float32], grey: NDArray[np.float32], grey_edge: NDArray[np.float32]
) -> NDArray[np.float64]:
    level = edge[:, edge.shape[1] // 2]
    scatter = _middle(np.sort(np.abs(edge - level[:, None]), axis=1))
    sides = [_median(part) for part in (grey[:BORDER], grey[-BORDER:], grey[:, :BORDER], grey[:, -BORDER:])]
    highest = float(grey_edge[int(0.99 * grey_edge.size)])
    return _log([*level, *scatter, highest, _share(grey_edge > _BRIGHT), max(sides) - min(sides)])


def _share(where: NDArray[np.bool_]) -> float:
    return int(np.count_nonzero(where)) / where.size


def _on_levels(planes: NDArray[np.float32], grey: NDArray[np.float32]) -> NDArray[np.float64]:
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    texture = np.abs(grey[1:-1, 1:-1] - 0.25 * around)
    least, most = planes.min(axis=0), planes.max(axis=0)
    ordered = np.sort(grey, axis=None)
    return _log([
        10.0 * _median(texture), 10.0 * float(texture.mean()), float(texture.max()),
        _share(least >= _WHITE), _share(most >= _WHITE), _share(most <= _BLACK),
        *ordered[[int(share * ordered.size) for share in _SHARES]], float(ordered.mean()), float(grey.std()),
    ])  # fmt: skip


def _on_colour(planes: NDArray[np.float32], edge: NDArray[np.float32]) -> NDArray[np.float64]:
    flat = planes.reshape(3, -1)
    above = np.maximum(flat - _middle(edge)[:, None], 0.0).mean(axis=1) + _FLOOR
    chroma = flat[[0, 2]] - flat[1]
    centred = flat - flat.mean(axis=1, keepdims=True)
    covariance = centred @ centred.T / flat.shape[1]
    scatter = np.sqrt(np.diag(covariance)) + 1e-4
    return np.concatenate([
        np.log(above[[0, 2]] / above[1]),
        _log(chroma.std(axis=1)), _log(np.abs(chroma).max(axis=1)),
        covariance[[0, 2], 1] / (scatter[[0, 2]] * scatter[1]),
    ])  # fmt: skip


def _on_lines(grey: NDArray[np.float32]) -> NDArray[np.float64]:
    middle = grey.shape[0] // 2
    rows, columns = np.sort(grey, axis=1)[:, middle], np.sort(grey, axis=0)[middle]
    across = float(np.abs(grey[:, 1:] - grey[:, :-1]).mean())
    down = float(np.abs(grey[1:] - grey[:-1]).mean())
    levels = _log([
        float(np.abs(rows[1:] - rows[:-1]).max()), float(np.abs(columns[1:] - columns[:-1]).max()),
        float(np.ptp(rows)), float(np.ptp(columns)), across + down,
    ])  # fmt: skip
    return np.append(levels, np.log((across + 1e-4) / (down + 1e-4)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rings:
    """Where the pixels of a small plane lie about its middle; read-only."""

    offset: NDArray[np.float64]
    squared: NDArray[np.float64]
    ring: NDArray[np.intp]
    pixels: NDArray[np.intp]  # of each ring
    apertures: tuple[NDArray[np.bool_], ...]


@cache
def _rings() -> _Rings:
    offset = np.arange(SIDE, dtype=np.float64) - (SIDE - 1) / 2.0
    radius = np.hypot(offset[:, None], offset)
    ring = np.searchsorted(np.asarray(_EDGES), radius.reshape(-1), side="right") - 1
    return _Rings(
        offset=offset,
        squared=radius**2,
        ring=ring,
        pixels=np.bincount(ring, minlength=len(_EDGES)),
        apertures=tuple(radius < aperture for aperture in _APERTURES),
    )


def _on_profile(light: NDArray[np.float32]) -> NDArray[np.float64]:
    known = _rings()
    total = float(light.sum()) + _FLOOR
    profile = np.bincount(known.ring, light.reshape(-1), len(_EDGES)) / known.pixels
    centre = np.hypot(light.sum(axis=1) @ known.offset, light.sum(axis=0) @ known.offset) / total
    spread = np.log(float((light * known.squared).sum()) / total + 1.0)
    turned = np.abs(light - light[::-1, ::-1])
    lopsided = [
        np.log((float(turned[inside].sum()) + 0.02) / (float(light[inside].sum()) + 0.04))
        for inside in known.apertures
    ]
    return np.concatenate([_log(profile), [centre, spread], lopsided])


def _on_peaks(light: NDArray[np.float32]) -> NDArray[np.float64]:
    """Local maxima at 16 px a side."""
    coarse = block_average(light, SIDE // _COARSE)
    inner = coarse[1:-1, 1:-1]
    is_peak = np.ones(inner.shape, np.bool_)
    for row in (0, 1, 2):
        for column in (0, 1, 2):
            is_peak &= inner >= coarse[row : row + inner.shape[0], column : column + inner.shape[1]]
    highest = float(coarse.max()) + _FLOOR
    heights = np.sort(inner[is_peak])[::-1]
    counts = [float(np.sum(heights > level)) for level in (0.1 * highest, 0.3 * highest, 0.05)]
    second = float(heights[1]) / highest if heights.size > 1 else 0.0
    return np.concatenate([np.log1p(counts), _log([highest]), [second]])
