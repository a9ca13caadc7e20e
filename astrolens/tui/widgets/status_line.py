"""First line: how the daemon is, which model and budget, and whether it wants a person."""

from rich.text import Text

from astrolens.api.wire_status import StatusReply
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.live import Connection, Live
from astrolens.tui.widgets.live_text import LiveText, fitted

_WIDE = 160  # has the whole name of the model


class StatusLine(LiveText):
    """One quiet line with one thing that may shout."""

    DEFAULT_CSS = """
    StatusLine { height: 1; padding: 0 1; background: $panel; }
    """

    def lines(self, width: int) -> list[Text]:
        """Left: state, model, budget. Right: what wants a person."""
        palette, stats = self.live.palette, self.live.stats
        name = Text("AstroLens", f"bold {palette.strong}")
        if stats is None:
            return [fitted([(0, name), (1, self._without_daemon())], width)]
        eyes = eyes_wanted(self.live, stats)
        left = fitted(
            [
                (0, name),
                (0, self._state(stats)),
                (1, Text("only looking" if self.live.only_looks else "", palette.unsure)),
                (
                    5,
                    self._quiet(
                        "model ", clean(stats["model_id"] or "none yet", 28 if width < _WIDE else 64)
                    ),
                ),
                (3, self._budget(stats)),
                (4, Text("demo sky", palette.quiet) if stats["demo"] else Text("")),
            ],
            width - eyes.cell_len - 2,
            gap=2 if width < 100 else 3,
        )
        left.rstrip()
        return [left + Text(" " * max(1, width - left.cell_len - eyes.cell_len)) + eyes]

    def _without_daemon(self) -> Text:
        waiting = self.live.connection is Connection.WAITING
        return Text("looking for the daemon" if waiting else "no daemon", self.live.palette.quiet)

    def _quiet(self, name: str, value: str) -> Text:
        return Text(name, self.live.palette.quiet).append(value, self.live.palette.text)

    def _state(self, stats: StatusReply) -> Text:
        palette, glyphs = self.live.palette, self.live.glyphs
        if not self.live.attached:
            return Text(f"{glyphs.resting} away", palette.alarm)
        state = clean(stats["state"], 20)
        mark, colour = {
            "running": (glyphs.running, palette.normal),
            "paused": (glyphs.paused, palette.unsure),
            "degraded": (glyphs.alarm, palette.alarm),
        }.get(state, (glyphs.half, palette.text))
        text = Text(f"{mark} ", colour).append(state, palette.text if state == "running" else colour)
        if stats["reasons"]:
            text.append(f": {clean(stats['reasons'][0], 60)}", colour)
        return text.append(f" {words.duration(stats['uptime_s'])}", palette.quiet)

    def _budget(self, stats: StatusReply) -> Text:
        text = self._quiet("budget ", f"{stats['budget_per_1000']:g}/1,000")
        realised = realised_per_1000(stats)
        return text if realised is None else text.append(f" (is {words.per_thousand(realised)})")


def eyes_wanted(live: Live, stats: StatusReply) -> Text:
    """How many anomalies nobody has judged yet."""
    count = stats["unlabelled_anomalies"]
    if not count:
        return Text("nothing waits for you", live.palette.quiet)
    noun = "wants" if count == 1 else "want"
    said = f"{live.glyphs.flag} {words.number(count)} {noun} your eyes"
    return Text(said, f"bold {live.palette.anomaly}")


def realised_per_1000(stats: StatusReply) -> float | None:
    """Share called anomaly over all sources that have judged, weighted by their pictures."""
    judged = [
        (source["realised_per_1000"], source["images"])
        for source in stats["sources"]
        if source["realised_per_1000"] is not None
    ]
    images = sum(count for _, count in judged)
    return sum(share * count for share, count in judged) / images if images else None
