import io
import sys
from pathlib import Path

import pytest
from PIL import Image as Raster

from astrolens.config.recipe import Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.pack import open_pack
from astrolens.train.parquet import read_columns, read_pictures
from astrolens.train.rows import find_data
from tests.train.conftest import galaxy, quiet

TABLES = {
    "network": {"size": 16, "patch": 8, "width": 16, "depth": 1, "heads": 2, "feed_forward": 32},
    "data": {
        "sky": {
            "classes": {"kind": {"column": "morphology", "names": {"0": "round", "1": "flat"}}},
            "numbers": {"ttype": {"column": "t", "scale": 5.0}},
        }
    },
}


def webp(number: int) -> bytes:
    out = io.BytesIO()
    Raster.fromarray(galaxy(number)).save(out, "WEBP", lossless=True)
    return out.getvalue()


@pytest.fixture
def sky(tmp_path: Path) -> Path:
    arrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        {"key": f"o{number}", "morphology": number % 2 if number % 3 else None, "t": float(number)}
        | {"split": "test" if number % 4 == 3 else "train"}
        # What must never be read is no picture: to read it would be seen.
        | {"image": {"bytes": b"never" if number % 4 == 3 else webp(number), "path": f"o{number}.webp"}}
        for number in range(24)
    ]
    rows[1]["image"] = {"bytes": b"RIFF0000WEBPbroken", "path": "o1.webp"}
    rows[2]["image"] = None
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "sky.parquet", row_group_size=7)
    return tmp_path / "sky.parquet"


def test_pictures_and_labels(sky: Path, tmp_path: Path) -> None:
    recipe = Recipe.model_validate(TABLES)
    (data,) = find_data([sky], recipe)
    assert [row.place for row in data.rows] == [place for place in range(24) if place % 4 != 3]
    assert data.left_out == {"marked test": 6}
    pack = open_pack(data, recipe, tmp_path / "cache", threads=2, progress=quiet)
    assert pack.skipped == {"damaged picture": 1, "the file is empty": 1}
    assert [row.key for row in pack.rows][:3] == ["o0", "o4", "o5"]
    assert pack.rows[1].values == {"key": "o4", "morphology": "0", "t": "4.0", "split": "train"}
    assert pack.inputs.shape == (16, 3, 16, 16)


def test_only_wanted_rows_are_handed_out(sky: Path) -> None:
    read = dict(read_pictures(sky, "image", [0, 16]))
    assert list(read) == [0, 16]
    assert read[16] == webp(16)


def test_columns_as_text(sky: Path) -> None:
    columns = read_columns(sky, "image", ["t", "absent"])
    assert set(columns) == {"t", "image"}
    assert columns["image"][:3] == ["o0.webp", "o1.webp", ""]


def test_what_is_no_such_file(sky: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no struct column 'picture'"):
        read_columns(sky, "picture", [])
    (tmp_path / "text.parquet").write_text("text")
    with pytest.raises(ConfigError, match=r"text\.parquet"):
        read_columns(tmp_path / "text.parquet", "image", [])


def test_without_pyarrow_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "sky.parquet").touch()
    with pytest.raises(ConfigError, match=r"astrolens\[train\]"):
        find_data([tmp_path / "sky.parquet"], Recipe())
