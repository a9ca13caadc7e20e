"""Files against a folder of normals: links followed, broken ones kept with their reason, too few refused."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData
from astrolens.pipeline.score_files import find_files, score_files
from tests.pipeline.pictures import paint


def test_links_are_followed_once_and_order_is_stable(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    files = paint(pictures / "b", 2)
    (pictures / "a.FITS").write_bytes(b"x")
    (pictures / "notes.txt").write_text("no picture")
    (tmp_path / "elsewhere").mkdir()
    (outside,) = paint(tmp_path / "elsewhere", 1, first=9)
    (pictures / "c").symlink_to(tmp_path / "elsewhere")
    (pictures / "b" / "round").symlink_to(pictures)
    (pictures / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    found = find_files([pictures, files[0]])
    assert found == [
        pictures / "a.FITS",
        *files,
        pictures / "c" / outside.name,
        pictures / "gone.jpg",
    ]
    assert find_files([pictures / "notes.txt"]) == [pictures / "notes.txt"]  # named by the person: taken


def test_nothing_to_score_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no such file"):
        find_files([tmp_path / "nowhere"])
    with pytest.raises(BadData, match="known suffixes"):
        find_files([tmp_path])


@pytest.mark.process
def test_files_are_scored_against_normals(tmp_path: Path, tiny_model: Path) -> None:
    normals = paint(tmp_path / "normals", 42)
    (good,) = paint(tmp_path / "new", 1, first=100)
    broken = tmp_path / "new" / "broken.jpg"
    broken.write_bytes(b"<html>maintenance</html>")
    gone = tmp_path / "new" / "gone.jpg"
    gone.symlink_to(tmp_path / "nowhere.jpg")
    large = tmp_path / "new" / "large.jpg"
    large.write_bytes(b"")
    os.truncate(large, 3 * 2**20)
    settings = Settings.model_validate({"analyse": {"model": str(tiny_model)}, "download": {"limit_mb": 2.0}})
    seen: list[tuple[int, int]] = []
    rows = asyncio.run(
        score_files(
            [good, broken, gone, large, normals[0]],
            normals,
            settings,
            processes=1,
            progress=lambda done, every: seen.append((done, every)),
        )
    )
    assert [row.path for row in rows] == [good, broken, gone, large, normals[0]]
    assert [row.verdict is not None for row in rows] == [True, False, False, False, True]
    assert rows[0].sha256 == hashlib.sha256(good.read_bytes()).hexdigest()
    assert rows[1].sha256 == hashlib.sha256(broken.read_bytes()).hexdigest()
    assert "HTML" in rows[1].reason
    assert "No such file" in rows[2].reason
    assert "download.limit_mb" in rows[3].reason
    assert rows[0].reason == ""
    verdict = rows[0].verdict
    assert verdict is not None
    assert not verdict.in_calibration
    assert max(seen) == (47, 47)


@pytest.mark.process
def test_what_belongs_to_the_reference_is_judged_against_the_others(tmp_path: Path, tiny_model: Path) -> None:
    normals = paint(tmp_path / "normals", 42)
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(normals[3].read_bytes())
    (stranger,) = paint(tmp_path / "new", 1, first=100)
    settings = Settings.model_validate({"analyse": {"model": str(tiny_model)}})
    rows = asyncio.run(score_files([*normals, copy, stranger], [*normals, copy], settings, processes=1))
    verdicts = [row.verdict for row in rows]
    assert all(verdict and verdict.in_calibration for verdict in verdicts[:-1])
    assert verdicts[-1] is not None
    assert not verdicts[-1].in_calibration
    assert verdicts[42] == verdicts[3]
    alone = asyncio.run(score_files(normals, [], settings, processes=1))
    for row, verdict in zip(alone, verdicts, strict=False):  # how many lie in one batch moves the last digits
        assert row.verdict is not None
        assert verdict is not None
        assert row.verdict.p_value == pytest.approx(verdict.p_value, abs=0.05)
