"""The terminal itself: screens, keys for everywhere, and who hears what the daemon says."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.signal import Signal

from astrolens.api import orders
from astrolens.api.client import Client
from astrolens.config.settings import UiSettings
from astrolens.domain.errors import AstroLensError
from astrolens.tui.album import Album
from astrolens.tui.ascii_filter import AsciiFilter
from astrolens.tui.commands import AstroLensCommands
from astrolens.tui.desk import LabelDesk
from astrolens.tui.feed import RETRY_S, Feed
from astrolens.tui.glyphs import Glyphs, choose_glyphs
from astrolens.tui.live import Live
from astrolens.tui.messages import (
    CardWanted,
    DaemonAttached,
    DaemonGone,
    EventsArrived,
    LabelRefused,
    LabelSaved,
    LabelWanted,
    LabelWithdrawn,
    StatsArrived,
    UndoWanted,
    ViewWanted,
)
from astrolens.tui.palette import DARK_THEME, own_themes, palette_for
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.help import HelpScreen, KeyGroup
from astrolens.tui.screens.overview import OverviewView
from astrolens.tui.screens.similar import SimilarScreen
from astrolens.tui.widgets.candidate_list import CandidateList
from astrolens.tui.work import begin

log = logging.getLogger(__name__)

_LONGEST_GOODBYE_S = 3.0


class AstroLensApp(App[int]):
    """Attaches to one daemon and stays attached."""

    TITLE = "AstroLens"
    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar[set[type[AstroLensCommands] | Callable[[], type[AstroLensCommands]]]] = {
        AstroLensCommands
    }  # type: ignore[assignment]
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - declared by Textual
        (0, "-stamp"),
        (36, "-thin"),
        (70, "-narrow"),
        (100, "-wide"),
        (160, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - declared by Textual
        (0, "-flat"),
        (9, "-short"),
        (30, "-tall"),
        (38, "-high"),
        (48, "-towering"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "view('overview')", "overview", tooltip="the flow at a glance"),
        Binding("2", "view('candidates')", "candidates", tooltip="what was found"),
        Binding("p", "pause", "pause", tooltip="pause or resume the daemon"),
        Binding("colon,ctrl+p", "command_palette", "commands", tooltip="find any command by its words"),
        Binding("question_mark,f1", "help", "help", tooltip="every key"),
        Binding("q", "leave", "leave", tooltip="leave; the daemon goes on"),
    ]

    def __init__(
        self, client: Client, settings: UiSettings, *, glyphs: Glyphs, retry_s: float = RETRY_S
    ) -> None:
        super().__init__()
        if not glyphs.half_cells:
            self._filters.append(AsciiFilter())
        self._client = client
        self._settings = settings
        self.live = Live(
            changed=Signal(self, "changed"),
            withdrawn=Signal(self, "withdrawn"),
            palette=palette_for(dark=True),
            glyphs=glyphs,
            retry_s=retry_s,
        )
        self.album = Album(client, half_cells=glyphs.half_cells)
        self._desk = LabelDesk(client, self.live, self.post_message, settings.reviewer or None)
        self._feed = Feed(client, self.post_message, retry_s=retry_s)

    # -------------------------------------------------------------- beginning

    def on_mount(self) -> None:
        """Show the overview and start to listen."""
        for theme in own_themes():
            self.register_theme(theme)
        wanted = self._settings.theme
        self.theme_changed_signal.subscribe(self, lambda _theme: self._use_palette())
        self.theme = wanted if wanted in self.available_themes else DARK_THEME
        self.add_mode("overview", lambda: OverviewView(self._client, self.album, self.live))
        self.add_mode("candidates", lambda: CandidatesView(self._client, self.album, self.live))
        self.switch_mode("overview")
        if wanted != self.theme:
            self.live.say(f"there is no theme '{wanted}'; the terminal uses {DARK_THEME}", urgent=True)
        begin(self, self._feed.run, group="feed")

    def _use_palette(self) -> None:
        self.live.palette = palette_for(dark=self.current_theme.dark)
        self.live.changed.publish(None)

    # ----------------------------------------------------- what the feed says

    def on_daemon_attached(self, message: DaemonAttached) -> None:
        """It answers."""
        self.live.attach(message.stats, message.caught_up)
        self.live.changed.publish(None)

    def on_daemon_gone(self, message: DaemonGone) -> None:
        """It does not answer."""
        self.live.lose(message.reason)
        self.live.changed.publish(None)

    def on_stats_arrived(self, message: StatsArrived) -> None:
        """Its state of this second."""
        self.live.heard(message.stats)
        self.live.changed.publish(None)

    def on_events_arrived(self, message: EventsArrived) -> None:
        """What happened in the last tenth of a second."""
        self.live.happened(message.rows, message.counted, message.missed, message.finding_ids)
        self.live.changed.publish(None)

    # -------------------------------------------------------------- judgments

    def on_label_wanted(self, message: LabelWanted) -> None:
        """Send a label; it counts when the daemon has it on disk."""
        if self._desk.take(message):
            begin(self, partial(self._desk.save, message), group="labels")

    def on_undo_wanted(self, _message: UndoWanted) -> None:
        """Take the newest label back."""
        if self._desk.may_undo():
            begin(self, self._desk.undo, group="labels")

    def on_label_saved(self, message: LabelSaved) -> None:
        """It is on disk."""
        self.album.forget_detail(message.label["image_id"])
        said = message.label["value"]
        degree = message.label["interest"]
        self.live.say(f"saved: {said}" + ("" if degree is None else f", interest {degree}"))

    def on_label_withdrawn(self, message: LabelWithdrawn) -> None:
        """It was taken back."""
        self.album.forget_detail(message.label["image_id"])
        self.live.withdrawn.publish(message)
        self.live.say(f"taken back: {message.label['value']}")

    def on_label_refused(self, message: LabelRefused) -> None:
        """It is not on disk."""
        self.live.say(f"not saved: {message.reason}", urgent=True)

    # ------------------------------------------------------------------- keys

    def on_view_wanted(self, message: ViewWanted) -> None:
        """A tab was clicked."""
        self.action_view(message.view)

    def on_card_wanted(self, message: CardWanted) -> None:
        """A picture was clicked."""
        self.push_screen(CardScreen(self.album, self.live, message.row, None))

    def action_view(self, view: str) -> None:
        """Show a view."""
        if self.current_mode != view:
            self.switch_mode(view)

    def action_pause(self) -> None:
        """Pause the daemon, or let it go on."""
        if reason := self.live.refusal():
            self.live.say(f"cannot pause: {reason}", urgent=True)
            return
        begin(self, self._pause_or_resume, group="control", exclusive=True)

    async def _pause_or_resume(self) -> None:
        paused = self.live.stats is not None and self.live.stats["state"] == "paused"
        try:
            await self._client.ask(orders.resume() if paused else orders.pause())
        except AstroLensError as error:
            self.live.say(str(error), urgent=True)
        else:
            self.live.say("going on" if paused else "paused; p goes on")

    def action_help(self) -> None:
        """Every key."""
        groups = (
            ("Everywhere", AstroLensApp.BINDINGS),
            ("Candidates", (*CandidatesView.BINDINGS, *CandidateList.BINDINGS)),
            ("Card", CardScreen.BINDINGS),
            ("Similar", SimilarScreen.BINDINGS),
        )
        self.push_screen(HelpScreen(self.live, [KeyGroup(title, keys) for title, keys in groups]))

    def action_use_theme(self, name: str) -> None:
        """Change the theme."""
        self.theme = name

    async def action_leave(self) -> None:
        """Leave; labels that are on their way get a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_GOODBYE_S):
                await self._desk.settled()
        self.exit(0)

    def get_default_screen(self) -> Screen[None]:
        """Stands for the instant before the first view."""
        return Screen()


def run_terminal(socket: Path, settings: UiSettings, *, log_file: Path | None = None) -> int:
    """Attach to the daemon behind a socket until the person leaves; the exit code.

    Nothing is written to standard output or error but the terminal itself: the log goes to ``log_file``,
    or nowhere.
    """
    from astrolens.tui.log_file import logging_to

    glyphs = choose_glyphs(settings.glyphs, os.environ, getattr(sys.stdout, "encoding", None) or "")
    client = Client(socket)
    app = AstroLensApp(client, settings, glyphs=glyphs)
    with logging_to(log_file):
        return asyncio.run(_attach(client, app))


async def _attach(client: Client, app: AstroLensApp) -> int:
    async with client:
        result = await app.run_async()
    return app.return_code or result or 0
