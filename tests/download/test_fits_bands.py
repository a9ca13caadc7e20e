"""Bands are those that the header names for all planes; what it names by halves is not believed."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from astrolens.download.fits import read_fits
from astrolens.download.fits_bands import bands_of
from astrolens.download.limits import DecodeLimits
from tests.download.pictures import galaxy, saved

LIMITS = DecodeLimits()


def header(**cards: object) -> fits.Header:
    return fits.Header(list(cards.items()))


@pytest.mark.parametrize(
    ("cards", "planes", "bands"),
    [
        ({"FILTER": "F814W "}, 1, ("F814W",)),
        ({"FILTER1": "CLEAR1L", "FILTER2": "F435W"}, 1, ("F435W",)),
        ({"FILTER": "N/A", "BAND": "i"}, 1, ("i",)),
        ({"BANDS": "grz", "BAND0": "g", "BAND1": "r", "BAND2": "z"}, 3, ("g", "r", "z")),
        ({"BANDS": "grz"}, 3, ("g", "r", "z")),
        ({"BANDS": "griz"}, 3, ()),
        ({"BAND0": "g", "BAND1": "r"}, 3, ()),
        ({"FILTER": "r"}, 3, ()),
        ({"FILTER": 3}, 1, ()),
        ({"FILTER": ""}, 1, ()),
        ({}, 1, ()),
    ],
)
def test_what_headers_say(cards: dict[str, object], planes: int, bands: tuple[str, ...]) -> None:
    assert bands_of([header(**cards)], planes) == bands
    assert bands_of([header(EXTNAME="SCI"), header(**cards)], planes) == bands


def test_the_extension_has_the_first_word() -> None:
    assert bands_of([header(FILTER="F606W"), header(FILTER="F814W")], 1) == ("F606W",)


@given(value=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_names_are_short_and_plain(value: str) -> None:
    names = bands_of([{"FILTER": value}], 1)
    assert all(0 < len(name) <= 16 and name.isprintable() for name in names)


def test_a_file_with_its_filter_in_the_primary_header(tmp_path: Path) -> None:
    primary = fits.PrimaryHDU(header=header(FILTER="F814W"))
    stream = BytesIO()
    fits.HDUList([primary, fits.ImageHDU(galaxy())]).writeto(stream)
    assert read_fits(saved(tmp_path / "a", stream.getvalue()), LIMITS).bands == ("F814W",)


def test_the_one_band_that_was_imaged_keeps_its_name(tmp_path: Path) -> None:
    cube = np.stack([np.zeros((48, 64), np.float32), galaxy(), np.zeros((48, 64), np.float32)])
    stream = BytesIO()
    fits.PrimaryHDU(cube, header=header(BANDS="grz")).writeto(stream)
    image = read_fits(saved(tmp_path / "a", stream.getvalue()), LIMITS)
    assert len(image.pixels) == 1
    assert image.bands == ("r",)
