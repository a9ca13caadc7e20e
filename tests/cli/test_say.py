"""Nothing that a stranger wrote reaches a terminal as it is."""

import contextlib
import errno
import io
import json
import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.cli.say import (
    check_writable,
    log_to_stderr,
    number,
    say,
    say_json,
    say_table,
    speak_any_language,
    warnings_to_stderr,
    writing,
)
from astrolens.domain.errors import BadData
from tests.cli.conftest import HOSTILE, harmless


def test_lines_and_tables_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"image {HOSTILE}\nsecond")
    say_table(("key", "n"), [(HOSTILE, "1"), ("b" * 200, "100")], right=frozenset({1}))
    out = capsys.readouterr().out
    assert harmless(out)
    lines = out.splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("nasty")
    assert lines[2].endswith("    1")
    assert len(lines[3]) < 100


def test_the_last_column_keeps_what_a_person_should_do(capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("what", "finding"), [("sources", "x" * 200 + "; correct it")])
    assert capsys.readouterr().out.endswith("; correct it\n")


def test_what_the_alphabet_of_a_terminal_lacks_is_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    speak_any_language()
    say("Bilder/Ümläut")
    say_json({"key": "Ümläut \U0001f52d"})
    sys.stdout.flush()
    line, _, rest = raw.getvalue().decode("ascii").partition("\n")
    assert line == "Bilder/\\xdcml\\xe4ut"
    assert json.loads(rest) == {"key": "Ümläut \U0001f52d"}


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


def test_a_full_disk_is_told_with_the_file() -> None:
    with pytest.raises(BadData, match=r"/x/a\.csv cannot be written: No space left on device; make room"):  # noqa: SIM117
        with writing(Path("/x/a.csv")):
            raise OSError(errno.ENOSPC, "No space left on device")


def test_the_same_line_is_not_said_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        log_to_stderr(logging.WARNING)
        for number_of_it in range(50):
            logging.getLogger("astrolens.x").warning("the disk is full: %d", number_of_it)
        assert capsys.readouterr().err.count("the disk is full") < 10
    finally:
        root.handlers = kept


def test_what_others_hear_is_left_alone() -> None:
    root = logging.getLogger()
    before = [(handler, list(handler.filters)) for handler in root.handlers]
    warnings_to_stderr()
    assert [(handler, list(handler.filters)) for handler in root.handlers] == before
