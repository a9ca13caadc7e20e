"""The views 4 to 8: how each is made, and the key that shows it."""

from collections.abc import Callable, Mapping

from textual.binding import Binding

from astrolens.api.client import Client
from astrolens.tui.album import Album
from astrolens.tui.live import Live
from astrolens.tui.screens.log import LogView
from astrolens.tui.screens.models import ModelsView
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.screens.sky import SkyView
from astrolens.tui.screens.transients import TransientsView
from astrolens.tui.screens.view import View


def more_views(
    client: Client, album: Album, live: Live, reviewer: str | None
) -> Mapping[str, Callable[[], View]]:
    """Views by their names; each is made when it is first shown."""
    return {
        TransientsView.NAME: lambda: TransientsView(client, live),
        SkyView.NAME: lambda: SkyView(client, live),
        ModelsView.NAME: lambda: ModelsView(client, live, reviewer),
        LogView.NAME: lambda: LogView(client, album, live),
        SettingsView.NAME: lambda: SettingsView(client, live),
    }


def more_view_keys() -> tuple[Binding, ...]:
    """One key for each."""
    return (
        Binding("4", "view('transients')", "transients", show=False, tooltip="what changed on the sky"),
        Binding("5", "view('sky')", "sky", show=False, tooltip="where was searched and found"),
        Binding("6", "view('models')", "models", show=False, tooltip="models, calibrations, budget, drift"),
        Binding("7", "view('log')", "log", show=False, tooltip="everything that happened"),
        Binding("8", "view('settings')", "settings", show=False, tooltip="settings and sources"),
    )
