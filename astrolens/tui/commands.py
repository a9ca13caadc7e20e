"""The palette: whatever a key does can be found by its words."""

from collections.abc import Iterator
from functools import partial

from textual.app import App
from textual.binding import ActiveBinding, Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from astrolens.tui.palette import DARK_THEME, LIGHT_THEME
from astrolens.tui.widgets.key_line import key_name

_OWN_WORDS = {
    f"app.use_theme('{DARK_THEME}')": "dark theme",
    f"app.use_theme('{LIGHT_THEME}')": "light theme",
}


class AstroLensCommands(Provider):
    """Every binding that works where the palette was opened, and a few things without a key."""

    def _actions(self) -> Iterator[tuple[str, str, str, DOMNode]]:
        """Words, key, action and where it works, each action once, the screen's own first."""
        seen = set()
        for active in sorted(self.screen.active_bindings.values(), key=_rank):
            binding = active.binding
            if not binding.description or binding.action in seen or not _is_ours(active):
                continue
            seen.add(binding.action)
            yield binding.tooltip or binding.description, key_name(binding), binding.action, active.node
        for action, words in _OWN_WORDS.items():
            yield words, "", action, self.app

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for words, key, action, node in self._actions():
            yield DiscoveryHit(words, partial(self._run, action, node), help=f"key {key}" if key else None)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for words, key, action, node in self._actions():
            score = matcher.match(words)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(words),
                    partial(self._run, action, node),
                    help=f"key {key}" if key else None,
                )

    async def _run(self, action: str, node: DOMNode) -> None:
        await self.app.run_action(action, node)


def _rank(active: ActiveBinding) -> tuple[bool, bool]:
    return isinstance(active.node, App), not active.binding.show


def _is_ours(active: ActiveBinding) -> bool:
    """Whether the key was declared in this package and is more than the way in here."""
    declared = vars(type(active.node)).get("BINDINGS", ())
    actions = {binding.action for binding in declared if isinstance(binding, Binding)}
    return active.binding.action in actions - {"command_palette"}
