"""Nothing that a stranger wrote reaches a terminal as it is."""

import contextlib
import io
import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.cli.say import check_writable, log_to_stderr, number, say, say_json, say_table
from astrolens.domain.errors import BadData
from tests.cli.conftest import HOSTILE, harmless


def test_lines_and_tables_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"image {HOSTILE}\nsecond")
    say_table(("n", "key"), [("1", HOSTILE), ("100", "b" * 200)], right=frozenset({0}))
    out = capsys.readouterr().out
    assert harmless(out)
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("  1  nasty")
    assert len(lines[3]) < 100


def test_an_empty_table_has_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("id", "key"), [])
    assert capsys.readouterr().out == "id  key\n"


def test_json_keeps_every_word_and_has_no_nan(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "key": HOSTILE,
        "sigma": float("nan"),
        "p": [float("inf"), 0.5],
        3: ("σ", "\U0001f52d", "\udcff"),
    }
    say_json(value)
    out = capsys.readouterr().out
    assert harmless(out)
    assert "σ" in out
    assert json.loads(out) == {
        "key": HOSTILE, "sigma": None, "p": [None, 0.5], "3": ["σ", "\U0001f52d", "\udcff"],
    }  # fmt: skip


@given(st.text())
def test_json_of_any_text_reads_back_the_same(text: str) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        say_json({"key": text})
    assert harmless(out.getvalue())
    assert json.loads(out.getvalue()) == {"key": text}


def test_numbers_that_are_none_are_a_dash() -> None:
    assert (number(None), number(float("nan")), number(2.345), number(0.00012, ".1e")) == (
        "-", "-", "2.3", "1.2e-04",
    )  # fmt: skip


def test_log_lines_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        log_to_stderr(logging.WARNING)
        logging.getLogger("astrolens.test").warning("%s: is gone", HOSTILE)
        logging.getLogger("astrolens.test").info("not shown")
    finally:
        root.handlers[:], root.level = before, level
    err = capsys.readouterr().err
    assert harmless(err)
    assert err.count("\n") == 1


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.csv")
    for place in (tmp_path, tmp_path / "nowhere" / "new.csv"):
        with pytest.raises(BadData, match="cannot be written"):
            check_writable(place)
