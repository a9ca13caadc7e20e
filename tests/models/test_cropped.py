"""Another crop is another name for the numbers, and the same network."""

from pathlib import Path

import numpy as np

from astrolens.models.cropped import with_crop
from astrolens.models.preprocessing import Crop
from astrolens.models.vit import VitEncoder


def test_only_steps_and_name_change(tiny_folder: Path) -> None:
    plain = VitEncoder.load(tiny_folder, "cpu")
    assert with_crop(plain, Crop.FRACTION) is plain
    other = with_crop(plain, Crop.OBJECT)
    assert other.model_id == f"{plain.model_id}-object"
    assert other.preprocessing.crop is Crop.OBJECT
    assert other.preprocessing.size == plain.preprocessing.size
    assert (other.class_names, other.head_names, other.dimension, other.device) == (
        plain.class_names, plain.head_names, plain.dimension, plain.device,
    )  # fmt: skip
    batch = np.random.default_rng(1).uniform(-1, 1, (2, 3, 16, 16)).astype(np.float32)
    np.testing.assert_array_equal(other.encode(batch).embeddings, plain.encode(batch).embeddings)
    np.testing.assert_array_equal(other.patches(batch), plain.patches(batch))
