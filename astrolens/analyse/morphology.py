"""Shape of the central object of a picture."""

from dataclasses import dataclass, replace
from math import atan2, degrees, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.background import Sky, sky_of
from astrolens.analyse.cas import EXTENT_PETROSIAN, Asymmetry, asymmetry, concentration, smoothness
from astrolens.analyse.frame import Frame, closer_frame, mean_plane, thinned, whole_frame
from astrolens.analyse.gini_m20 import gini, m20, petrosian_segment
from astrolens.analyse.peaks import second_peak_ratio
from astrolens.analyse.radii import Ellipse, Growth, growth, petrosian_radius
from astrolens.analyse.segment import CentralObject, central_object
from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.domain.image import Image

LOW_SIGNAL = 2.5
CLOSER_REACH = 1.5
FIRST_REACH, REACH = 2.0, 2.5  # of the radius of the segment, and of the Petrosian radius
_NAN = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Numbers in blocks of the frame; NaN where not measured."""

    concentration: float = _NAN
    asymmetry: float = _NAN
    smoothness: float = _NAN
    gini: float = _NAN
    m20: float = _NAN
    ellipticity: float = _NAN
    angle: float = _NAN
    half_light: float = _NAN
    petrosian: float = _NAN
    second_peak_ratio: float = _NAN
    mean_signal: float = _NAN
    area: float = 0.0
    flags: MorphologyFlag = MorphologyFlag.NONE


def measure(image: Image) -> Morphology:
    """Shape of the object in the middle of a picture, by the definitions of statmorph.

    Bands are averaged. A picture longer than 128 px is reduced by averaging square blocks; when the object found
    there is small its surroundings are cut out and seen at a finer scale. Radii are given in pixels of the picture.

    Parameters
    ----------
    image : Image
        One or more bands; masked pixels and NaN are left out.

    Returns
    -------
    Morphology
        All NaN, with `MorphologyFlag.NO_OBJECT`, when nothing rises above the sky near the middle. Numbers of a
        stretched colour picture are comparable only among pictures of the same stretch (`NON_LINEAR`).

    References
    ----------
    .. [1] Lotz, Primack and Madau (2004), AJ 128, 163.
    .. [2] Conselice (2003), ApJS 147, 1.
    .. [3] Rodriguez-Gomez et al. (2019), MNRAS 483, 4140.
    """
    plane, unit = mean_plane(image)
    frame, found = _find(plane)
    sky = sky_of(plane)
    nature = MorphologyFlag.NONE if image.linear else MorphologyFlag.NON_LINEAR
    if found is None:
        return _morphology(_Shape(flags=MorphologyFlag.NO_OBJECT | nature), frame, _in_unit(sky, unit), image)
    shape = _shape(found)
    sky = Sky(level=found.sky.level, sigma=sky.sigma if sky.sigma > 0.0 else found.sky.sigma)
    flags = shape.flags | nature
    if found.touches_edge:
        flags |= MorphologyFlag.TOUCHES_EDGE
    if found.bright_neighbour:
        flags |= MorphologyFlag.BRIGHT_NEIGHBOUR
    if not shape.mean_signal / sky.sigma >= LOW_SIGNAL:
        flags |= MorphologyFlag.LOW_SIGNAL
    shape = replace(shape, mean_signal=shape.mean_signal * unit)
    return _morphology(shape, frame, _in_unit(sky, unit), image, flags)


def measure_sky(image: Image, *, extent: bool = False) -> Morphology:
    """The sky, without the shape of the object: a tenth of the cost of `measure`.

    Parameters
    ----------
    image : Image
        As for `measure`.
    extent : bool
        Whether the size of the object is wanted too.

    Returns
    -------
    Morphology
        With `MorphologyFlag.NOT_ASKED`; NaN but for the sky and, where wanted, the area fraction (0 where there is no
        object). Sky and scatter are those of the whole picture.
    """
    plane, unit = mean_plane(image if extent else thinned(image))
    sky = _in_unit(sky_of(plane), unit)
    flags = MorphologyFlag.NOT_ASKED if image.linear else MorphologyFlag.NOT_ASKED | MorphologyFlag.NON_LINEAR
    frame, found = _find(plane) if extent else (Frame(plane=plane, factor=1, row=0, column=0), None)
    if extent and found is None:
        flags |= MorphologyFlag.NO_OBJECT
    area = 0.0 if found is None else float(np.count_nonzero(found.segment)) * frame.factor**2
    nothing = _morphology(_Shape(flags=MorphologyFlag.NO_OBJECT), frame, sky, image, flags)
    return replace(
        nothing,
        area_fraction=area / image.mask.size if extent else _NAN,
        sky=sky.level,
        sky_sigma=sky.sigma,
    )


def _find(plane: NDArray[np.float32]) -> tuple[Frame, CentralObject | None]:
    """The central object at the scale that suits it."""
    frame = whole_frame(plane)
    found = central_object(frame.plane)
    if found is None:
        return frame, None
    rows, columns = np.nonzero(found.segment)
    middle = (
        found.corner[0] + float(rows.min() + rows.max()) / 2.0,
        found.corner[1] + float(columns.min() + columns.max()) / 2.0,
    )
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    closer = closer_frame(plane, frame, middle, CLOSER_REACH * float(extent))
    again = None if closer is None else central_object(closer.plane)
    return (frame, found) if closer is None or again is None else (closer, again)


def _shape(found: CentralObject) -> _Shape:
    """All shape numbers of an object that was found."""
    own = np.where(found.segment, found.values, np.float32(0.0))
    light = float(own.sum())
    area = float(np.count_nonzero(found.segment))
    mean_signal = light / area
    if not light > 0.0:
        return _Shape(area=area, mean_signal=mean_signal, flags=MorphologyFlag.PETROSIAN_FAILED)
    start = _centroid(own, light)
    size = sqrt(area / pi)
    _, petrosian = _curve(found, Ellipse(row=start[0], column=start[1]), FIRST_REACH * size)
    if not petrosian > 0.0:
        ellipticity, angle = _ellipse(own, start)
        return _Shape(
            ellipticity=ellipticity,
            angle=angle,
            second_peak_ratio=second_peak_ratio(found, *start, size),
            area=area,
            mean_signal=mean_signal,
            flags=MorphologyFlag.PETROSIAN_FAILED,
        )
    turned = asymmetry(found, start, petrosian)
    curve, radius = _curve(found, Ellipse(row=turned.row, column=turned.column), REACH * petrosian)
    return _inside_petrosian(found, own, turned, curve, radius if radius > 0.0 else petrosian)


def _inside_petrosian(
    found: CentralObject, own: NDArray[np.float32], turned: Asymmetry, curve: Growth, petrosian: float
) -> _Shape:
    """What needs the Petrosian radius about the final centre."""
    flags = MorphologyFlag.NONE if turned.converged else MorphologyFlag.ASYMMETRY_NOT_CONVERGED
    if turned.value < 0.0:
        flags |= MorphologyFlag.NEGATIVE_SKY_ASYMMETRY
    ellipticity, angle = _ellipse(own, (turned.row, turned.column))
    ellipse = Ellipse(row=turned.row, column=turned.column, axis_ratio=1.0 - ellipticity, angle=angle)
    _, semi_major = _curve(found, ellipse, REACH * petrosian)
    segment = petrosian_segment(found.values, ellipse, semi_major) if semi_major > 0.0 else None
    if segment is None:
        flags |= MorphologyFlag.PETROSIAN_FAILED
        segment = found.segment
    rows, columns = np.nonzero(segment & ~found.bad)
    pixels = found.values[rows, columns]
    return _Shape(
        concentration=concentration(curve, petrosian),
        asymmetry=turned.value,
        smoothness=smoothness(found, turned.row, turned.column, petrosian),
        gini=gini(pixels),
        m20=m20(pixels, rows, columns),
        ellipticity=ellipticity,
        angle=angle,
        half_light=curve.radius_of(0.5, EXTENT_PETROSIAN * petrosian),
        petrosian=petrosian,
        second_peak_ratio=second_peak_ratio(found, turned.row, turned.column, petrosian),
        mean_signal=float(pixels.mean()) if pixels.size else _NAN,
        area=float(np.count_nonzero(found.segment)),
        flags=flags,
    )


def _curve(found: CentralObject, ellipse: Ellipse, reach: float) -> tuple[Growth, float]:
    """Curve of growth and Petrosian radius; the whole stamp is read only when a part of it does not hold them."""
    curve = growth(found.values, found.bad, ellipse, reach)
    radius = petrosian_radius(curve)
    if EXTENT_PETROSIAN * radius <= curve.radius[-1] or reach >= max(found.values.shape):
        return curve, radius
    curve = growth(found.values, found.bad, ellipse)
    return curve, petrosian_radius(curve)


def _in_unit(sky: Sky, unit: float) -> Sky:
    return Sky(level=sky.level * unit, sigma=sky.sigma * unit)


def _centroid(own: NDArray[np.float32], light: float) -> tuple[float, float]:
    rows = own.sum(axis=1, dtype=np.float64) @ np.arange(own.shape[0]) / light
    columns = own.sum(axis=0, dtype=np.float64) @ np.arange(own.shape[1]) / light
    return float(rows), float(columns)


def _ellipse(own: NDArray[np.float32], centre: tuple[float, float]) -> tuple[float, float]:
    """Ellipticity and angle (from growing column toward growing row) from the second moments of the segment."""
    light = own.astype(np.float64)
    rows = np.arange(own.shape[0]) - centre[0]
    columns = np.arange(own.shape[1]) - centre[1]
    total = light.sum()
    row_2 = light.sum(axis=1) @ rows**2 / total
    column_2 = light.sum(axis=0) @ columns**2 / total
    mixed = rows @ light @ columns / total
    half_sum, half_difference = (column_2 + row_2) / 2.0, (column_2 - row_2) / 2.0
    spread = sqrt(half_difference**2 + mixed**2)
    # A line of single pixels still has the width of a pixel.
    minor, major = max(half_sum - spread, 1.0 / 12.0), max(half_sum + spread, 1.0 / 12.0)
    return 1.0 - sqrt(minor / major), 0.5 * atan2(2.0 * mixed, column_2 - row_2)


def _morphology(
    shape: _Shape, frame: Frame, sky: Sky, image: Image, flags: MorphologyFlag | None = None
) -> Morphology:
    """Numbers in pixels of the picture."""
    scale = image.pixel_scale_arcsec
    half_light = shape.half_light * frame.factor
    # The rows of a raster grow downward, so its counter-clockwise angle has the other sign.
    angle = degrees(shape.angle) * (1.0 if image.linear else -1.0)
    absent = bool(shape.flags & MorphologyFlag.NO_OBJECT)
    return Morphology(
        concentration=shape.concentration,
        asymmetry=shape.asymmetry,
        smoothness=shape.smoothness,
        gini=shape.gini,
        m20=shape.m20,
        ellipticity=shape.ellipticity,
        orientation_deg=90.0 if angle == -90.0 else angle,
        half_light_radius_px=half_light,
        petrosian_radius_px=shape.petrosian * frame.factor,
        half_light_radius_arcsec=_NAN if scale is None else half_light * scale,
        signal_to_noise=_NAN if absent else shape.mean_signal / sky.sigma,
        area_fraction=_NAN if absent else shape.area * frame.factor**2 / image.mask.size,
        second_peak_ratio=shape.second_peak_ratio,
        sky=_NAN if absent else sky.level,
        sky_sigma=_NAN if absent else sky.sigma,
        flags=shape.flags if flags is None else flags,
    )
