"""The palette: whatever a key does on any screen can be found by its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from astrolens.tui.keymap import KeyGroup
from astrolens.tui.palette import DARK_THEME, LIGHT_THEME
from astrolens.tui.widgets.key_line import key_name, key_names

if TYPE_CHECKING:
    from astrolens.tui.app import AstroLensApp

_OWN_WORDS = {
    f"app.use_theme('{DARK_THEME}')": "dark theme",
    f"app.use_theme('{LIGHT_THEME}')": "light theme",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    words: str
    key: str
    action: str
    node: DOMNode | None = None  # where it works, when it works where one is
    group: KeyGroup | None = None  # else the screen that is gone to first


class AstroLensCommands(Provider):
    """Every binding that works where the palette was opened, then those of all other screens."""

    def _commands(self) -> Iterator[_Command]:
        """Each action once, the screen's own first."""
        here = set()
        for active in sorted(self.screen.active_bindings.values(), key=_rank):
            binding = active.binding
            if not binding.description or binding.action in here or not _is_ours(active):
                continue
            here.add(binding.action)
            words = binding.tooltip or binding.description
            yield _Command(words=words, key=key_name(binding), action=binding.action, node=active.node)
        app = cast("AstroLensApp", self.app)
        # What can only be done where one is already needs no way there.
        for group in (one for one in app.key_groups()[1:] if one.view or one.opened_by):
            for binding in group.bindings:
                if not (binding.description or binding.tooltip) or binding.action == "command_palette":
                    continue
                if group.view == app.current_mode and binding.action in here:
                    continue
                words = f"{group.title}: {binding.tooltip or binding.description}"
                yield _Command(
                    words=words, key=key_names(binding, app.keys), action=binding.action, group=group
                )
        for action, words in _OWN_WORDS.items():
            yield _Command(words=words, key="", action=action, node=self.app)
        for name in sorted(set(self.app.available_themes) - {DARK_THEME, LIGHT_THEME}):
            yield _Command(words=f"theme {name}", key="", action=f"app.use_theme('{name}')", node=self.app)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(command.words, partial(self._run, command), help=_help(command))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(command.words)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(command.words), partial(self._run, command), help=_help(command)
                )

    async def _run(self, command: _Command) -> None:
        if command.group is not None:
            await cast("AstroLensApp", self.app).do_there(command.group, command.action)
        else:
            await self.app.run_action(command.action, command.node)


def _help(command: _Command) -> str | None:
    return f"key {command.key}" if command.key else None


def _rank(active: ActiveBinding) -> tuple[bool, bool]:
    return isinstance(active.node, App), not active.binding.show


def _is_ours(active: ActiveBinding) -> bool:
    """Whether the key was declared in this package and is more than the way in here."""
    declared = vars(type(active.node)).get("BINDINGS", ())
    actions = {binding.action for binding in declared if isinstance(binding, Binding)}
    return active.binding.action in actions - {"command_palette"}
