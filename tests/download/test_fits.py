"""FITS files of many makers, and of none."""

import gzip
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType, QualityFlag
from astrolens.download.fits import read_fits
from astrolens.download.limits import DecodeLimits
from tests.download.pictures import LIMITS, fits_bytes, galaxy, header_bytes, saved

SIMPLE = "SIMPLE  =                    T"
WCS_CARDS = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": -5.0, "CRPIX1": 32.5, "CRPIX2": 24.5,
    "CDELT1": -1e-4, "CDELT2": 1e-4,
}  # fmt: skip


def test_a_plain_frame_keeps_its_values(tmp_path: Path) -> None:
    content = fits_bytes(galaxy(), {"BUNIT": "nJy", **WCS_CARDS})
    image = read_fits(saved(tmp_path / "a", content), LIMITS)
    np.testing.assert_array_equal(image.pixels[0], galaxy())
    assert image.pixels.dtype.isnative
    assert (image.linear, image.unit, image.media_type) == (True, "nJy", MediaType.FITS)
    assert image.flags is QualityFlag.NONE
    assert image.position is not None
    assert image.position.ra_deg == pytest.approx(10.0)
    assert image.pixel_scale_arcsec == pytest.approx(0.36)
    assert image.wcs_cards["CTYPE1"] == "RA---TAN"


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "i8", "f4", "f8", "u2"])
def test_every_sample_type(dtype: str, tmp_path: Path) -> None:
    data = (galaxy() * 200).astype(dtype)
    image = read_fits(saved(tmp_path / "a", fits_bytes(data)), LIMITS)
    np.testing.assert_allclose(image.pixels[0], data.astype(np.float32))


def test_scaling_and_blank_are_applied(tmp_path: Path) -> None:
    stored = np.rint(galaxy() * 1000).astype(np.int16)
    stored[3, 4] = -999
    content = fits_bytes(stored)
    cards = [f"{'BSCALE':8}= {0.5:20}", f"{'BZERO':8}= {100.0:20}", f"{'BLANK':8}= {-999:20}"]
    at = content.index(b"END     ")
    content = content[:at] + "".join(card.ljust(80) for card in cards).encode() + content[at:at + 80] + content[
        at + 80 + 240:]  # fmt: skip
    image = read_fits(saved(tmp_path / "a", content), LIMITS)
    assert image.mask[3, 4]
    assert image.mask.sum() == 1
    np.testing.assert_allclose(image.pixels[0][~image.mask], (stored * 0.5 + 100.0)[~image.mask], rtol=1e-6)


def test_holes_are_masked_in_all_bands(tmp_path: Path) -> None:
    cube = np.stack([galaxy(seed=seed) for seed in range(3)])
    cube[0, 1, 2], cube[2, 5, 6] = np.nan, np.inf
    image = read_fits(saved(tmp_path / "a", fits_bytes(cube)), LIMITS)
    assert image.pixels.shape == (3, 48, 64)
    assert image.flags is QualityFlag.MASKED
    assert set(zip(*np.nonzero(image.mask), strict=True)) == {(1, 2), (5, 6)}
    np.testing.assert_array_equal(np.isnan(image.pixels), np.broadcast_to(image.mask, image.pixels.shape))


def test_values_too_large_for_float32_are_masked(tmp_path: Path) -> None:
    data = galaxy().astype(np.float64)
    data[0, 0] = 1e300
    assert read_fits(saved(tmp_path / "a", fits_bytes(data)), LIMITS).mask.sum() == 1


def test_only_the_first_planes_of_a_deep_cube_are_read(tmp_path: Path) -> None:
    cube = np.stack([galaxy(seed=seed) for seed in range(7)])
    image = read_fits(saved(tmp_path / "a", fits_bytes(cube)), LIMITS)
    np.testing.assert_array_equal(image.pixels, cube[:3])
    assert image.flags & QualityFlag.ODD_SHAPE


def test_colour_in_the_last_axis(tmp_path: Path) -> None:
    cube = np.stack([galaxy(seed=seed) for seed in range(3)])
    image = read_fits(saved(tmp_path / "a", fits_bytes(cube.transpose(1, 2, 0))), LIMITS)
    np.testing.assert_array_equal(image.pixels, cube)


def test_bands_that_were_not_imaged_leave_one_true_band(tmp_path: Path) -> None:
    cube = np.stack([np.zeros((48, 64), np.float32), galaxy(), np.full((48, 64), np.nan, np.float32)])
    image = read_fits(saved(tmp_path / "a", fits_bytes(cube)), LIMITS)
    np.testing.assert_array_equal(image.pixels[0], galaxy())
    assert len(image.pixels) == 1
    assert image.flags is QualityFlag.ODD_SHAPE


def test_the_first_picture_behind_an_empty_primary_and_a_table(tmp_path: Path) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("a", "J", array=np.arange(5))])
    file = BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table, fits.ImageHDU(galaxy())]).writeto(file)
    image = read_fits(saved(tmp_path / "a", file.getvalue()), LIMITS)
    np.testing.assert_array_equal(image.pixels[0], galaxy())


@pytest.mark.parametrize("kind", ["RICE_1", "GZIP_2", "HCOMPRESS_1"])
def test_compressed_tiles(kind: str, tmp_path: Path) -> None:
    data = np.rint(galaxy() * 1000).astype(np.int32)
    file = BytesIO()
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(data, compression_type=kind)]).writeto(file)
    image = read_fits(saved(tmp_path / "a", file.getvalue()), LIMITS)
    np.testing.assert_array_equal(image.pixels[0], data.astype(np.float32))


