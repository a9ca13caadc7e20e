"""Every key from everywhere: the sheet of keys, and going to a screen to do what one of its keys does."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.screen import Screen

from astrolens.tui.actions import all_groups
from astrolens.tui.keymap import KeyGroup
from astrolens.tui.live import Live
from astrolens.tui.screens.help import HelpScreen

if TYPE_CHECKING:
    from textual.app import App

    _App = App[int]
else:
    _App = object


class Reach(_App):
    """A part of the app."""

    live: Live
    keys: Mapping[str, str]

    def key_groups(self) -> tuple[KeyGroup, ...]:
        """The keys of every screen, those for everywhere first."""
        return all_groups(type(self).BINDINGS)

    async def do_there(self, group: KeyGroup, action: str) -> None:
        """Go to a screen and do there what one of its keys does."""
        view = group.view or group.over
        if not view:
            self.live.say(f"this works only in '{group.title}'")
            return
        if self.current_mode != view:
            await self.switch_mode(view)
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if group.opened_by:
            self.call_after_refresh(self._open_and_do, group, action)
        else:
            self.call_after_refresh(self._do_on, self.screen, action)

    async def _do_on(self, screen: Screen[object], action: str) -> None:
        focused = screen.focused
        for node in (focused, screen, *screen.query("*").results()):
            if node is not None and await self.run_action(action, node):
                return

    async def _open_and_do(self, group: KeyGroup, action: str) -> None:
        below = self.screen
        await self._do_on(below, group.opened_by)
        if self.screen is below and group.title not in ("Filter line", "Map of embeddings"):
            self.live.say(f"'{group.title}' needs a picture; choose one first")
            return
        self.call_after_refresh(self._do_on, self.screen, action)

    def action_help(self) -> None:
        """Every key."""
        self.push_screen(HelpScreen(self.live, self.key_groups(), self.keys, self.current_mode))
