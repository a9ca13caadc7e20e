"""View 5: where was searched and found, on the sky and among the embeddings."""

from dataclasses import dataclass
from typing import ClassVar, cast

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from astrolens.api import view_calls
from astrolens.api.client import Client
from astrolens.api.wire_sky import EmbeddingPoint, EmbeddingReply, SkyReply
from astrolens.domain.areas import SIDE_DEG, area
from astrolens.domain.detection import Decision
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.messages import FilterWanted
from astrolens.tui.screens.asked import AskedView
from astrolens.tui.widgets.head_line import HeadLine
from astrolens.tui.widgets.live_text import fitted
from astrolens.tui.widgets.point_chart import PointChart
from astrolens.tui.widgets.sky_chart import SkyChart

MOST_LISTED = 40  # numbers of pictures that a filter may hold
_POINTS = 2000
_BOTH = "decision:anomaly,near_miss "


@dataclass(frozen=True, slots=True)
class _Both:
    sky: SkyReply
    embedding: EmbeddingReply


class SkyView(AskedView):
    """One map at a time; both beside each other in a wide window."""

    NAME = "sky"
    EVERY_S = 20.0
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "sky",
        [
            Binding("e", "other", "embedding", tooltip="go to the map of embeddings, or back to the sky"),
        ],
    )

    def __init__(self, client: Client, live: Live) -> None:
        super().__init__(live)
        self._client = client
        self._reply: _Both | None = None
        self._reason = ""
        self._among = False  # whether keys go to the map of embeddings

    def body(self) -> Widget:
        """Both maps, each with a line above and below."""
        return Horizontal(
            Vertical(
                HeadLine(self.live, self._sky_head),
                SkyChart(self.live),
                HeadLine(self.live, self._sky_foot),
                id="sky-side",
            ),
            Vertical(
                HeadLine(self.live, self._points_head),
                PointChart(self.live),
                HeadLine(self.live, self._points_foot),
                id="points-side",
            ),
            id="body",
        )

    def on_mount(self) -> None:
        """Keys go to the sky."""
        super().on_mount()
        self._choose_map(among=False)

    # ---------------------------------------------------------------- reading

    async def fetch(self) -> object:
        """Ask for both maps."""
        sky = await self._client.ask(view_calls.sky())
        return _Both(sky, await self._client.ask(view_calls.embedding(limit=_POINTS)))

    def show_reply(self, reply: object) -> None:
        """Draw them."""
        self._reply, self._reason = cast(_Both, reply), ""
        self.query_one(SkyChart).show(self._reply.sky["areas"])
        self.query_one(PointChart).show(self._reply.embedding["points"])
        self._redraw()

    def show_failure(self, reason: str) -> None:
        """Say it above the maps."""
        self._reason = reason
        self._redraw()

    def _redraw(self) -> None:
        for head in self.query(HeadLine):
            head.redraw()

    # ------------------------------------------------------------------ words

    def _sky_head(self, width: int) -> list[Text]:
        palette = self.live.palette
        if self._reason:
            return [Text(f"The sky could not be read: {self._reason}", palette.alarm)]
        if self._reply is None:
            return [Text("Reading the sky.", palette.quiet)]
        sky = self._reply.sky
        if not sky["areas"]:
            return [Text(self._why_empty(sky), palette.quiet)]
        glyphs = self.live.glyphs
        searched = Text("searched ", palette.quiet)
        searched.append(words.counted(sky["judged"], "picture"), palette.text)
        parts = [
            (0, searched),
            (3, Text(f"in {words.counted(len(sky['areas']), 'area')} of 5 by 5 degrees", palette.quiet)),
            (1, Text(f"{glyphs.anomaly} anomaly", palette.anomaly)),
            (2, Text("brighter: near misses", palette.normal)),
        ]
        if sky["without_position"]:
            parts.append(
                (4, Text(f"{words.number(sky['without_position'])} have no position", palette.quiet))
            )
        return [fitted(parts, width)]

    def _why_empty(self, sky: SkyReply) -> str:
        if sky["without_position"]:
            count = words.number(sky["without_position"])
            return f"None of {count} judged pictures has a position: their sources do not say where they were taken."
        return "Nothing was judged yet. View 1 shows what the sources are doing and how calibration goes."

    def _sky_foot(self, width: int) -> list[Text]:
        palette, chart = self.live.palette, self.query_one(SkyChart)
        place = area(chart.cursor)
        where = f"RA {place.ra_deg:.0f}-{place.ra_deg + SIDE_DEG:.0f}"
        where += f"  Dec {place.dec_deg:+.0f} to {place.dec_deg + SIDE_DEG:+.0f}"
        parts = [(0, Text(where, palette.strong))]
        one = chart.counts.get(chart.cursor)
        if one is None:
            return [fitted([*parts, (1, Text("not searched", palette.quiet))], width)]
        parts.append((2, Text(f"{words.number(one['judged'])} judged", palette.text)))
        return [fitted([*parts, *self._found(one["anomalies"], one["near_misses"])], width)]

    def _found(self, odd: int, near: int) -> list[tuple[int, Text]]:
        palette = self.live.palette
        said = f"{self.live.glyphs.anomaly} {words.counted(odd, 'anomaly', 'anomalies')}"
        return [
            (1, Text(said, palette.anomaly if odd else palette.quiet)),
            (3, Text(words.counted(near, "near miss", "near misses"), palette.text)),
        ]

    def _points_head(self, width: int) -> list[Text]:
        palette = self.live.palette
        if self._reason:
            return [Text(f"The map of embeddings could not be read: {self._reason}", palette.alarm)]
        if self._reply is None:
            return [Text("Reading the map of embeddings.", palette.quiet)]
        found = self._reply.embedding
        if found["reason"]:
            return [Text(f"No map of embeddings yet: {clean(found['reason'], 200)}.", palette.quiet)]
        share = " + ".join(f"{100 * part:.0f} %" for part in found["explained"])
        line = Text("likeness  ", palette.quiet)
        line.append(
            f"{words.number(len(found['points']))} of {words.counted(found['measured'], 'picture')}",
            palette.text,
        )
        axes = Text(f"axes hold {share} of the variance", palette.quiet)
        return [fitted([(0, line), (1, axes)], width)]

    def _points_foot(self, width: int) -> list[Text]:
        palette, chart = self.live.palette, self.query_one(PointChart)
        inside = chart.chosen()
        corners = len(chart.corners)
        where = "under the cursor" if corners < 2 else "in the box" if corners == 2 else "in the lasso"
        parts = [(0, Text(f"{words.counted(len(inside), 'picture')} {where}", palette.strong))]
        if inside:
            odd = sum(point["decision"] == Decision.ANOMALY for point in inside)
            parts += self._found(odd, sum(point["decision"] == Decision.NEAR_MISS for point in inside))
        if corners == 1:
            parts.append((2, Text("v marks the next corner", palette.quiet)))
        return [fitted(parts, width)]

    def in_short(self, width: int) -> list[Text]:
        """What is under the cursor of the map that has the keys."""
        return self._points_foot(width) if self._among else self._sky_foot(width)

    # ------------------------------------------------------------------- keys

    def on_sky_chart_moved(self) -> None:
        """Say what is there."""
        self._redraw()

    def on_point_chart_moved(self) -> None:
        """Say what is inside."""
        self._redraw()

    def on_sky_chart_chosen(self, message: SkyChart.Chosen) -> None:
        """List the findings of an area."""
        one = self.query_one(SkyChart).counts.get(message.area)
        if one is None or not one["anomalies"] + one["near_misses"]:
            self.live.say("nothing was found in this area")
            return
        self.post_message(FilterWanted(words=words_of_area(message.area, near=bool(one["near_misses"]))))

    def on_point_chart_chosen(self, message: PointChart.Chosen) -> None:
        """List the findings among some pictures."""
        ids, near = findings_among(message.points)
        if not ids:
            self.live.say("no finding is among these pictures; mark corners with v around some")
            return
        if len(ids) > MOST_LISTED:
            self.live.say(
                f"the first {MOST_LISTED} of {len(ids)} findings are listed; a smaller lasso lists all"
            )
        numbers = ",".join(str(one) for one in ids[:MOST_LISTED])
        self.post_message(FilterWanted(words=f"{_BOTH if near else ''}id:{numbers}"))

    def action_other(self) -> None:
        """The other map."""
        self._choose_map(among=not self._among)

    def _choose_map(self, *, among: bool) -> None:
        self._among = among
        self.set_class(among, "-among")
        self.query_one(PointChart if among else SkyChart).focus()


def words_of_area(number: int, *, near: bool) -> str:
    """An area as a filter, with near misses or without."""
    return f"{_BOTH if near else ''}area={number}"


def findings_among(points: list[EmbeddingPoint]) -> tuple[list[int], bool]:
    """Numbers of anomalies, then of near misses; and whether there are near misses among them."""
    odd = [point["id"] for point in points if point["decision"] == Decision.ANOMALY]
    near = [point["id"] for point in points if point["decision"] == Decision.NEAR_MISS]
    return odd + near, bool(near)
