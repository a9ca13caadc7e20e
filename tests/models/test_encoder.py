"""Every encoder refuses the same batches and fits the same protocol."""

from pathlib import Path

import numpy as np
import pytest

from astrolens.models.encoder import Encoder, check_batch
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.vit import VitEncoder


def test_a_batch_of_network_inputs_passes() -> None:
    check_batch(np.zeros((2, 3, 16, 16), np.float32), 16)


@pytest.mark.parametrize("shape", [(3, 16, 16), (0, 3, 16, 16), (1, 1, 16, 16), (1, 3, 8, 8)])
def test_any_other_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"want \(n, 3, 16, 16\)"):
        check_batch(np.zeros(shape, np.float32), 16)


def test_any_other_type_is_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        check_batch(np.zeros((1, 3, 16, 16)), 16)  # type: ignore[arg-type]


def test_both_encoders_offer_everything(tiny_folder: Path, cache: Path) -> None:
    encoders: list[Encoder] = [
        VitEncoder.load(tiny_folder, "cpu"),
        OnnxEncoder.load(tiny_folder, cache, Precision.FLOAT32),
    ]
    first, second = [
        (one.model_id, one.preprocessing, one.class_names, one.head_names, one.dimension, one.device)
        for one in encoders
    ]
    assert first == second
