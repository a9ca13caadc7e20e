"""How a terminal is attached: to a daemon, only to look, with a recording, or to a recording alone."""

from dataclasses import dataclass
from pathlib import Path

from astrolens.api.client import Client
from astrolens.tui.read_only import ONLY_READS, ReadOnlyClient
from astrolens.tui.recording import Recorder, RecordingClient
from astrolens.tui.replay import ONLY_SHOWS, ReplayClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What was asked for on the command line."""

    read_only: bool = False
    record: Path | None = None
    replay: Path | None = None
    speed: float = 1.0

    def refusal(self) -> str:
        """Why nothing can be changed; empty when it can."""
        if self.replay is not None:
            return ONLY_SHOWS
        return ONLY_READS if self.read_only else ""

    def client(self, socket: Path) -> Client:
        """The client for it, not yet open."""
        if self.replay is not None:
            return ReplayClient(self.replay, speed=self.speed)
        client: Client = Client(socket)
        if self.record is not None:
            client = RecordingClient(client, Recorder(self.record))
        return ReadOnlyClient(client) if self.read_only else client
