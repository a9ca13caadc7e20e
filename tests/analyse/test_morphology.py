"""Shapes against statmorph as oracle, and by what must not change them."""

import math
import warnings
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from astrolens.analyse.morphology import measure, measure_sky
from astrolens.analyse.segment import central_object
from astrolens.domain.analysis import Morphology, MorphologyFlag
from tests.analyse.galaxies import noise, picture, sersic

SHAPES = ("concentration", "asymmetry", "smoothness", "gini", "m20", "ellipticity", "second_peak_ratio")
RADII = ("half_light_radius_px", "petrosian_radius_px")


@dataclass(frozen=True)
class Case:
    name: str
    index: float
    radius: float
    ellipticity: float
    angle: float
    companion: bool = False


CASES = (
    Case("disk", 1.0, 10.3, 0.0, 0.0),
    Case("inclined disk", 1.0, 11.0, 0.5, 0.7),
    Case("bulge", 4.0, 8.0, 0.2, -0.5),
    Case("pair", 1.0, 9.0, 0.2, 0.4, companion=True),
)


def plane_of(case: Case, sigma: float = 0.3) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    plane = sersic(
        index=case.index,
        radius=case.radius,
        ellipticity=case.ellipticity,
        angle=case.angle,
        row=-0.4,
        column=0.3,
    )
    if case.companion:
        plane = plane + sersic(index=1.5, radius=5.0, light=60.0, row=8.0, column=11.0)
    return plane + noise(sigma)


def by_statmorph(plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Any:
    statmorph = pytest.importorskip("statmorph")
    found = central_object(plane.astype(np.float32))
    assert found is not None
    segments = np.zeros(plane.shape, np.int32)
    height, width = found.segment.shape
    row, column = found.corner
    segments[row : row + height, column : column + width] = found.segment
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return statmorph.SourceMorphology(plane - found.sky.level, segments, 1, gain=1e6)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_agrees_with_statmorph(case: Case) -> None:
    plane = plane_of(case)
    ours, oracle = measure(picture(plane)), by_statmorph(plane)
    assert ours.concentration == pytest.approx(oracle.concentration, rel=0.02)
    assert ours.asymmetry == pytest.approx(oracle.asymmetry, rel=0.03, abs=0.01)
    if int(0.25 * oracle.rpetro_circ) % 2:  # an even box of statmorph lies half a pixel off
        assert ours.smoothness == pytest.approx(oracle.smoothness, abs=0.005)
    assert ours.gini == pytest.approx(oracle.gini, rel=0.03)
    assert ours.m20 == pytest.approx(oracle.m20, rel=0.05)
    assert ours.ellipticity == pytest.approx(oracle.ellipticity_asymmetry, abs=0.01)
    assert ours.half_light_radius_px == pytest.approx(oracle.r50, rel=0.02)
    assert ours.petrosian_radius_px == pytest.approx(oracle.rpetro_circ, rel=0.02)
    if ours.ellipticity > 0.1:
        assert ours.orientation_deg == pytest.approx(np.degrees(oracle.orientation_asymmetry), abs=1.0)


def assert_same_shape(one: Morphology, other: Morphology, *, rel: float = 0.02, abs_: float = 0.01) -> None:
    for name in SHAPES + RADII:
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=rel, abs=abs_, nan_ok=True), name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_turning_the_picture_turns_only_the_angle(case: Case) -> None:
    plane = plane_of(case)
    one, other = measure(picture(plane)), measure(picture(np.rot90(plane)))
    assert_same_shape(one, other)
    if one.ellipticity > 0.1:
        turned = (one.orientation_deg - other.orientation_deg) % 180.0
        assert turned == pytest.approx(90.0, abs=1.0)


@pytest.mark.parametrize("scale", [1e-32, 1e-3, 7.0, 1e30])
def test_unit_of_the_flux_does_not_matter(scale: float) -> None:
    plane = plane_of(CASES[3])
    one, other = measure(picture(plane)), measure(picture(scale * plane))
    assert_same_shape(one, other)
    assert other.signal_to_noise == pytest.approx(one.signal_to_noise, rel=1e-3)
    assert other.sky_sigma == pytest.approx(scale * one.sky_sigma, rel=1e-3)


