"""The flow of pictures, stage by stage: what leads on the overview."""

from rich.text import Text

from astrolens.api.wire_status import StageStatus
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.widgets.live_text import LiveText

_NAMES = {"looked_up": "looked up", "done": "stored"}
_NARROW_NAMES = {"downloaded": "fetched", "looked up": "lookup"}
_NARROW = 12  # a column below this has no arrow
_LONG_WAIT_S = 60.0


class Flow(LiveText):
    """Offered to stored, with rate, queue and refusals of each stage."""

    DEFAULT_CSS = """
    Flow { height: auto; margin: 1 1 0 1; }
    """

    def lines(self, width: int) -> list[Text]:
        """Four lines: names, rates with arrows, what waits, what was refused."""
        stats = self.live.stats
        if stats is None or not stats["stages"]:
            return [Text("The flow appears here as soon as the daemon answers.", self.live.palette.quiet)]
        stages = stats["stages"]
        column = width // len(stages)
        lines = [Text(no_wrap=True) for _ in range(4)]
        for index, stage in enumerate(stages):
            last = index == len(stages) - 1
            cells = self._stage(stage, column, last=last)
            for line, cell in zip(lines, cells, strict=True):
                line.append(cell)
                line.append(" " * (column - cell.cell_len))
        return lines if lines[3].plain.strip() else lines[:3]

    def _stage(self, stage: StageStatus, column: int, *, last: bool) -> tuple[Text, Text, Text, Text]:
        palette = self.live.palette
        room = column - 2
        name = _NAMES.get(stage["name"], clean(stage["name"], 20))
        narrow = column < _NARROW
        if narrow:
            name = _NARROW_NAMES.get(name, name)
        rate = words.short_number(stage["per_hour"]) if column < 14 else words.number(stage["per_hour"])
        flowing = stage["per_hour"] is not None and stage["per_hour"] > 0
        speed = Text().append(rate, f"bold {palette.strong}" if flowing else palette.quiet)
        speed.append("" if narrow else " /h", palette.quiet)
        if not last and not narrow:
            speed.append(" ")
            arrow = self.live.glyphs.line * max(0, column - speed.cell_len - 3) + self.live.glyphs.arrow
            speed.append(arrow, palette.normal if flowing else palette.faint)
        room = column - 1 if narrow else room
        return (
            Text(name[:room], palette.text),
            speed,
            self._waiting(stage, room),
            self._refused(stage, room),
        )

    def _waiting(self, stage: StageStatus, room: int) -> Text:
        palette = self.live.palette
        count = stage["waiting"] + stage["in_flight"]
        told = words.short_number(count)
        text = Text(told, palette.text if count else palette.quiet)
        text.append(" waiting" if len(told) + 8 <= room else " wait", palette.quiet)
        oldest = stage["oldest_waiting_s"]
        if oldest is not None and oldest >= _LONG_WAIT_S and room >= 18:
            text.append(f" {words.duration(oldest)}", palette.unsure)
        return _cut(text, room)

    def _refused(self, stage: StageStatus, room: int) -> Text:
        if not stage["refused"]:
            return Text("")
        told = words.short_number(stage["refused"])
        said = f"{told} refused" if len(told) + 8 <= room else f"{self.live.glyphs.alarm} {told}"
        return _cut(Text(said, self.live.palette.text), room)


def _cut(text: Text, room: int) -> Text:
    text.truncate(max(0, room))
    return text
