"""Pictures refuse shapes that no stage expects, and cannot be written to."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from astrolens.domain.image import FetchedFile, Fingerprint, Image, ImageState, MediaType, Offer, QualityFlag


def _image(pixels: object, mask: object) -> Image:
    return Image(pixels=pixels, mask=mask, media_type=MediaType.JPEG, linear=False)  # type: ignore[arg-type]


def test_arrays_are_locked() -> None:
    image = _image(np.zeros((3, 4, 5), np.float32), np.zeros((4, 5), bool))
    for array in (image.pixels, image.mask):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1
    assert (image.position, image.flags) == (None, QualityFlag.NONE)


@pytest.mark.parametrize(
    ("pixels", "mask"),
    [
        (np.zeros((4, 5), np.float32), np.zeros((4, 5), bool)),
        (np.zeros((3, 4, 5), np.float64), np.zeros((4, 5), bool)),
        (np.zeros((3, 4, 5), np.float32), np.zeros((5, 4), bool)),
        (np.zeros((3, 4, 5), np.float32), np.zeros((4, 5), np.uint8)),
    ],
)
def test_other_shapes_are_refused(pixels: object, mask: object) -> None:
    with pytest.raises(ValueError, match="want"):
        _image(pixels, mask)


def test_records_are_frozen() -> None:
    offer = Offer(source="s", key="k", url="https://x.example")
    fetched = FetchedFile(path=Path("x"), sha256="0" * 64, size_bytes=1)
    for record, name in ((offer, "key"), (fetched, "path"), (Fingerprint(phash=1), "phash")):
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, "other")
    assert offer == Offer(source="s", key="k", url="https://x.example")


def test_states_and_flags_are_stored_as_words_and_bits() -> None:
    assert [state.value for state in ImageState][:3] == ["offered", "fetched", "analysed"]
    bits = [flag.value for flag in QualityFlag]
    assert all(bit & (bit - 1) == 0 for bit in bits)
    assert QualityFlag(3) == QualityFlag.SATURATED | QualityFlag.MASKED
