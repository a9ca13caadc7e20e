"""What every view shows around its own part: state, banner, tabs, keys."""

from abc import abstractmethod
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widget import Widget

from astrolens.tui.live import Live
from astrolens.tui.screens.keeps_keys import KeepsKeys
from astrolens.tui.widgets.banner import Banner
from astrolens.tui.widgets.key_line import KeyLine
from astrolens.tui.widgets.plain_lines import PlainGround
from astrolens.tui.widgets.status_line import StatusLine
from astrolens.tui.widgets.tabs import Tabs, title_of
from astrolens.tui.widgets.tiny_line import TinyLine


class View(PlainGround, KeepsKeys):
    """A screen with a tab."""

    NAME: ClassVar[str] = ""

    def __init__(self, live: Live) -> None:
        super().__init__()
        self.live = live

    def compose(self) -> ComposeResult:
        """The frame; the part of the view in its middle."""
        yield TinyLine(self.live, self._in_short)
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

    def _in_short(self, width: int) -> list[Text]:
        title = Text(title_of(self.NAME), f"bold {self.live.palette.strong}")
        return [title, *self.in_short(width)]

    def in_short(self, _width: int) -> list[Text]:
        """What a window as large as a stamp shows of this view, in two lines at most."""
        return []

    @abstractmethod
    def body(self) -> Widget:
        """The part of this view."""
