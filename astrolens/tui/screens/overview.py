"""View 1: the flow at a glance."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from astrolens.api.client import Client
from astrolens.tui.album import Album
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import SourcesWanted
from astrolens.tui.screens.view import View
from astrolens.tui.widgets.bar_chart import BarChart
from astrolens.tui.widgets.disk_line import DiskLine
from astrolens.tui.widgets.filmstrip import Filmstrip
from astrolens.tui.widgets.flow import Flow
from astrolens.tui.widgets.latest import Latest
from astrolens.tui.widgets.source_list import SourceList
from astrolens.tui.widgets.status_line import eyes_wanted


class OverviewView(View):
    """Flow, charts, sources, latest events, disk."""

    NAME = "overview"
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "overview",
        [
            Binding(
                "s",
                "sources",
                "sources",
                tooltip="every source with its last error, its options and its credit",
            ),
        ],
    )

    def __init__(self, client: Client, album: Album, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._album = album

    def body(self) -> Widget:
        """The flow leads; the rest is quiet."""
        live = self.live
        images = BarChart(
            live,
            "images an hour, last 24 h",
            lambda stats: stats["images_per_hour"],
            lambda palette: (palette.normal, palette.normal_dim),
            now="now",
        )
        anomalies = BarChart(
            live,
            "anomalies a night, last 30",
            lambda stats: stats["anomalies_per_night"],
            lambda palette: (palette.anomaly, palette.anomaly_dim),
            now="tonight",
            beside=("near misses", lambda stats: stats["near_misses_per_night"]),
        )
        return Vertical(
            Flow(live),
            Horizontal(images, anomalies, id="charts"),
            Container(SourceList(live), Latest(live), id="lower"),
            Filmstrip(self._client, self._album, live),
            DiskLine(live),
            id="body",
        )

    def in_short(self, _width: int) -> list[Text]:
        """Whether a person is wanted."""
        return [] if self.live.stats is None else [eyes_wanted(self.live, self.live.stats)]

    def action_sources(self) -> None:
        """Everything about the sources."""
        self.post_message(SourcesWanted(source=""))
