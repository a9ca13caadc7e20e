"""Lines for the journal and for people."""

import asyncio
import io
import json
import logging
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.config.settings import DaemonSettings
from astrolens.daemon.logs import (
    JsonLines,
    RateLimit,
    TextLines,
    hide_secrets,
    logging_to,
    set_level,
    under_journal,
)

LOG = logging.getLogger("astrolens.test.logs")


def a_record(
    message: str, level: int = logging.INFO, *, trace: bool = False, **extra: object
) -> logging.LogRecord:
    info = None
    if trace:
        try:
            raise ValueError("token=abc123\x1b[31m")
        except ValueError:
            info = sys.exc_info()
    return LOG.makeRecord(LOG.name, level, "f", 1, message, (), info, extra=extra)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
        ("authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("GET /x?api_key=s3cr3t&y=1", "s3cr3t"),
        ("{'password': 'hunter2'}", "hunter2"),
        ("https://me:pa55@example.org/x", "pa55"),
        ("ASTROLENS_TOKEN=deadbeef", "deadbeef"),
        ("the word magpie itself", "magpie"),
    ],
)
def test_secrets_are_hidden(text: str, secret: str) -> None:
    hidden = hide_secrets(text, ["magpie"])
    assert secret not in hidden
    assert "[hidden]" in hidden


def test_plain_words_stay() -> None:
    words = "tokens are counted; the password was not asked for; https://example.org/a?b=c"
    assert hide_secrets(words) == words
    for words in (
        "sources.tns.api_key: missing; register a bot",
        "sources.tns.api_key: is missing; it has no default",
        "sources.apod.api_key: got ********; too long",
    ):
        assert hide_secrets(words) == words


@given(st.text(max_size=300))
def test_any_text_is_one_harmless_line(text: str) -> None:
    record = a_record("%s")
    record.args = (text,)
    for line in (TextLines([]).format(record), JsonLines([]).format(record)):
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
    assert json.loads(JsonLines([]).format(record)[3:])["level"] == "info"


def test_json_lines_carry_priority_fields_and_traceback() -> None:
    line = JsonLines([]).format(a_record("image done", logging.ERROR, trace=True, image_id=5, where="a\x1bb"))
    assert line.startswith("<3>{")
    told = json.loads(line[3:])
    assert told["image_id"] == 5
    assert told["where"] == "a\N{REPLACEMENT CHARACTER}b"
    assert told["at"].endswith("Z")
    assert told["traceback"][0].startswith("Traceback")
    assert "abc123" not in line


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.DEBUG, 7), (logging.INFO, 6), (logging.WARNING, 4), (logging.ERROR, 3), (logging.CRITICAL, 2)],
)
def test_each_level_has_its_priority(level: int, priority: int) -> None:
    assert JsonLines([]).format(a_record("x", level)).startswith(f"<{priority}>")


def test_a_flood_is_cut_and_counted() -> None:
    now = 0.0
    limit = RateLimit(burst=3, window_s=10.0, clock=lambda: now)
    assert [limit.filter(a_record("%s is slow")) for _ in range(6)] == [True] * 3 + [False] * 3
    assert limit.filter(a_record("another template"))
    assert limit.filter(a_record("%s is slow", logging.ERROR, trace=True))
    now = 11.0
    after = a_record("still slow")
    after.msg = "%s is slow"
    after.args = ("sdss",)
    assert limit.filter(after)
    assert after.getMessage() == "sdss is slow (3 more like this were left out)"


def test_the_limit_forgets_so_that_it_stays_small() -> None:
    limit = RateLimit()
    for number in range(3000):
        limit.filter(a_record(f"template {number}"))
    assert len(limit._seen) <= 1001


def test_lines_of_a_loop_are_written_in_order_by_another_thread() -> None:
    async def speak() -> None:
        for number in range(10):
            LOG.info("line %d s3", number)
        LOG.debug("not shown")
        set_level("debug")
        LOG.debug("shown")

    stream = io.StringIO()
    with logging_to(DaemonSettings(log_format="text", log_level="info"), stream=stream, known_secrets=["s3"]):
        asyncio.run(speak())
    LOG.warning("after the end")
    mine = [line.partition("test.logs: ") for line in stream.getvalue().splitlines()]
    words = [words for _, found, words in mine if found]
    assert words == [*(f"line {n} [hidden]" for n in range(10)), "shown"]


def test_tracebacks_reach_the_terminal_indented() -> None:
    stream = io.StringIO()
    with logging_to(DaemonSettings(log_format="text"), stream=stream):
        try:
            raise KeyError("gone")
        except KeyError:
            LOG.exception("it failed")
    text = stream.getvalue()
    assert "it failed\n    Traceback" in text
    assert "KeyError: 'gone'" in text


def test_the_journal_is_known_by_device_and_inode(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        facts = os.fstat(stream.fileno())
        named = {"JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"}
        assert under_journal(stream, named)
        assert not under_journal(stream, {"JOURNAL_STREAM": "1:2"})
        assert not under_journal(io.StringIO(), named)
        with logging_to(DaemonSettings(), stream=stream, environment=named):
            LOG.warning("to the journal")
    assert (tmp_path / "journal").read_text().startswith('<4>{"at":')