def test_compressed_tiles_over_the_limit_are_not_unpacked(tmp_path: Path) -> None:
    file = BytesIO()
    tiles = fits.CompImageHDU(np.zeros((1100, 1000), np.int32), compression_type="GZIP_1")
    fits.HDUList([fits.PrimaryHDU(), tiles]).writeto(file)
    path = saved(tmp_path / "a", file.getvalue())
    with pytest.raises(BadData, match="at most 1 million"):
        read_fits(path, LIMITS)
    with pytest.raises(BadData, match="compressed tiles that unpack to 4400000 bytes"):
        read_fits(path, DecodeLimits(megapixels=64.0, unpacked_mb=4.0))


def test_gzip(tmp_path: Path) -> None:
    image = read_fits(saved(tmp_path / "a", gzip.compress(fits_bytes(galaxy()))), LIMITS)
    np.testing.assert_array_equal(image.pixels[0], galaxy())
    assert image.media_type is MediaType.FITS_GZIP


def test_saturation_level_of_the_header(tmp_path: Path) -> None:
    content = fits_bytes(galaxy(), {"SATURATE": 0.5})
    assert read_fits(saved(tmp_path / "a", content), LIMITS).flags is QualityFlag.SATURATED


def test_words_of_the_header_are_cleaned(tmp_path: Path) -> None:
    content = fits_bytes(galaxy(), {"BUNIT": "XXXXadu", **WCS_CARDS})
    content = content.replace(b"XXXXadu", b"\x1b[31adu").replace(b"RA---TAN", b"RA--\x1bTAN")
    image = read_fits(saved(tmp_path / "a", content), LIMITS)
    assert "\x1b" not in image.unit
    assert image.wcs_cards == {}


@pytest.mark.parametrize("fill", [0.0, 7.5, np.nan, np.inf])
def test_blank_frames_are_refused(fill: float, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="blank"):
        read_fits(saved(tmp_path / "a", fits_bytes(np.full((48, 64), fill, np.float32))), LIMITS)


def test_half_a_frame_is_flagged(tmp_path: Path) -> None:
    data = galaxy()
    data[:30] = 0.0
    flags = read_fits(saved(tmp_path / "a", fits_bytes(data)), LIMITS).flags
    assert flags == QualityFlag.MOSTLY_EMPTY | QualityFlag.TRUNCATED_FIELD


def axes(*lengths: object, bitpix: object = -32, naxis: object = None) -> list[str]:
    count = len(lengths) if naxis is None else naxis
    cards = [SIMPLE, f"BITPIX  = {bitpix!s:>20}", f"NAXIS   = {count!s:>20}"]
    return cards + [f"NAXIS{axis:<3}= {length!s:>20}" for axis, length in enumerate(lengths, 1)]


@pytest.mark.parametrize(
    "cards",
    [
        axes(10**9, 10**9),
        axes(10**30, 10),
        axes(2000, 2000),
        axes(-5, 30),
        axes("'20'", 30),
        axes("T", 30),
        axes("", 30),
        axes(20.5, 30),
        axes(naxis=999),
        axes(naxis=-2),
        axes(naxis="'two'"),
        axes(20, 30, naxis=3),
        axes(20, 30, bitpix=7),
        axes(20, 30, bitpix="'x'"),
        axes(20, 30, bitpix=10**20),
        axes(20, 30),
        axes(5, 5),
        axes(1000),
        axes(),
        [SIMPLE],
        [SIMPLE, "BITPIX  =", "NAXIS   ="],
        [*axes(naxis=0), "EXTEND  =                    T", "\xff\xfe\x00"],
        [*axes(20, 30), "BSCALE  =                  inf"],
        [*axes(20, 30), "CONTINUE  'x&'"] + ["CONTINUE  'y&'"] * 50,
        ["SIMPLE  =                    F", *axes(20, 30)[1:]],
    ],
)
def test_headers_that_make_no_sense_are_refused(cards: list[str], tmp_path: Path) -> None:
    with pytest.raises(BadData):
        read_fits(saved(tmp_path / "a", header_bytes(*cards)), LIMITS)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    content = fits_bytes(galaxy())
    for cut in (9, 80, 2879, 2880, 2881, 5000, len(content) - 2880):
        with pytest.raises(BadData, match=r"damaged FITS|cut short"):
            read_fits(saved(tmp_path / "a", content[:cut]), LIMITS)


def test_a_header_without_end_is_left_early(tmp_path: Path) -> None:
    cards = b"COMMENT no end in sight".ljust(80) * 60_000
    with pytest.raises(BadData, match="no END card in its first 364 blocks"):
        read_fits(saved(tmp_path / "a", SIMPLE.ljust(80).encode() + cards), LIMITS)


def test_a_file_that_holds_no_picture_names_what_it_holds(tmp_path: Path) -> None:
    table = fits.BinTableHDU.from_columns([fits.Column("a", "J", array=np.arange(5))], name="CATALOG")
    file = BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    with pytest.raises(BadData, match="holds no picture; its extensions are PRIMARY, CATALOG"):
        read_fits(saved(tmp_path / "a", file.getvalue()), LIMITS)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_mutations_are_decoded_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(fits_bytes(galaxy(), WCS_CARDS))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(9, 2879))] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            image = read_fits(saved(tmp_path / "a", bytes(content)), LIMITS)
        except BadData:
            return
    assert np.isfinite(image.pixels[:, ~image.mask]).all()