@pytest.mark.parametrize("offset", [-500.0, 40.0, 3000.0])
def test_level_of_the_sky_does_not_matter(offset: float) -> None:
    plane = plane_of(CASES[3])
    one, other = measure(picture(plane)), measure(picture(plane + offset))
    assert_same_shape(one, other)
    assert other.sky - one.sky == pytest.approx(offset, abs=0.01)


def test_scale_carries_the_radius_to_the_sky() -> None:
    shape = measure(picture(plane_of(CASES[0]), pixel_scale_arcsec=0.396))
    assert shape.half_light_radius_arcsec == pytest.approx(0.396 * shape.half_light_radius_px)
    assert np.isnan(measure(picture(plane_of(CASES[0]))).half_light_radius_arcsec)


def test_a_reduced_picture_has_the_same_radii() -> None:
    plane = plane_of(CASES[1], sigma=0.2)
    fine = np.repeat(np.repeat(plane, 3, axis=0), 3, axis=1)
    one, other = measure(picture(plane)), measure(picture(fine))
    for name in RADII:
        assert getattr(other, name) == pytest.approx(3 * getattr(one, name), rel=0.03)
    assert other.concentration == pytest.approx(one.concentration, rel=0.03)
    assert other.area_fraction == pytest.approx(one.area_fraction, rel=0.1)


def test_a_small_object_in_a_large_field_is_seen_at_full_resolution() -> None:
    size = 700
    plane = noise(1.0, size=size)
    plane[290:411, 290:411] += sersic(radius=9.0)
    alone = measure(picture(sersic(radius=9.0) + noise(1.0)))
    shape = measure(picture(plane))
    assert shape.half_light_radius_px == pytest.approx(alone.half_light_radius_px, rel=0.05)
    assert shape.concentration == pytest.approx(alone.concentration, rel=0.05)


def test_masked_is_the_same_as_unknown() -> None:
    plane = plane_of(CASES[1])
    plane[50:54, 70:75] = np.nan
    unknown = picture(plane)
    planted = np.where(np.isfinite(plane), plane, 1e4).astype(np.float32)[None]
    masked = type(unknown)(
        pixels=planted, mask=unknown.mask.copy(), media_type=unknown.media_type, linear=True
    )
    assert measure(masked).numbers() == pytest.approx(measure(unknown).numbers(), nan_ok=True)
    assert measure(masked).flags == measure(unknown).flags


def test_a_planted_merger_stands_out() -> None:
    single, pair = measure(picture(plane_of(CASES[0]))), measure(picture(plane_of(CASES[3])))
    assert pair.asymmetry > single.asymmetry + 0.2
    assert pair.m20 > single.m20 + 0.2
    assert pair.second_peak_ratio > single.second_peak_ratio + 0.15


@pytest.mark.parametrize("angle_deg", [-60.0, 0.0, 35.0, 80.0])
def test_angle_is_counter_clockwise_as_seen(angle_deg: float) -> None:
    plane = sersic(ellipticity=0.5, angle=np.radians(angle_deg)) + noise(0.3)
    assert measure(picture(plane)).orientation_deg == pytest.approx(angle_deg, abs=2.0)
    # Row 0 of a raster is its top: the same rows are seen upside down.
    raster = measure(picture(plane / 200.0, linear=False))
    assert raster.orientation_deg == pytest.approx(-angle_deg, abs=2.0)
    assert MorphologyFlag.NON_LINEAR in raster.flags


def test_colours_are_averaged() -> None:
    plane = plane_of(CASES[1])
    planes = np.stack([0.5 * plane, plane, 1.5 * plane])
    assert_same_shape(measure(picture(planes)), measure(picture(plane)))


def test_flags_of_a_difficult_picture() -> None:
    over_the_edge = measure(picture(sersic(radius=35.0, ellipticity=0.85) + noise(0.5)))
    assert MorphologyFlag.TOUCHES_EDGE in over_the_edge.flags
    faint = measure(picture(sersic(radius=9.0, light=1.0) + noise(2.0)))
    assert MorphologyFlag.LOW_SIGNAL in faint.flags
    crowded = sersic(radius=5.0) + sersic(radius=2.0, light=80.0, column=36.0) + noise(0.5)
    assert MorphologyFlag.BRIGHT_NEIGHBOUR in measure(picture(crowded)).flags


