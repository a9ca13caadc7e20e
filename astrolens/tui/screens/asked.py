"""What the views share that ask the daemon for one answer when they are shown, and again now and then."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from astrolens.domain.errors import AstroLensError
from astrolens.domain.text import clean
from astrolens.tui.keymap import keyed
from astrolens.tui.live import Live
from astrolens.tui.screens.view import View
from astrolens.tui.work import begin

_LONGEST_REASON = 300


class AskedView(View):
    """Keeps what was read last while the daemon is away, and reads again when it is back."""

    EVERY_S: ClassVar[float] = 15.0
    BINDINGS: ClassVar[list[BindingType]] = keyed(
        "asked",
        [
            Binding("r", "read", "read again", show=False, tooltip="ask the daemon again"),
        ],
    )

    @dataclass
    class Arrived(Message):
        """An answer, or why there is none."""

        reply: object
        reason: str

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self.failed = ""  # why the newest question was not answered

    @abstractmethod
    async def fetch(self) -> object:
        """Ask; runs as a worker."""

    @abstractmethod
    def show_reply(self, reply: object) -> None:
        """Draw an answer."""

    @abstractmethod
    def show_failure(self, reason: str) -> None:
        """Say why there is none; what was drawn before stays."""

    def on_mount(self) -> None:
        """Follow the daemon and the clock."""
        self.set_interval(self.EVERY_S, self._tick)
        self.live.changed.subscribe(self, lambda _none: self._follow())

    def on_screen_resume(self) -> None:
        """Read when the view is shown."""
        self.action_read()

    def action_read(self) -> None:
        """Ask again."""
        begin(self, self._ask, group="ask", exclusive=True)

    def _tick(self) -> None:
        if self.is_current and self.live.attached:
            self.action_read()

    def _follow(self) -> None:
        if self.failed and self.live.attached and self.is_current:
            self.failed = ""
            self.action_read()

    async def _ask(self) -> None:
        try:
            reply = await self.fetch()
        except AstroLensError as error:
            self.post_message(self.Arrived(reply=None, reason=clean(str(error), _LONGEST_REASON)))
        else:
            self.post_message(self.Arrived(reply=reply, reason=""))

    def on_asked_view_arrived(self, message: Arrived) -> None:
        """Draw what came."""
        message.stop()
        self.failed = "" if self.live.attached else message.reason
        if message.reason:
            self.show_failure(message.reason)
        else:
            self.show_reply(message.reply)
