"""Daemons as processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.profile import DaemonProcess


@pytest.fixture
def house(tmp_path: Path) -> Iterator[DaemonProcess]:
    """A profile whose daemon is not started yet, and surely dead afterwards."""
    one = DaemonProcess(tmp_path / "house")
    yield one
    one.close()
