"""Options of the command line become a client."""

from pathlib import Path

from astrolens.api.client import Client
from astrolens.tui.attachment import Attachment
from astrolens.tui.read_only import ReadOnlyClient
from astrolens.tui.recording import RecordingClient
from astrolens.tui.replay import ReplayClient


def test_each_option_has_its_client(tmp_path: Path) -> None:
    socket = tmp_path / "s"
    assert type(Attachment().client(socket)) is Client
    assert Attachment().refusal() == ""
    looking = Attachment(read_only=True)
    assert isinstance(looking.client(socket), ReadOnlyClient)
    assert "--read-only" in looking.refusal()
    recording = Attachment(record=tmp_path / "r", read_only=True).client(socket)
    assert isinstance(recording, ReadOnlyClient)
    assert isinstance(recording.inner, RecordingClient)
    recording.inner._recorder.close()
    shown = Attachment(replay=tmp_path / "r", speed=4)
    assert isinstance(shown.client(socket), ReplayClient)
    assert "recording" in shown.refusal()
