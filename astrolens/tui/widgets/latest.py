"""The latest events worth a line, newest first."""

from rich.text import Text

from astrolens.tui.eventwords import event_lines
from astrolens.tui.widgets.live_text import LiveText


class Latest(LiveText):
    """As many events as there is room for."""

    DEFAULT_CSS = """
    Latest { height: 1fr; padding: 0 1; }
    """

    def lines(self, width: int) -> list[Text]:
        """Heading, then each event with its second line while there is room."""
        palette = self.live.palette
        lines = [Text("Latest", palette.quiet)]
        room = self.content_size.height
        if room < 2:
            return []
        roomy = room > 8
        for event in reversed(self.live.events):
            first, second = event_lines(event, palette, self.live.glyphs)
            lines.append(first)
            if second is not None and roomy:
                lines.append(second)
            if len(lines) >= room:
                break
        if len(lines) == 1:
            lines.append(Text("Nothing happened yet.", palette.quiet))
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return lines[:room]
