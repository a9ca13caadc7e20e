"""Cells of the sphere: the same as the library's, evenly spread, far enough apart."""

from math import radians, sqrt

import numpy as np
import pytest
from astropy import units
from hypothesis import given, settings
from hypothesis import strategies as st
from mocpy import MOC
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from astrolens.sampling.healpix import centres, middle_at_deepest, order_for_field


def _vectors(ra: NDArray[np.float64], dec: NDArray[np.float64]) -> NDArray[np.float64]:
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack((np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)), axis=1)


@pytest.mark.parametrize("order", [0, 1, 2, 11, 20, 29])
def test_centres_lie_in_the_cell_that_the_library_gives(order: int) -> None:
    many = 12 * 4**order
    chance = np.random.default_rng(order)
    cells = np.arange(many, dtype=np.uint64) if many <= 192 else chance.integers(0, many, 60, dtype=np.uint64)
    ra, dec = centres(order, cells)
    for cell, a, d in zip(cells, ra, dec, strict=True):
        found = MOC.from_lonlat(np.array([a]) * units.deg, np.array([d]) * units.deg, max_norder=order)
        assert found.flatten().tolist() == [cell]


@pytest.mark.parametrize("order", [20, 29])
def test_cells_around_both_poles_and_the_wrap_are_exact(order: int) -> None:
    quarter = 4**order
    polar = [face * quarter + quarter - 1 for face in range(4)] + [face * quarter for face in range(8, 12)]
    ra, dec = centres(order, np.array(polar, dtype=np.uint64))
    first_ring_arcsec = np.degrees(2 * np.arcsin(1 / (2.0**order * sqrt(6)))) * 3600
    assert (90 - np.abs(dec)) * 3600 == pytest.approx(np.full(8, first_ring_arcsec), rel=1e-3, abs=2e-9)
    assert sorted(ra[:4].tolist()) == pytest.approx([45, 135, 225, 315])
    assert ((ra >= 0) & (ra < 360)).all()


def test_pictures_on_neighbouring_centres_do_not_overlap() -> None:
    for order in range(7):
        ra, dec = centres(order, np.arange(12 * 4**order, dtype=np.uint64))
        nearest = cKDTree(_vectors(ra, dec)).query(_vectors(ra, dec), k=2)[0][:, 1].min()
        spacing = np.degrees(2 * np.arcsin(nearest / 2)) * 3600
        largest_side = np.degrees(0.81 / (sqrt(2) * 2**order)) * 3600
        assert order_for_field(largest_side * 0.999) == order
        if order:
            assert order_for_field(largest_side * 1.001) == order - 1
        assert spacing >= largest_side * sqrt(2)


@given(st.floats(min_value=0.5, max_value=30_000))
def test_the_order_fits_the_field(side_arcsec: float) -> None:
    order = order_for_field(side_arcsec)
    diagonal = sqrt(2) * radians(side_arcsec / 3600)
    assert diagonal <= 0.81 / 2**order
    assert order == 20 or diagonal > 0.81 / 2 ** (order + 1)


@pytest.mark.parametrize("side", [0.0, -1.0, float("nan")])
def test_a_field_needs_a_side(side: float) -> None:
    with pytest.raises(ValueError, match="side_arcsec"):
        order_for_field(side)


@settings(max_examples=60)
@given(st.integers(0, 20).flatmap(lambda order: st.tuples(st.just(order), st.integers(0, 12 * 4**order - 1))))
def test_the_middle_touches_the_centre(place: tuple[int, int]) -> None:
    order, cell = place
    cells = np.array([cell], dtype=np.uint64)
    middle = middle_at_deepest(order, cells)
    assert int(middle[0]) >> (2 * (29 - order)) == cell
    apart = _vectors(*centres(29, middle)) - _vectors(*centres(order, cells))
    assert float(np.abs(apart).max()) < 1e-8
