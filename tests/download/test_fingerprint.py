"""Copies are near, strangers are far."""

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from astrolens.domain.image import Image
from astrolens.download.fingerprint import hamming, perceptual_hash
from astrolens.download.raster import read_raster
from tests.download.pictures import LIMITS, encoded, galaxy, saved


def decoded(path: Path, plane: np.ndarray, kind: str = "PNG", **options: int) -> Image:
    return read_raster(
        saved(path, encoded(np.rint(255 * plane).astype(np.uint8), kind, **options)), LIMITS
    ).image


def test_a_recompressed_copy_is_near(tmp_path: Path) -> None:
    original = perceptual_hash(decoded(tmp_path / "a", galaxy(200, 200)))
    copy = perceptual_hash(decoded(tmp_path / "b", galaxy(200, 200), "JPEG", quality=85))
    assert 0 <= original < 2**64
    assert hamming(original, copy) <= 3


def test_the_same_galaxy_on_another_sky_is_far(tmp_path: Path) -> None:
    one = perceptual_hash(decoded(tmp_path / "a", galaxy(200, 200, seed=1)))
    other = perceptual_hash(decoded(tmp_path / "b", galaxy(200, 200, seed=2)))
    assert hamming(one, other) > 3


def test_hamming() -> None:
    assert hamming(0, 2**64 - 1) == 64
    assert hamming(0b1010, 0b1000) == 1


@pytest.mark.slow
def test_real_galaxies_do_not_pass_for_copies(real_data: Path) -> None:
    paths = random.Random(3).sample(sorted((real_data / "galaxies" / "gz1").glob("*.jpg")), 150)
    hashes = [perceptual_hash(read_raster(path, LIMITS).image) for path in paths]
    assert [pair for pair in combinations(hashes, 2) if hamming(*pair) <= 3] == []
