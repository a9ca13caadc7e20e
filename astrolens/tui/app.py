"""The terminal itself: screens, keys for everywhere, and who hears what the daemon says."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.signal import Signal

from astrolens.api import orders
from astrolens.api.client import Client
from astrolens.config.settings import UiSettings
from astrolens.domain.errors import AstroLensError, ConfigError
from astrolens.domain.text import clean
from astrolens.tui.actions import all_groups
from astrolens.tui.album import Album
from astrolens.tui.ascii_filter import AsciiFilter
from astrolens.tui.attachment import Attachment
from astrolens.tui.commands import AstroLensCommands
from astrolens.tui.desk import LabelDesk
from astrolens.tui.errands import ERRAND_BINDINGS, Errands
from astrolens.tui.feed import RETRY_S, Feed
from astrolens.tui.glyphs import Glyphs, choose_glyphs
from astrolens.tui.keymap import keyed, mistakes_in, normal_keys
from astrolens.tui.live import Live, login_name
from astrolens.tui.messages import (
    CardWanted,
    DaemonAttached,
    DaemonGone,
    EventsArrived,
    FilterWanted,
    LabelRefused,
    LabelSaved,
    LabelsWanted,
    LabelWanted,
    LabelWithdrawn,
    RedoWanted,
    RemarkSaved,
    RemarkWanted,
    SourcesWanted,
    StatsArrived,
    StepRedone,
    UndoWanted,
    ViewWanted,
)
from astrolens.tui.palette import DARK_THEME, own_themes, palette_for
from astrolens.tui.reach import Reach
from astrolens.tui.review_words import label_words, step_words
from astrolens.tui.screens.candidates import CandidatesView
from astrolens.tui.screens.card import CardScreen
from astrolens.tui.screens.overview import OverviewView
from astrolens.tui.screens.review import ReviewView
from astrolens.tui.screens.settings import SettingsView
from astrolens.tui.screens.view import View
from astrolens.tui.sight import Sight
from astrolens.tui.turn import Turn
from astrolens.tui.views import more_view_keys, more_views
from astrolens.tui.widgets.filter_line import FilterLine
from astrolens.tui.work import begin

log = logging.getLogger(__name__)

_LONGEST_GOODBYE_S = 3.0
_LONGEST_PASTE = 2000


class AstroLensApp(Errands, Reach, Sight, Turn, App[int]):
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
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "app",
        [
            Binding("1", "view('overview')", "overview", tooltip="the flow at a glance"),
            Binding("2", "view('candidates')", "candidates", tooltip="what was found"),
            Binding("3", "view('review')", "review", tooltip="one picture, one key"),
            *more_view_keys(),
            Binding("p", "pause", "pause", tooltip="pause or resume the daemon"),
            Binding("colon,ctrl+p", "command_palette", "commands", tooltip="find any command by its words"),
            Binding("question_mark,f1", "help", "help", tooltip="every key"),
            Binding("q", "leave", "leave", tooltip="leave; the daemon goes on"),
            *ERRAND_BINDINGS,
        ],
    )

    def __init__(
        self,
        client: Client,
        settings: UiSettings,
        *,
        glyphs: Glyphs,
        retry_s: float = RETRY_S,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        if not glyphs.half_cells:
            self._filters.append(AsciiFilter())
        self._client = client
        self._settings = settings
        self.keys = normal_keys(keys or {})
        self.set_keymap(self.keys)
        self.live = Live(
            changed=Signal(self, "changed"),
            withdrawn=Signal(self, "withdrawn"),
            palette=palette_for(dark=True),
            glyphs=glyphs,
            retry_s=retry_s,
            reviewer=settings.reviewer or login_name(),
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
        self._add_view("overview", lambda: OverviewView(self._client, self.album, self.live))
        self._add_view("candidates", lambda: CandidatesView(self._client, self.album, self.live))
        self._add_view("review", lambda: ReviewView(self._client, self.album, self.live, self._desk))
        reviewer = self._settings.reviewer or None
        for name, make in more_views(self._client, self.album, self.live, reviewer).items():
            self._add_view(name, make)
        self.switch_mode("overview")
        if wanted != self.theme:
            self.live.say(f"there is no theme '{wanted}'; the terminal uses {DARK_THEME}", urgent=True)
        begin(self, self._feed.run, group="feed")
        self.keep_looks()

    def _add_view(self, name: str, make: Callable[[], View]) -> None:
        """A view that is made when it is first shown, with the styles of then."""

        def made() -> View:
            view = make()
            # Else Textual takes it for one that missed a change, and reads every style sheet again.
            view._css_update_count = self._css_update_count  # noqa: SLF001
            return view

        self.add_mode(name, made)

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

    def on_labels_wanted(self, message: LabelsWanted) -> None:
        """Send one word for several pictures."""
        if self._desk.take(message):
            begin(self, partial(self._desk.save_many, message), group="labels")

    def on_remark_wanted(self, message: RemarkWanted) -> None:
        """Send a tag or a note."""
        if self._desk.may_undo():
            begin(self, partial(self._desk.remark, message), group="labels")

    def on_redo_wanted(self, _message: RedoWanted) -> None:
        """Do again what was undone last."""
        if self._desk.may_undo():
            begin(self, self._desk.redo, group="labels")

    def on_step_redone(self, message: StepRedone) -> None:
        """It is on disk again, or there was nothing to do."""
        for label in message.step["labels"]:
            self.album.forget_detail(label["image_id"])
            self.live.session.note(label)
        self.live.say(step_words(message.step, redone=message.redone))

    def on_remark_saved(self, message: RemarkSaved) -> None:
        """It is on disk."""
        self.live.say(f"saved: {message.remark['kind']} {message.remark['words']}")

    def on_label_saved(self, message: LabelSaved) -> None:
        """It is on disk."""
        self.album.forget_detail(message.label["image_id"])
        self.live.session.note(message.label)
        self.live.say(label_words("saved", message.label, message.of))

    def on_label_withdrawn(self, message: LabelWithdrawn) -> None:
        """It was taken back."""
        self.album.forget_detail(message.label["image_id"])
        self.live.session.note(message.label)
        self.live.withdrawn.publish(message)
        self.live.say(label_words("taken back", message.label, message.of))

    def on_label_refused(self, message: LabelRefused) -> None:
        """It is not on disk."""
        self.live.say(f"not saved: {message.reason}", urgent=True)

    # ------------------------------------------------------------------- keys

    async def on_event(self, event: events.Event) -> None:
        """What is pasted may be a stranger's, and an input line draws whatever it holds."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            event = events.Paste(clean(event.text, _LONGEST_PASTE))
        await super().on_event(event)

    def on_view_wanted(self, message: ViewWanted) -> None:
        """A tab was clicked."""
        self.action_view(message.view)

    def on_card_wanted(self, message: CardWanted) -> None:
        """A picture was clicked."""
        self.push_screen(CardScreen(self.album, self.live, message.row, None))

    def on_filter_wanted(self, message: FilterWanted) -> None:
        """A place on a map was chosen."""
        self.action_view(CandidatesView.NAME)
        if isinstance(self.screen, CandidatesView):
            self.screen.post_message(FilterLine.Applied(words=message.words))

    def on_sources_wanted(self, message: SourcesWanted) -> None:
        """A source was chosen."""
        self.action_view(SettingsView.NAME)
        self.call_after_refresh(self._open_sources, message.source)

    def _open_sources(self, source: str) -> None:
        if isinstance(self.screen, SettingsView):
            self.screen.open_sources(source)

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

    def action_use_theme(self, name: str) -> None:
        """Change the theme."""
        self.theme = name

    async def action_leave(self) -> None:
        """Leave; labels that are on their way get a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_GOODBYE_S):
                await self._desk.settled()
        self.exit(0)

    def account(self) -> str:
        """What came of the events, for the log."""
        return self._feed.account()

    def get_default_screen(self) -> Screen[None]:
        """Stands for the instant before the first view."""
        return Screen()


def wrong_keys(keys: Mapping[str, str]) -> list[str]:
    """What is wrong with ``[keys]`` of the configuration, a line for each mistake."""
    return mistakes_in(keys, all_groups(AstroLensApp.BINDINGS))


def run_terminal(
    socket: Path,
    settings: UiSettings,
    *,
    log_file: Path | None = None,
    attachment: Attachment | None = None,
    keys: Mapping[str, str] | None = None,
    reports: Path | None = None,
    look: Path | None = None,
) -> int:
    """Attach to the daemon behind a socket until the person leaves; the exit code.

    Nothing is written to standard output or error but the terminal itself: the log goes to ``log_file``,
    or nowhere. ``look`` is where the look of pictures is kept.
    """
    from astrolens.tui.log_file import logging_to

    if wrong := wrong_keys(keys or {}):
        raise ConfigError("\n".join(wrong))

    glyphs = choose_glyphs(settings.glyphs, os.environ, getattr(sys.stdout, "encoding", None) or "")
    how = attachment or Attachment()
    client = how.client(socket)
    app = AstroLensApp(client, settings, glyphs=glyphs, keys=keys)
    app.reports = reports
    app.live.only_looks = how.refusal()
    app.look_for_pixels(settings, os.environ)
    with logging_to(log_file):
        return asyncio.run(_attach(client, app, look))


async def _attach(client: Client, app: AstroLensApp, look: Path | None) -> int:
    if look is not None:
        await app.remember_looks_in(look)
    async with client:
        result = await app.run_async()
    await app.write_look()
    log.info("left; %s", app.account())
    return app.return_code or result or 0
