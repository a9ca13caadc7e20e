"""One line about what is stored and how long the disk lasts."""

from rich.text import Text

from astrolens.api.wire_status import StatusReply
from astrolens.tui import words
from astrolens.tui.widgets.live_text import LiveText, fitted

_SOON_S = 3 * 86400.0


class DiskLine(LiveText):
    """Disk, data, labels, duplicates and what was parked."""

    DEFAULT_CSS = """
    DiskLine { height: 1; padding: 0 1; }
    """

    def lines(self, width: int) -> list[Text]:
        """The disk first; it is what ends a long run."""
        stats, palette = self.live.stats, self.live.palette
        if stats is None:
            return []
        left_s = disk_lasts_s(stats)
        disk = Text("disk ", palette.quiet).append(
            f"{words.size(stats['disk_free_bytes'])} free", palette.text
        )
        if left_s is not None:
            style = palette.alarm if left_s < _SOON_S else palette.quiet
            disk.append(f", {words.duration(min(left_s, 3650 * 86400.0))} at this rate", style)
        parts = [
            (0, disk),
            (1, self._pair("data", words.size(stats["data_bytes"]))),
            (2, self._pair("database", words.size(stats["database_bytes"]))),
            (1, self._calibrated(stats)),
            (2, self._pair("images", words.number(stats["images"]))),
            (2, self._pair("labels", words.number(stats["labels"]))),
            (3, self._pair("parked", words.number(stats["parked"]))),
            (4, self._pair("duplicates", words.number(stats["duplicates"]))),
        ]
        return [fitted(parts, width)]

    def _calibrated(self, stats: StatusReply) -> Text:
        sources = [source for source in stats["sources"] if source["state"] != "off"]
        done = sum(source["calibrated"] for source in sources)
        style = self.live.palette.text if done == len(sources) else self.live.palette.unsure
        told = f"{done} of {len(sources)} sources" if sources else words.UNKNOWN
        return Text("calibrated ", self.live.palette.quiet).append(told, style)

    def _pair(self, name: str, value: str) -> Text:
        return Text(f"{name} ", self.live.palette.quiet).append(value, self.live.palette.text)


def disk_lasts_s(stats: StatusReply) -> float | None:
    """Seconds until the disk is full at the mean rate of the busy hours; None when nothing was stored."""
    busy = [count for count in stats["images_per_hour"] if count]
    if not busy or not stats["images"] or not stats["data_bytes"]:
        return None
    bytes_a_second = sum(busy) / len(busy) / 3600.0 * stats["data_bytes"] / stats["images"]
    return stats["disk_free_bytes"] / bytes_a_second
