"""ONNX Runtime gives torch's numbers, int8 gives as good ones, and what is kept on disk is never trusted blindly."""

import csv
import json
import logging
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from astrolens.domain.errors import ConfigError, Unavailable
from astrolens.models.folder import int8_is_proven, model_folder, model_id
from astrolens.models.load import load_encoder
from astrolens.models.onnx_cache import cache_folder, cached_graph
from astrolens.models.onnx_encoder import OnnxEncoder, graph_name, open_session
from astrolens.models.onnx_export import Precision, export, export_apart, main
from astrolens.models.vit import VitEncoder
from tests.models.tiny import CLASS_NAMES, DIMENSION, SIZE, write_tiny_model


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def cache(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    for precision in Precision:
        cached_graph(folder, graph_name(tiny, precision), partial(export, tiny, precision))
    return folder


def some_batch(count: int, size: int = SIZE) -> NDArray[np.float32]:
    return np.random.default_rng(7).uniform(-1, 1, (count, 3, size, size)).astype(np.float32)


def test_float32_is_torch_by_number_and_name(tiny: Path, cache: Path) -> None:
    torch, onnx = VitEncoder.load(tiny, "cpu"), OnnxEncoder.load(tiny, cache, Precision.FLOAT32)
    want, got = torch.encode(some_batch(9)), onnx.encode(some_batch(9))
    np.testing.assert_allclose(got.embeddings, want.embeddings, atol=1e-5)
    np.testing.assert_allclose(got.logits, want.logits, atol=1e-5)
    np.testing.assert_allclose(got.heads["pair"], want.heads["pair"], atol=1e-5)
    assert (onnx.model_id, onnx.class_names, onnx.head_names) == (torch.model_id, CLASS_NAMES, ("pair",))
    assert onnx.dimension == torch.dimension == DIMENSION
    assert onnx.device == torch.device == "cpu"


def test_int8_is_close_and_has_its_own_name(tiny: Path, cache: Path) -> None:
    torch, onnx = VitEncoder.load(tiny, "cpu"), OnnxEncoder.load(tiny, cache, Precision.INT8)
    want, got = torch.encode(some_batch(9)).embeddings, onnx.encode(some_batch(9)).embeddings
    lengths = np.linalg.norm(want, axis=1) * np.linalg.norm(got, axis=1)
    assert ((want * got).sum(axis=1) / lengths).min() > 0.99
    assert np.abs(want - got).max() > 1e-6
    assert onnx.model_id == f"{torch.model_id}-int8"


@pytest.mark.parametrize("precision", list(Precision))
def test_a_row_does_not_depend_on_its_batch(tiny: Path, cache: Path, precision: Precision) -> None:
    encoder, batch = OnnxEncoder.load(tiny, cache, precision), some_batch(7)
    batch[3] *= 40.0  # one scale for a whole batch in int8 would ruin the others
    together = encoder.encode(batch).embeddings
    alone = np.concatenate([encoder.encode(batch[row : row + 1]).embeddings for row in range(len(batch))])
    if precision is Precision.INT8:
        np.testing.assert_array_equal(together, alone)
    else:
        np.testing.assert_allclose(together, alone, atol=1e-5)


def test_wrong_batches_are_refused(tiny: Path, cache: Path) -> None:
    encoder = OnnxEncoder.load(tiny, cache, Precision.FLOAT32)
    with pytest.raises(ValueError, match="shape"):
        encoder.encode(np.zeros((0, 3, SIZE, SIZE), np.float32))
    with pytest.raises(ValueError, match="float64"):
        encoder.encode(np.zeros((1, 3, SIZE, SIZE)))  # type: ignore[arg-type]


def test_a_graph_is_made_once_and_again_when_damaged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[int] = []

    def build() -> bytes:
        made.append(len(made))
        return b"graph"

    folder = tmp_path / "not" / "there"
    assert cached_graph(folder, "org/name-int8", build) == cached_graph(folder, "org/name-int8", build)
    assert len(made) == 1
    assert {path.name for path in folder.iterdir()} == {"org_name-int8.onnx", "org_name-int8.json"}
    (folder / "org_name-int8.onnx").write_bytes(b"grapf")
    assert cached_graph(folder, "org/name-int8", build) == b"graph"
    assert "is damaged" in caplog.text
    for content in (b"{", b"[]", b"{}"):
        (folder / "org_name-int8.json").write_bytes(content)
        assert cached_graph(folder, "org/name-int8", build) == b"graph"
    assert len(made) == 5
    cached_graph(folder, "org/name-int8", build)
    assert len(made) == 5


def test_a_folder_that_takes_nothing_costs_only_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert cached_graph(tmp_path / "file" / "models", "x", lambda: b"graph") == b"graph"
    assert "written again at the next start" in caplog.text


def test_cache_folder_can_be_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASTROLENS_MODEL_CACHE", raising=False)
    assert cache_folder(tmp_path) == tmp_path / "models"
    monkeypatch.setenv("ASTROLENS_MODEL_CACHE", str(tmp_path / "shared"))
    assert cache_folder(tmp_path) == tmp_path / "shared"


@pytest.mark.process
@pytest.mark.timeout(120)
def test_the_process_that_exports_hands_back_the_graph(tiny: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        graph = export_apart(tiny, Precision.INT8)
    assert {record.name for record in caplog.records} == {"astrolens.models.onnx_export"}
    assert open_session(graph, 1).get_outputs()[0].shape[1] == DIMENSION


def test_a_damaged_model_is_told_from_one_that_cannot_be_written(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "broken")
    (folder / "model.safetensors").write_bytes(b"no weights at all")
    assert main([str(folder), "float32", str(tmp_path)]) == 0
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer["error"] == "ConfigError"
    assert "no ViTModel could be read" in answer["message"]


@pytest.mark.process
def test_a_kept_graph_needs_no_torch(tiny: Path, cache: Path) -> None:
    OnnxEncoder.load(tiny, cache, Precision.FLOAT32)
    code = (
        "import sys; from pathlib import Path; from astrolens.models.load import load_encoder; "
        f"load_encoder(Path({str(tiny)!r}), Path({str(cache)!r}), device='cpu'); "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'onnx')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=20).returncode == 0


def test_on_a_cpu_auto_is_onnx_in_the_proven_precision(tmp_path: Path, cache: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    plain = load_encoder(folder, cache, device="cpu")
    assert isinstance(plain, OnnxEncoder)
    assert plain.model_id == model_id(folder)
    (folder / "precision.json").write_text(json.dumps({"int8_measured_for": model_id(folder)}))
    assert int8_is_proven(folder)
    assert load_encoder(folder, cache, device="cpu").model_id == f"{model_id(folder)}-int8"
    assert load_encoder(folder, cache, device="cpu", precision="float32").model_id == model_id(folder)
    assert isinstance(load_encoder(folder, cache, device="cpu", runtime="torch"), VitEncoder)
    (folder / "precision.json").write_text(json.dumps({"int8_measured_for": "other-weights"}))
    assert not int8_is_proven(folder)


@pytest.mark.parametrize(
    "wishes",
    [
        {"device": "cuda", "runtime": "onnx"},
        {"device": "cuda", "precision": "int8"},
        {"runtime": "torch", "precision": "int8"},
    ],
)
def test_wishes_that_contradict_each_other(tiny: Path, cache: Path, wishes: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"analyse\."):
        load_encoder(tiny, cache, **wishes)  # type: ignore[arg-type]


def test_without_the_packages_torch_steps_in_and_says_so(
    tiny: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("astrolens.models.onnx_encoder.find_spec", lambda _name: None)
    assert isinstance(load_encoder(tiny, cache, device="cpu"), VitEncoder)
    assert [record.message for record in caplog.records if "pip install onnx onnxruntime" in record.message]
    with pytest.raises(ConfigError, match="pip install"):
        load_encoder(tiny, cache, runtime="onnx")


def test_export_needs_both_packages(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrolens.models.onnx_export.find_spec", lambda _name: None)
    with pytest.raises(Unavailable, match="onnx and onnxruntime not installed"):
        export(tiny, Precision.FLOAT32)


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
