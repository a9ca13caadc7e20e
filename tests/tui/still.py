"""A terminal's state without a terminal: for what only turns state into words."""

from textual.app import App
from textual.signal import Signal

from astrolens.api.wire_status import StatusReply
from astrolens.tui.glyphs import unicode_glyphs
from astrolens.tui.live import Live
from astrolens.tui.palette import dark_palette
from astrolens.tui.widgets.live_text import LiveText
from tests.tui.fake_daemon import busy_stats

WIDTHS = (1, 7, 20, 40, 60, 80, 120, 300)


def still_live(stats: StatusReply | None = None) -> Live:
    """Attached to a busy daemon."""
    owner: App[None] = App()
    live = Live(
        changed=Signal(owner, "changed"),
        withdrawn=Signal(owner, "withdrawn"),
        palette=dark_palette(),
        glyphs=unicode_glyphs(),
        retry_s=1.0,
    )
    live.attach(stats or busy_stats(), 0)
    return live


def words_of(widget: LiveText, width: int = 120) -> str:
    """What a widget draws at a width."""
    return "\n".join(line.plain for line in widget.lines(width))
