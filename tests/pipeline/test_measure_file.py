"""One file, decoded and measured as the child process does it."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrolens.domain.analysis import MorphologyFlag
from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType
from astrolens.models.preprocessing import Crop, Measures, Preprocessing
from astrolens.pipeline.measure_file import FUNCTION, Measured, measure_file, read_reply, request
from astrolens.pipeline.sandbox_wire import pack_reply, unpack_reply
from tests.download.pictures import LIMITS, fits_bytes, galaxy, saved
from tests.pipeline.pictures import paint

STEPS = Preprocessing(size=16, crop_fraction=0.5)
WCS = {
    "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 210.0, "CRVAL2": -3.5, "CRPIX1": 32.5, "CRPIX2": 24.5,
    "CDELT1": -2.0 / 3600.0, "CDELT2": 2.0 / 3600.0,
}  # fmt: skip


def measured(path: Path, *, thumbnail: bool = True, pixel_scale_arcsec: float | None = None) -> Measured:
    """Through the frame that separates the processes."""
    arguments = request(path, LIMITS, STEPS, pixel_scale_arcsec=pixel_scale_arcsec, thumbnail=thumbnail)
    header, *parts = pack_reply(measure_file(arguments))[1:]
    return read_reply(unpack_reply(json.loads(bytes(header)), b"".join(bytes(part) for part in parts)))


def test_a_colour_picture(tmp_path: Path) -> None:
    (file,) = paint(tmp_path, 1)
    found = measured(file)
    assert found.network_input.shape == (3, 16, 16)
    assert found.network_input.dtype == np.float32
    assert np.isfinite(found.network_input).all()
    assert (found.facts.width, found.facts.height) == (48, 48)
    assert found.facts.media_type is MediaType.JPEG
    assert found.facts.position is None
    assert found.facts.phash > 0
    assert found.thumbnail[:3] == b"\xff\xd8\xff"
    assert found.morphology.half_light_radius_px > 1.0
    assert math.isnan(found.morphology.half_light_radius_arcsec)


def test_a_scale_of_the_source_counts_when_the_file_has_none(tmp_path: Path) -> None:
    (file,) = paint(tmp_path, 1)
    shape = measured(file, pixel_scale_arcsec=0.5).morphology
    assert shape.half_light_radius_arcsec == pytest.approx(0.5 * shape.half_light_radius_px)


def test_a_fits_says_where_it_is_and_its_own_scale_wins(tmp_path: Path) -> None:
    file = saved(tmp_path / "a.fits", fits_bytes(galaxy(), WCS))
    found = measured(file, pixel_scale_arcsec=0.5)
    assert found.facts.media_type is MediaType.FITS
    assert found.facts.position is not None
    assert found.facts.position.ra_deg == pytest.approx(210.0, abs=0.01)
    assert found.facts.position.dec_deg == pytest.approx(-3.5, abs=0.01)
    assert found.facts.pixel_scale_arcsec == pytest.approx(2.0, rel=1e-3)


def test_without_a_thumbnail_the_numbers_are_the_same(tmp_path: Path) -> None:
    (file,) = paint(tmp_path, 1)
    full, bare = measured(file), measured(file, thumbnail=False)
    assert (bare.thumbnail, bare.facts.phash) == (b"", 0)
    np.testing.assert_array_equal(full.network_input, bare.network_input)
    assert full.morphology.numbers() == pytest.approx(bare.morphology.numbers(), nan_ok=True)


@pytest.mark.parametrize("content", [b"", b"<html>maintenance</html>", b"\xff\xd8\xff\xe0 cut"])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadData):
        measured(saved(tmp_path / "a.jpg", content))


def test_the_child_finds_the_function_by_its_name() -> None:
    module, _, name = FUNCTION.partition(":")
    assert (module, name) == (measure_file.__module__, measure_file.__name__)


def test_a_model_may_ask_for_the_sky_alone(tmp_path: Path) -> None:
    (file,) = paint(tmp_path, 1)
    whole = measured(file)
    bare = replace(STEPS, measures=Measures.SKY)
    for steps, extent in ((bare, False), (bare, True), (replace(bare, crop=Crop.OBJECT), False)):
        header, *parts = pack_reply(measure_file(request(file, LIMITS, steps, extent=extent)))[1:]
        found = read_reply(unpack_reply(json.loads(bytes(header)), b"".join(bytes(part) for part in parts)))
        assert found.morphology.flags & MorphologyFlag.NOT_ASKED
        assert found.morphology.sky == pytest.approx(whole.morphology.sky, abs=0.05)
        assert math.isnan(found.morphology.asymmetry)
        assert found.pixels.size == found.miniature.size == 0
        if extent or steps.crop is Crop.OBJECT:
            assert found.morphology.area_fraction == pytest.approx(whole.morphology.area_fraction)
        else:
            assert math.isnan(found.morphology.area_fraction)
            np.testing.assert_array_equal(found.network_input, whole.network_input)
