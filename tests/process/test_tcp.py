"""The daemon's optional port on 127.0.0.1, opened by a setting alone."""

import socket
import stat
from pathlib import Path

import pytest

from astrolens.api import orders, questions
from astrolens.api.call import TcpAddress
from astrolens.api.sync_client import SyncClient
from astrolens.domain.errors import ConfigError
from tests.process.profile import DaemonProcess

pytestmark = [pytest.mark.process, pytest.mark.timeout(60)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_who_has_the_token_is_answered_and_nobody_else(tmp_path: Path) -> None:
    house, port = DaemonProcess(tmp_path / "house"), _free_port()
    house.config.write_text(f"[daemon]\ntcp_port = {port}\n{house.config.read_text()}")
    house.start()
    try:
        file = house.data / "api.token"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        friend = SyncClient(TcpAddress(port=port, token=file.read_text().strip()))
        assert friend.ask(questions.health())["state"] in ("running", "degraded")
        with pytest.raises(ConfigError):
            friend.ask(orders.stop())
        with pytest.raises(ConfigError, match="token"):
            SyncClient(TcpAddress(port=port, token="0" * 64)).ask(questions.health())
    finally:
        house.close()
