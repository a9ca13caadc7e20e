"""Heads are read strictly and applied as torch would."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from astrolens.domain.errors import ConfigError
from astrolens.models.heads import LinearHeads
from tests.models.tiny import CLASS_NAMES, DIMENSION, write_tiny_model


def test_each_head_is_a_dot_product_and_a_bias(tiny_folder: Path) -> None:
    heads, stored = LinearHeads.load(tiny_folder, DIMENSION), load_file(tiny_folder / "heads.safetensors")
    embeddings = np.random.default_rng(1).normal(size=(4, DIMENSION)).astype(np.float32)
    encoded = heads.read(embeddings)
    assert encoded.embeddings is embeddings
    assert encoded.logits.shape == (4, len(CLASS_NAMES))
    want = [float(row @ stored["pair.weight"][0] + stored["pair.bias"][0]) for row in embeddings]
    np.testing.assert_allclose(encoded.heads["pair"], want, rtol=1e-5)
    assert {encoded.logits.dtype, encoded.heads["pair"].dtype} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number_heads": ["lens"]}, "no head named 'lens'"),
        ({"class_names": ["a", "b", "c"]}, r"want \(3, 32\)"),
    ],
)
def test_heads_must_be_there_and_fit(tmp_path: Path, change: dict[str, object], words: str) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    path = folder / "heads.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ConfigError, match=words):
        LinearHeads.load(folder, DIMENSION)


def test_damaged_heads_are_said(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path / "tiny")
    (folder / "heads.safetensors").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"heads\.safetensors"):
        LinearHeads.load(folder, DIMENSION)
