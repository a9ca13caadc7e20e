"""A kept graph is used while it is whole, made again when it is not, and never trusted blindly."""

from pathlib import Path

import pytest

from astrolens.models.onnx_cache import cache_folder, cached_graph


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
