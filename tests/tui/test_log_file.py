"""The log stays off the screen."""

import logging
from pathlib import Path

import pytest

from astrolens.tui.log_file import logging_to


def test_records_go_to_the_file_and_handlers_come_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list(logging.getLogger().handlers)
    with logging_to(tmp_path / "logs" / "tui.log"):
        logging.getLogger("astrolens.tui").error("a worker failed: %s", 7)
    assert "a worker failed: 7" in (tmp_path / "logs" / "tui.log").read_text()
    assert logging.getLogger().handlers == before
    with logging_to(None):
        logging.getLogger("astrolens.tui").error("nowhere")
    assert capsys.readouterr() == ("", "")
