"""What every view shows around its own part: state, banner, tabs, keys."""

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from astrolens.tui.live import Live
from astrolens.tui.widgets.banner import Banner
from astrolens.tui.widgets.key_line import KeyLine
from astrolens.tui.widgets.status_line import StatusLine
from astrolens.tui.widgets.tabs import Tabs
from astrolens.tui.widgets.tiny_line import TinyLine


class View(Screen[None]):
    """A screen with a tab."""

    NAME: ClassVar[str] = ""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live

    def compose(self) -> ComposeResult:
        """The frame; the part of the view in its middle."""
        yield TinyLine(self.live)
        yield StatusLine(self.live)
        yield Banner(self.live)
        yield Tabs(self.live, self.NAME)
        yield self.body()
        yield KeyLine(self.live)

    def _compositor_refresh(self) -> None:
        """Textual's hook: paint nothing below a screen that covers all of it; coming back paints everything.

        Textual would paint the whole screen above again whenever a line changes down here.
        """
        above = self.app.screen
        if above is self or isinstance(above, ModalScreen):
            super()._compositor_refresh()

    @abstractmethod
    def body(self) -> Widget:
        """The part of this view."""
