"""View 6: which model looks, how each source is calibrated, and whether the budget is kept."""

from typing import cast

from rich.text import Text
from textual.containers import Container
from textual.widget import Widget

from astrolens.api import view_calls
from astrolens.api.client import Client
from astrolens.api.wire_models import ModelsReply
from astrolens.tui.live import Live
from astrolens.tui.model_text import model_lines
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.widgets.reading import Reading


class ModelsView(AskedView):
    """Versions, calibrations, budget, drift, nights."""

    NAME = "models"
    EVERY_S = 30.0

    def __init__(self, client: Client, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._reply: ModelsReply | None = None
        self._reason = ""

    def body(self) -> Widget:
        """One text that scrolls."""
        return Container(Reading(self.live, self._lines), id="body")

    async def fetch(self) -> object:
        """Ask for all of it."""
        return await self._client.ask(view_calls.models())

    def show_reply(self, reply: object) -> None:
        """Draw it."""
        self._reply, self._reason = cast(ModelsReply, reply), ""
        self.query_one(Reading).redraw()

    def show_failure(self, reason: str) -> None:
        """Say it in the first line."""
        self._reason = reason
        self.query_one(Reading).redraw()

    def _lines(self, width: int) -> list[Text]:
        palette = self.live.palette
        lines = []
        if self._reason:
            lines = [Text(f"The models could not be read: {self._reason}", palette.alarm), Text("")]
        if self._reply is None:
            return lines or [Text("Reading what is known of the models.", palette.quiet)]
        return [*lines, *model_lines(self._reply, palette, self.live.glyphs, width)]
