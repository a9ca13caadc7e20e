"""The whole decoding, also on real pictures and in a limited process."""

import gzip
import random
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType
from astrolens.download.limits import DecodeLimits
from astrolens.download.stage import decode, read_image
from tests.download.pictures import LIMITS, encoded, fits_bytes, galaxy, header_bytes, levels, saved


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (encoded(levels(), "JPEG"), MediaType.JPEG),
        (encoded(levels()), MediaType.PNG),
        (fits_bytes(galaxy()), MediaType.FITS),
        (gzip.compress(fits_bytes(galaxy())), MediaType.FITS_GZIP),
    ],
)
def test_the_bytes_decide_not_the_name(content: bytes, media_type: MediaType, tmp_path: Path) -> None:
    decoded = decode(saved(tmp_path / "wrong.html", content), LIMITS)
    assert decoded.image.media_type is media_type
    assert decoded.image.pixels.shape[1:] == (48, 64)
    assert 0 < decoded.fingerprint.phash < 2**64
    with PIL.Image.open(BytesIO(decoded.thumbnail)) as drawn:
        assert drawn.size == (64, 48)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><title>not a galaxy</title>", "an HTML page"),
        (encoded(levels(), "JPEG")[:-200], "damaged picture"),
        (encoded(levels(), "TIFF"), "a TIFF; only JPEG, PNG and FITS"),
        (encoded(levels(), "WEBP"), "a WebP"),
        (encoded(levels(), "GIF"), "a GIF"),
        (header_bytes("SIMPLE  =                    T", "BITPIX  =                    8",
                      "NAXIS   =                  999"), "NAXIS"),
        (gzip.compress(header_bytes("SIMPLE  =                    T") + bytes(2**26), compresslevel=1), "bomb|more"),
        (encoded(np.zeros((300, 300, 3), np.uint8), "JPEG"), "blank"),
    ],
)  # fmt: skip
def test_broken_input_has_its_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(BadData, match=reason):
        decode(saved(tmp_path / "a.jpg", content), LIMITS)


def test_a_file_that_vanished(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="cannot be read: No such file"):
        decode(tmp_path / "absent.jpg", LIMITS)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"SIMPLE  =", b"\x1f\x8b\x08"]), st.binary()
)
def test_any_bytes_are_refused_in_words(tmp_path: Path, start: bytes, rest: bytes) -> None:
    with pytest.raises(BadData):
        decode(saved(tmp_path / "a", start + rest), LIMITS)


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["gz1", "kaggle", "nongalaxy", "efigi", "rings", "lenses"])
def test_no_real_picture_is_refused(folder: str, real_data: Path) -> None:
    paths = random.Random(7).sample(sorted((real_data / "galaxies" / folder).glob("*.jpg")), 50)
    for path in paths:
        image = read_image(path, DecodeLimits())
        assert len(image.pixels) in (1, 3)
        assert np.isfinite(image.pixels).all()


@pytest.mark.slow
def test_real_frames_are_read(real_data: Path) -> None:
    streak = read_image(real_data / "artefacts" / "streak" / "long.fits", DecodeLimits())
    assert streak.position is not None
    assert streak.pixel_scale_arcsec == pytest.approx(3.04, rel=1e-3)
    for path in sorted((real_data / "sequences").rglob("*.fits.gz"))[:3]:
        assert read_image(path, DecodeLimits()).media_type is MediaType.FITS_GZIP
