"""Which array of a FITS file is the picture, decided from its headers alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from astrolens.domain.errors import BadData
from astrolens.download.limits import SMALLEST_SIDE, DecodeLimits

_MOST_AXES = 6
_BYTES_OF_BITPIX = {8: 1, 16: 2, 32: 4, 64: 8, -32: 4, -64: 8}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How to cut a picture out of an array.

    Attributes
    ----------
    cut : tuple of int or slice
        Index of the stored array.
    colour_last : bool
        True when the cut is (row, column, band), False for (row, column) or (band, row, column).
    odd : bool
        True when the array holds more, or fewer, planes than a picture shows.
    """

    cut: tuple[int | slice, ...]
    colour_last: bool
    odd: bool


def stored_shape(header: Mapping[str, Any]) -> tuple[int, ...]:
    """Shape that a header announces, slowest axis first.

    Parameters
    ----------
    header : Mapping of str to object
        Of an image extension.

    Returns
    -------
    tuple of int
        Empty when the extension holds no data.

    Raises
    ------
    BadData
        If axes or sample type are nonsense.
    """
    axes = header.get("NAXIS", 0)
    if not isinstance(axes, int) or not 0 <= axes <= _MOST_AXES:
        raise BadData(f"NAXIS is {axes!r}; a picture has 2 to {_MOST_AXES} axes")
    if header.get("BITPIX") not in _BYTES_OF_BITPIX:
        raise BadData(f"BITPIX is {header.get('BITPIX')!r}; want one of {sorted(_BYTES_OF_BITPIX)}")
    lengths = [header.get(f"NAXIS{axis}") for axis in range(axes, 0, -1)]
    for axis, length in zip(range(axes, 0, -1), lengths, strict=True):
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            raise BadData(f"NAXIS{axis} is {length!r}; want a whole number of pixels")
    return tuple(int(length) for length in lengths if length is not None)


def stored_bytes(header: Mapping[str, Any]) -> int:
    """Size of the data that a header announces.

    Parameters
    ----------
    header : Mapping of str to object
        Of an image extension, checked by `stored_shape`.

    Returns
    -------
    int
        Number of bytes, padding left out.
    """
    shape = stored_shape(header)
    return prod(shape) * _BYTES_OF_BITPIX[int(header["BITPIX"])] if shape else 0


def layout_of(shape: tuple[int, ...], limits: DecodeLimits) -> Layout | None:
    """Decide how an array is shown.

    Parameters
    ----------
    shape : tuple of int
        Slowest axis first.
    limits : DecodeLimits
        Bounds of one plane.

    Returns
    -------
    Layout or None
        None when the array is no picture: empty, or a line.

    Raises
    ------
    BadData
        If a plane is too large or too small.
    """
    kept = [axis for axis, length in enumerate(shape) if length > 1]
    if len(kept) < 2 or prod(shape) == 0:
        return None
    cut: list[int | slice] = [slice(None) if axis in kept else 0 for axis in range(len(shape))]
    colour_last = len(kept) == 3 and shape[kept[2]] in (3, 4) and min(shape[kept[0]], shape[kept[1]]) > 4
    rows, columns = (shape[kept[0]], shape[kept[1]]) if colour_last else (shape[kept[-2]], shape[kept[-1]])
    _check_plane(rows, columns, limits)
    if len(kept) == 2:
        return Layout(cut=tuple(cut), colour_last=False, odd=False)
    band_axis = kept[2] if colour_last else kept[-3]
    planes = shape[band_axis]
    cut[band_axis] = slice(0, 3) if planes >= 3 else 0
    for axis in kept[:-3]:
        cut[axis] = 0
    return Layout(
        cut=tuple(cut), colour_last=colour_last, odd=planes != 3 and not (colour_last and planes == 4)
    )


def _check_plane(rows: int, columns: int, limits: DecodeLimits) -> None:
    if rows * columns > limits.pixels:
        raise BadData(f"{columns} x {rows} pixels; at most {limits.megapixels:g} million are decoded")
    if min(rows, columns) < SMALLEST_SIDE:
        raise BadData(f"{columns} x {rows} pixels; a side under {SMALLEST_SIDE} cannot be measured")
