"""JPEG and PNG in every mode, and broken in every way."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType, QualityFlag
from astrolens.download.raster import read_raster
from tests.download.pictures import LIMITS, encoded, galaxy, levels, saved


def test_colour_png_keeps_every_level(tmp_path: Path) -> None:
    image = read_raster(saved(tmp_path / "a", encoded(levels())), LIMITS).image
    np.testing.assert_array_equal(np.rint(image.pixels * 255), levels().transpose(2, 0, 1))
    assert (image.media_type, image.linear, image.flags) == (MediaType.PNG, False, QualityFlag.NONE)
    assert image.pixels.dtype == np.float32
    assert image.pixels.shape == (3, 48, 64)
    assert not image.mask.any()
    assert not image.pixels.flags.writeable


def test_jpeg_is_close(tmp_path: Path) -> None:
    image = read_raster(saved(tmp_path / "a", encoded(levels(), "JPEG", quality=95)), LIMITS).image
    assert image.media_type is MediaType.JPEG
    assert np.abs(image.pixels[0] - levels()[..., 0] / 255).mean() < 0.02


@pytest.mark.parametrize(
    ("mode", "kind", "bands"),
    [("1", "PNG", 1), ("L", "PNG", 1), ("L", "JPEG", 1), ("LA", "PNG", 1), ("P", "PNG", 3), ("RGBA", "PNG", 3),
     ("CMYK", "JPEG", 3), ("I;16", "PNG", 1)],
)  # fmt: skip
def test_every_mode_becomes_one_or_three_bands(mode: str, kind: str, bands: int, tmp_path: Path) -> None:
    file = BytesIO()
    PIL.Image.fromarray(levels()).convert("L" if mode == "I;16" else "RGB").convert(mode).save(
        file, format=kind
    )
    image = read_raster(saved(tmp_path / "a", file.getvalue()), LIMITS).image
    assert image.pixels.shape == (bands, 48, 64)
    assert 0.0 <= image.pixels.min() < image.pixels.max() <= 1.0


def test_sixteen_bits_are_kept(tmp_path: Path) -> None:
    deep = np.rint(galaxy() * 65535).astype(np.uint16)
    image = read_raster(saved(tmp_path / "a", encoded(deep)), LIMITS).image
    np.testing.assert_array_equal(np.rint(image.pixels[0].astype(np.float64) * 65535), deep)


def test_transparency_does_not_hide_pixels(tmp_path: Path) -> None:
    hidden = np.dstack([levels(), np.zeros(levels().shape[:2], np.uint8)])
    image = read_raster(saved(tmp_path / "a", encoded(hidden)), LIMITS).image
    np.testing.assert_array_equal(np.rint(image.pixels * 255), levels().transpose(2, 0, 1))


def test_orientation_is_left_aside(tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    plain = read_raster(saved(tmp_path / "a", encoded(levels(), "JPEG")), LIMITS).image
    turned = read_raster(saved(tmp_path / "b", encoded(levels(), "JPEG", exif=exif)), LIMITS).image
    np.testing.assert_array_equal(plain.pixels, turned.pixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_every_truncation_is_refused(kind: str, tmp_path: Path) -> None:
    content = encoded(levels(), kind)
    for cut in range(4, len(content) - 20, max(1, len(content) // 40)):
        with pytest.raises(BadData, match=r"damaged picture|blank"):
            read_raster(saved(tmp_path / "a", content[:cut]), LIMITS)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP", "BMP"])
def test_other_formats_are_not_opened(kind: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match="damaged picture"):
        read_raster(saved(tmp_path / "a", encoded(levels(), kind)), LIMITS)


@pytest.mark.parametrize("level", [0, 1, 128, 255])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_blank_tiles_are_refused(level: int, kind: str, tmp_path: Path) -> None:
    tile = np.full((256, 256, 3), level, np.uint8)
    tile[10, 10:14] = 255 - level
    with pytest.raises(BadData, match="blank"):
        read_raster(saved(tmp_path / "a", encoded(tile, kind)), LIMITS)


def test_half_a_field_is_flagged(tmp_path: Path) -> None:
    half = levels()
    half[:, 40:] = 0
    image = read_raster(saved(tmp_path / "a", encoded(half)), LIMITS).image
    assert image.flags & QualityFlag.TRUNCATED_FIELD


def test_a_blown_out_star_is_flagged(tmp_path: Path) -> None:
    blown = levels()
    blown[5:15, 15:25] = 255
    assert read_raster(saved(tmp_path / "a", encoded(blown)), LIMITS).image.flags is QualityFlag.SATURATED


def test_sizes_are_bounded(tmp_path: Path) -> None:
    small = levels()[:15]
    with pytest.raises(BadData, match="64 x 15 pixels; a side under 16"):
        read_raster(saved(tmp_path / "a", encoded(small)), LIMITS)
    wide = np.zeros((1001, 1000), np.uint8)
    with pytest.raises(BadData, match="1000 x 1001 pixels; at most 1 million"):
        read_raster(saved(tmp_path / "a", encoded(wide)), LIMITS)


@pytest.mark.parametrize(
    ("width", "height"), [(20_000, 20_000), (2**31 - 1, 2**31 - 1), (0, 100), (100_000, 1)]
)
def test_a_png_that_claims_to_be_huge_is_not_decoded(width: int, height: int, tmp_path: Path) -> None:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    )
    with pytest.raises(BadData, match=r"pixels|damaged"):
        read_raster(saved(tmp_path / "a", b"\x89PNG\r\n\x1a\n" + chunks), LIMITS)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_mutations_are_decoded_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(encoded(levels(), data.draw(st.sampled_from(["JPEG", "PNG"]))))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(3, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = read_raster(saved(tmp_path / "a", bytes(content)), LIMITS).image
    except BadData:
        return
    assert np.isfinite(image.pixels).all()
