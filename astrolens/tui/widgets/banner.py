"""One line that says that the daemon is gone, or that it is back."""

from rich.text import Text

from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.live import Connection, Live
from astrolens.tui.widgets.live_text import LiveText


class Banner(LiveText):
    """Hidden while all is well."""

    DEFAULT_CSS = """
    Banner { height: 1; padding: 0 1; display: none; background: $panel; }
    Banner.-gone { display: block; background: $error 18%; }
    Banner.-gone.-reopens { background: $panel; }
    Banner.-back { display: block; }
    """

    def on_mount(self) -> None:
        """Count the seconds."""
        super().on_mount()
        self.set_interval(1.0, self.redraw)
        self.redraw()

    def redraw(self) -> None:
        """Show or hide with the connection."""
        self.set_class(self.live.connection is Connection.GONE, "-gone")
        self.set_class(self.live.reopening(), "-reopens")
        self.set_class(self.live.attached and self.live.just_back(), "-back")
        if self.display:
            super().redraw()

    def lines(self, width: int) -> list[Text]:
        """The words for the present state of the connection."""
        palette = self.live.palette
        if self.live.attached:
            return [Text(back_words(self.live), palette.normal)]
        colour = palette.unsure if self.live.reopening() else palette.alarm
        return [Text(gone_words(self.live), f"bold {colour}")]


def gone_words(live: Live) -> str:
    """Since when it is gone, what is being done, and how old the screen is."""
    retry = f"trying again every {live.retry_s:g} s"
    if live.seen_at is None:
        return f"{clean(live.reason, 160)} {live.glyphs.dot} {retry}"
    if live.reopening():
        mark = live.glyphs.half
        return f"{mark} the daemon takes up another model, {retry}; what you see is from {live.seen_at:%H:%M:%S} UTC"
    since = words.duration(live.gone_for_s())
    return f"daemon gone {since} ago, {retry}; what you see is from {live.seen_at:%H:%M:%S} UTC"


def back_words(live: Live) -> str:
    """How many events happened meanwhile."""
    if not live.caught_up:
        return "back, nothing happened meanwhile"
    noun = "event was" if live.caught_up == 1 else "events were"
    lost = f", {words.number(live.missed)} are no longer kept" if live.missed else ""
    return f"back, {words.number(live.caught_up)} {noun} caught up{lost}"
