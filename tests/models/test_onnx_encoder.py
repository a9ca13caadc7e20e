"""ONNX Runtime gives torch's numbers, and int8 finds as much."""

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.models.folder import int8_is_proven, model_folder
from astrolens.models.onnx_cache import cache_folder
from astrolens.models.onnx_encoder import OnnxEncoder
from astrolens.models.onnx_export import Precision
from astrolens.models.vit import VitEncoder
from tests.models.tiny import CLASS_NAMES, DIMENSION, SIZE


def some_batch(count: int, size: int = SIZE) -> NDArray[np.float32]:
    return np.random.default_rng(7).uniform(-1, 1, (count, 3, size, size)).astype(np.float32)


def test_float32_is_torch_by_number_and_name(tiny_folder: Path, cache: Path) -> None:
    torch, onnx = VitEncoder.load(tiny_folder, "cpu"), OnnxEncoder.load(tiny_folder, cache, Precision.FLOAT32)
    want, got = torch.encode(some_batch(9)), onnx.encode(some_batch(9))
    np.testing.assert_allclose(got.embeddings, want.embeddings, atol=1e-5)
    np.testing.assert_allclose(got.logits, want.logits, atol=1e-5)
    np.testing.assert_allclose(got.heads["pair"], want.heads["pair"], atol=1e-5)
    assert (onnx.model_id, onnx.class_names, onnx.head_names) == (torch.model_id, CLASS_NAMES, ("pair",))
    assert onnx.dimension == torch.dimension == DIMENSION
    assert onnx.device == torch.device == "cpu"


def test_int8_is_close_and_has_its_own_name(tiny_folder: Path, cache: Path) -> None:
    torch, onnx = VitEncoder.load(tiny_folder, "cpu"), OnnxEncoder.load(tiny_folder, cache, Precision.INT8)
    want, got = torch.encode(some_batch(9)).embeddings, onnx.encode(some_batch(9)).embeddings
    lengths = np.linalg.norm(want, axis=1) * np.linalg.norm(got, axis=1)
    assert ((want * got).sum(axis=1) / lengths).min() > 0.99
    assert np.abs(want - got).max() > 1e-6
    assert onnx.model_id == f"{torch.model_id}-int8"


@pytest.mark.parametrize("precision", list(Precision))
def test_a_row_does_not_depend_on_its_batch(tiny_folder: Path, cache: Path, precision: Precision) -> None:
    encoder, batch = OnnxEncoder.load(tiny_folder, cache, precision), some_batch(7)
    batch[3] *= 40.0  # one scale for a whole batch in int8 would ruin the others
    together = encoder.encode(batch).embeddings
    alone = np.concatenate([encoder.encode(batch[row : row + 1]).embeddings for row in range(len(batch))])
    if precision is Precision.INT8:
        np.testing.assert_array_equal(together, alone)
    else:
        np.testing.assert_allclose(together, alone, atol=1e-5)


def test_wrong_batches_are_refused(tiny_folder: Path, cache: Path) -> None:
    encoder = OnnxEncoder.load(tiny_folder, cache, Precision.FLOAT32)
    with pytest.raises(ValueError, match="shape"):
        encoder.encode(np.zeros((0, 3, SIZE, SIZE), np.float32))
    with pytest.raises(ValueError, match="float64"):
        encoder.encode(np.zeros((1, 3, SIZE, SIZE)))  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_int8_finds_as_much_as_float32(real_data: Path) -> None:
    """The shipped evidence on a part of the data: AUROC of mergers by novelty and by the pair head."""
    from sklearn.covariance import LedoitWolf
    from sklearn.metrics import roc_auc_score

    from astrolens.analyse.preprocess import to_network_input
    from astrolens.download.limits import DecodeLimits
    from astrolens.download.stage import read_image

    folder = real_data / "galaxies" / "gz1"
    with (folder / "labels.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    reference = [row["file"] for row in rows if row["split"] == "reference"][:100]
    tested = [row for row in rows if row["split"] == "test" and row["label"] != "dont_know"]
    mergers = [row["file"] for row in tested if row["label"] == "merger"][:50]
    normal = [row["file"] for row in tested if row["label"] != "merger"][:70]
    model = model_folder("bundled")
    assert int8_is_proven(model)
    wrong = np.repeat([False, True], [len(normal), len(mergers)])
    found: dict[Precision, dict[str, float]] = {}
    batch: NDArray[np.float32] | None = None
    for precision in Precision:
        encoder = OnnxEncoder.load(model, cache_folder(real_data), precision)
        if batch is None:
            names = [*reference, *normal, *mergers]
            pictures = [read_image(folder / name, DecodeLimits()) for name in names]
            batch = np.stack([to_network_input(picture, encoder.preprocessing) for picture in pictures])
        encoded = encoder.encode(batch)
        unit = encoded.embeddings.astype(np.float64)
        unit /= np.linalg.norm(unit, axis=1, keepdims=True)
        novelty = LedoitWolf().fit(unit[: len(reference)]).mahalanobis(unit)
        scores = {"novelty": novelty, "pair": encoded.heads["pair"]}
        found[precision] = {
            name: roc_auc_score(wrong, score[len(reference) :]) for name, score in scores.items()
        }
    for name in ("novelty", "pair"):
        assert found[Precision.FLOAT32][name] > 0.8
        assert found[Precision.INT8][name] > found[Precision.FLOAT32][name] - 0.005
