"""Shapes, decided before a byte of data is read."""

import pytest

from astrolens.domain.errors import BadData
from astrolens.download.fits_layout import Layout, layout_of, stored_bytes, stored_shape
from tests.download.pictures import LIMITS

ALL = slice(None)


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((20, 30), Layout(cut=(ALL, ALL), colour_last=False, odd=False)),
        ((1, 1, 20, 30), Layout(cut=(0, 0, ALL, ALL), colour_last=False, odd=False)),
        ((3, 20, 30), Layout(cut=(slice(0, 3), ALL, ALL), colour_last=False, odd=False)),
        ((1, 3, 20, 30), Layout(cut=(0, slice(0, 3), ALL, ALL), colour_last=False, odd=False)),
        ((2, 20, 30), Layout(cut=(0, ALL, ALL), colour_last=False, odd=True)),
        ((4, 20, 30), Layout(cut=(slice(0, 3), ALL, ALL), colour_last=False, odd=True)),
        ((5, 7, 20, 30), Layout(cut=(0, slice(0, 3), ALL, ALL), colour_last=False, odd=True)),
        ((20, 30, 3), Layout(cut=(ALL, ALL, slice(0, 3)), colour_last=True, odd=False)),
        ((20, 30, 4), Layout(cut=(ALL, ALL, slice(0, 3)), colour_last=True, odd=False)),
        ((), None),
        ((100,), None),
        ((1, 100), None),
        ((0, 100), None),
    ],
)
def test_layouts(shape: tuple[int, ...], layout: Layout | None) -> None:
    assert layout_of(shape, LIMITS) == layout


@pytest.mark.parametrize(
    "shape", [(1001, 1000), (3, 2000, 2000), (15, 100), (100, 15), (20, 30, 5), (100, 3, 3)]
)
def test_planes_out_of_bounds(shape: tuple[int, ...]) -> None:
    with pytest.raises(BadData, match="pixels"):
        layout_of(shape, LIMITS)


@pytest.mark.parametrize(
    "header",
    [
        {"BITPIX": 8, "NAXIS": 999},
        {"BITPIX": 8, "NAXIS": -1},
        {"BITPIX": 8, "NAXIS": 2.0},
        {"BITPIX": 7, "NAXIS": 0},
        {"NAXIS": 0},
        {"BITPIX": 8, "NAXIS": 2, "NAXIS1": 10},
        {"BITPIX": 8, "NAXIS": 2, "NAXIS1": 10, "NAXIS2": -3},
        {"BITPIX": 8, "NAXIS": 2, "NAXIS1": 10, "NAXIS2": True},
        {"BITPIX": 8, "NAXIS": 2, "NAXIS1": 10, "NAXIS2": "10"},
    ],
)
def test_nonsense_headers(header: dict[str, object]) -> None:
    with pytest.raises(BadData):
        stored_shape(header)


def test_size_in_bytes() -> None:
    assert stored_bytes({"BITPIX": -64, "NAXIS": 2, "NAXIS1": 30, "NAXIS2": 20}) == 4800
    assert stored_bytes({"BITPIX": 8, "NAXIS": 0}) == 0
