"""Verbs about findings, on a daemon that holds a picture with a harmful name."""

import json

import pytest

from tests.cli.conftest import Command, harmless, verb
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(120)]


@pytest.fixture
def nasty(daemon: DaemonProcess) -> int:
    """Number of the picture whose name means harm."""
    for number in range(1, 45):
        reply = json.loads(verb("show", str(number), "--json").output)
        if "nasty" in reply["key"]:
            return number
    raise AssertionError("it was not offered")


def test_candidates_are_listed_and_filtered(daemon: DaemonProcess) -> None:
    page = json.loads(verb("candidates", "--near", "--json", "-n", "500").output)
    assert page["total"] == len(page["rows"])
    sigmas = [row["sigma"] for row in page["rows"]]
    assert sigmas == sorted(sigmas, reverse=True)
    out = verb("candidates", "--near", "--source", "folder", "--label", "none").output
    assert harmless(out)
    assert out.splitlines()[0].split() == [
        "id", "sigma", "p", "verdict", "catalogues", "source", "label", "key",
    ]  # fmt: skip
    assert verb("candidates", "--source", "nobody", "--json").exit_code in (0, 1)
    few = json.loads(
        verb("candidates", "--near", "--json", "--filter", "sigma>2 -label:*", "--sort", "found", "-r").output
    )
    times = [row["found_at"] for row in few["rows"]]
    assert times == sorted(times)
    assert all(row["sigma"] > 2 and row["label"] is None for row in few["rows"])
    refused = verb("candidates", "--filter", "sigma>x")
    assert refused.exit_code != 0


def test_one_picture_is_shown_whole_and_harmless(nasty: int) -> None:
    shown = verb("show", str(nasty))
    assert shown.exit_code == 0
    assert harmless(shown.output)
    for words in (f"image {nasty}", "state done", "no position", "detector", "classes", "shape"):
        assert words in shown.output
    as_json = verb("show", str(nasty), "--json").output
    assert harmless(as_json)
    assert json.loads(as_json)["id"] == nasty


def test_a_label_is_saved_and_listed(daemon: DaemonProcess, nasty: int) -> None:
    said = verb(
        "label", str(nasty), "artefact", "--reviewer", "ada", "--interest", "2", "--note", "a \x1b[31m"
    )
    assert said.exit_code == 0
    assert harmless(said.output)
    assert f"image {nasty} is artefact" in said.output
    row = json.loads(verb("label", str(nasty), "normal", "--json", "--reviewer", "ada").output)
    assert (row["value"], row["reviewer"]) == ("normal", "ada")
    shown = verb("show", str(nasty)).output
    assert "artefact by ada" in shown
    assert harmless(shown)


def test_what_looks_alike_is_listed(nasty: int) -> None:
    rows = json.loads(verb("similar", str(nasty), "-n", "5", "--json").output)
    assert len(rows) == 5
    assert nasty not in {row["id"] for row in rows}
    assert [row["similarity"] for row in rows] == sorted((row["similarity"] for row in rows), reverse=True)
    other = rows[0]["id"]
    listed = verb("similar", str(other), "-n", "43").output
    assert harmless(listed)
    assert "nasty" in listed


def test_a_picture_without_a_position_cannot_be_looked_up(nasty: int, command: Command) -> None:
    ended = command("crossref", str(nasty))
    assert (ended.code, ended.out) == (1, "")
    assert "has no position" in ended.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "99999"), 1, "99999"),
        (("similar", "99999"), 1, "99999"),
        (("label", "99999", "normal"), 1, "99999"),
        (("label", "1", "splendid"), 2, "splendid"),
        (("show", "zero"), 2, "ID"),
        (("candidates", "-n", "0"), 2, "--count"),
        (("crossref",), 2, "--ra and --dec"),
        (("crossref", "1", "--ra", "3"), 2, "--ra and --dec"),
        (("candidates", "--filter", "sigma>>4"), 2, "sigma>3"),
        (("crossref", "--ra", "400", "--dec", "1"), 2, "--ra"),
    ],
)
def test_mistakes_have_their_code(
    daemon: DaemonProcess,
    command: Command,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    ended = command(*arguments)
    assert ended.code == code
    assert words in ended.err
    assert "Traceback" not in ended.err