@pytest.mark.parametrize(
    "plane", [np.zeros((50, 50)), np.full((50, 50), np.nan), noise(1.0, seed=4), np.ones((1, 1))]
)
def test_no_object_is_said_and_nothing_is_invented(
    plane: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    shape = measure(picture(plane))
    assert shape.flags == MorphologyFlag.NO_OBJECT
    assert all(np.isnan(number) for number in shape.numbers())


@settings(max_examples=60, deadline=None)
@given(
    plane=some.arrays(
        np.float32,
        st.tuples(st.just(1), st.integers(1, 40), st.integers(1, 40)),
        elements=st.floats(width=32, allow_nan=True, allow_infinity=True),
    )
)
def test_any_pixels_give_numbers_in_range(plane: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    check_ranges(measure(picture(plane)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_bright_blocks_give_numbers_in_range(data: st.DataObject) -> None:
    plane = noise(1.0, size=48, seed=data.draw(st.integers(0, 99)))
    for _ in range(data.draw(st.integers(1, 4))):
        row, column = data.draw(st.integers(10, 38)), data.draw(st.integers(10, 38))
        side, value = data.draw(st.integers(1, 20)), data.draw(st.floats(-1e6, 1e6))
        plane[row : row + side, column : column + side] += value
    check_ranges(measure(picture(plane)))


def check_ranges(shape: Morphology) -> None:
    assert not any(np.isinf(number) for number in shape.numbers())
    limits = {
        "gini": (0.0, 1.0),
        "ellipticity": (0.0, 1.0),
        "orientation_deg": (-90.0, 90.0),
        "area_fraction": (0.0, 1.0),
        "second_peak_ratio": (0.0, 1.0),
        "half_light_radius_px": (0.0, 1e3),
    }
    assert set(limits) <= {field.name for field in fields(Morphology)}
    for name, (low, high) in limits.items():
        value = getattr(shape, name)
        assert np.isnan(value) or low <= value <= high, (name, value)


def test_real_mergers_are_more_asymmetric_than_normals(real_data: Path) -> None:
    import csv

    from PIL import Image as Raster

    folder = real_data / "galaxies" / "gz1"
    with (folder / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    asymmetries: dict[bool, list[float]] = {}
    for merger in (True, False):
        chosen = [row["file"] for row in rows if (row["label"] == "merger") is merger][:40]
        pixels = [np.moveaxis(np.asarray(Raster.open(folder / name)), -1, 0) / 255.0 for name in chosen]
        asymmetries[merger] = [measure(picture(planes, linear=False)).asymmetry for planes in pixels]
    assert np.nanmedian(asymmetries[True]) > 1.5 * np.nanmedian(asymmetries[False])


@pytest.mark.parametrize("extent", [False, True])
@pytest.mark.parametrize("noisy", [False, True])
def test_the_sky_alone(extent: bool, noisy: bool) -> None:
    plane = sersic(radius=8.0) + (noise(0.2) if noisy else 0.0) + 5.0
    whole, bare = measure(picture(plane)), measure_sky(picture(plane), extent=extent)
    assert bare.flags & MorphologyFlag.NOT_ASKED
    assert bare.sky == pytest.approx(whole.sky, abs=0.2)
    assert math.isfinite(bare.sky_sigma)
    wanted = {"sky", "sky_sigma"} | ({"area_fraction"} if extent else set())
    for name, value in zip(bare.number_names(), bare.numbers(), strict=True):
        assert math.isfinite(value) == (name in wanted), name
    if extent:
        assert bare.area_fraction == pytest.approx(whole.area_fraction)


def test_the_sky_alone_of_nothing_is_finite() -> None:
    bare = measure_sky(picture(np.zeros((64, 64))), extent=True)
    assert (bare.sky, bare.sky_sigma, bare.area_fraction) == (0.0, 0.0, 0.0)
    assert bare.flags & MorphologyFlag.NO_OBJECT
