"""What labels mean, on folders of our own and on the real ones."""

from pathlib import Path

import pytest

from astrolens.bench.sets import SetName, read_set
from astrolens.domain.errors import BadData


def folder(tmp_path: Path) -> Path:
    (tmp_path / "gz1").mkdir()
    (tmp_path / "gz1/labels.csv").write_text(
        "file,label,anomaly,split\na.jpg,elliptical,0,reference\nb.jpg,spiral,0,test\nc.jpg,merger,1,test\nd.jpg,dont_know,0,test\n"
    )
    (tmp_path / "kaggle").mkdir()
    (tmp_path / "kaggle/labels.csv").write_text("file,split\nk.jpg,reference\nl.jpg,test\n")
    (tmp_path / "nongalaxy").mkdir()
    (tmp_path / "nongalaxy/star.jpg").touch()
    (tmp_path / "efigi").mkdir()
    (tmp_path / "efigi/attributes.csv").write_text(
        "PGC,Perturbation,split\nP1,0.25,reference\nP2,,test\nP3,0.75,test\nP4,0.0,test\n"
    )
    for name in ("P1", "P2", "P3"):
        (tmp_path / f"efigi/{name}.jpg").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (SetName.GZ1, (["a.jpg"], ["b.jpg"], ["c.jpg"])),
        (SetName.DONT_KNOW, (["a.jpg"], ["b.jpg"], ["d.jpg"])),
        (SetName.NON_GALAXY, (["k.jpg"], ["l.jpg"], ["star.jpg"])),
        (SetName.EFIGI, (["P1.jpg"], ["P2.jpg"], ["P3.jpg"])),
    ],
)
def test_parts(tmp_path: Path, name: SetName, parts: tuple[list[str], list[str], list[str]]) -> None:
    found = read_set(folder(tmp_path), name)
    assert tuple([path.name for path in part] for part in (found.reference, found.normal, found.odd)) == parts


def test_one_set_needs_no_name(tmp_path: Path) -> None:
    assert read_set(folder(tmp_path) / "gz1").name == "gz1"
    assert read_set(tmp_path / "efigi").name == "efigi"
    assert read_set(tmp_path / "gz1", SetName.NON_GALAXY).odd


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"labels\.csv: No such file or directory; see docs"):
        read_set(tmp_path)
    (tmp_path / "labels.csv").write_text("file,label\na.jpg,spiral\n")
    with pytest.raises(BadData, match="'split' is missing"):
        read_set(tmp_path)
    (tmp_path / "labels.csv").write_text("file,anomaly,split\na.jpg,0,reference\n")
    with pytest.raises(BadData, match="has no test pictures"):
        read_set(tmp_path)


def test_the_real_sets_have_the_known_sizes(real_data: Path) -> None:
    sizes = {
        name: (len(s.normal) + len(s.odd), len(s.odd))
        for name in SetName
        for s in [read_set(real_data / "galaxies", name)]
    }
    assert sizes[SetName.GZ1] == (2058, 83)
    assert sizes[SetName.DONT_KNOW] == (2007, 32)
    assert all(path.is_file() for path in read_set(real_data / "galaxies", SetName.EFIGI).files())
