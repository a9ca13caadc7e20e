"""Lists of targets: what is read, and how a mistake is named."""

from math import isnan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.errors import ConfigError
from astrolens.sampling.targets import read_targets


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    text = "# my list\nName, RA ,Dec,Radius,z\nM 51,202.47,47.195,300,0.001\n\n,360,-90,,\n"
    targets = read_targets(_file(tmp_path, text), "k")
    assert targets.ra_deg.tolist() == [202.47, 0.0]
    assert targets.dec_deg.tolist() == [47.195, -90.0]
    assert targets.names == ("M 51", "")
    assert targets.radius_arcsec[0] == 300
    assert isnan(targets.radius_arcsec[1])


def test_a_position_that_comes_again_is_left_out(tmp_path: Path) -> None:
    targets = read_targets(_file(tmp_path, "\ufeffra,dec,name\n1,2,first\n3,4,b\n1.0,2.0,again\n"), "k")
    assert targets.names == ("first", "b")


def test_names_are_made_safe(tmp_path: Path) -> None:
    (name,) = read_targets(_file(tmp_path, 'ra,dec,name\n1,2,"a\x1b[31m\nb"\n'), "k").names
    assert name.isprintable()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ra,dec\n1,2\n400,3\n", "line 3, column ra: got '400'; want a number from 0 to 360"),
        ("ra,dec\n1,2\n\n4,x\n", "line 4, column dec: got 'x'"),
        ("ra,dec\n1\n", "line 2, column dec: got ''"),
        ("ra,dec,radius\n1,2,-5\n", "line 2, column radius"),
        ("ra,dec\nnan,2\n", "line 2, column ra: got 'nan'"),
        ("alpha,delta\n1,2\n", "no column ra and no column dec; the header is 'alpha, delta'"),
        ("ra\n1\n", "no column dec;"),
        ("", "holds no target"),
        ("ra,dec\n", "holds no target"),
    ],
)
def test_a_mistake_is_named_with_line_and_column(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_targets(_file(tmp_path, text), "sources.x.sampling.targets")
    assert str(caught.value).startswith("sources.x.sampling.targets: ")
    assert words in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_targets(tmp_path / "nothing.csv", "k")
    (tmp_path / "latin.csv").write_bytes(b"ra,dec,name\n1,2,\xe9\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_targets(tmp_path / "latin.csv", "k")


@given(st.text(max_size=300))
def test_no_text_does_more_than_be_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("any") / "list.csv"
    file.write_bytes(("ra,dec\n" + text).encode("utf-8", "surrogatepass"))
    try:
        targets = read_targets(file, "k")
    except ConfigError:
        return
    assert len(targets.names) == len(targets.ra_deg) >= 1
    assert ((targets.ra_deg >= 0) & (targets.ra_deg < 360)).all()
