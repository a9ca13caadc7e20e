"""Last line: the keys of this screen by importance, or the answer to the last key."""

from collections.abc import Mapping

from rich.text import Text
from textual import events
from textual.binding import ActiveBinding, Binding
from textual.widgets import Input

from astrolens.tui.keymap import is_typed
from astrolens.tui.live import NOTICE_SHOWN_S, Live
from astrolens.tui.widgets.live_text import LiveText

_ALWAYS = ("close", "help", "leave")  # the way back comes before the way out
_GAP = 3

_SHORT_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "space": "Space",
    "tab": "Tab",
    "colon": ":",
    "enter": "Enter",
    "escape": "Esc",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "f1": "F1",
}


class KeyLine(LiveText):
    """Keys that do not fit are cut, except those for help and leaving."""

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; background: $panel; }
    """

    def __init__(self, live: Live) -> None:
        super().__init__(live)
        self._ends: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        """Follow the bindings of the screen and let a notice go after its time."""
        super().on_mount()
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def redraw(self) -> None:
        """A notice goes away by itself."""
        super().redraw()
        if self.live.notice is not None and self.live.notice.fresh():
            self.set_timer(NOTICE_SHOWN_S + 0.1, self.refresh)

    def lines(self, width: int) -> list[Text]:
        """The notice while it is fresh, else the keys."""
        palette, notice = self.live.palette, self.live.notice
        self._ends = []
        if notice is not None and notice.fresh():
            return [Text(notice.words, f"bold {palette.alarm}" if notice.urgent else palette.strong)]
        bindings = _by_importance(_shown(self._active()))
        text = Text(no_wrap=True)
        for binding in _fitting(bindings, width):
            key, said = key_name(binding), binding.description
            text.append(" " * (_GAP if self._ends else 0))
            text.append(key, f"bold {palette.strong}").append(f" {said}", palette.quiet)
            self._ends.append((text.cell_len, binding.action))
        return [text]

    def _active(self) -> list[ActiveBinding]:
        """Bindings that work now: not those of keys that are typed into a line."""
        active = list(self.screen.active_bindings.values())
        types = isinstance(self.screen.focused, Input)
        return [one for one in active if not (types and is_typed(one.binding.key))]

    async def on_click(self, event: events.Click) -> None:
        """Do what the key under the pointer does."""
        for end, action in self._ends:
            if event.x - 1 < end:
                await self.screen.run_action(action)
                return


def key_name(binding: Binding) -> str:
    """How a binding's first key is written on the keyboard."""
    return binding.key_display or one_key(binding.key.split(",", 1)[0])


def key_names(binding: Binding, keys: Mapping[str, str]) -> str:
    """How all keys of a binding are written, with those that the configuration gives it."""
    given = keys.get(binding.id or "")
    if given is None and binding.key_display:
        return binding.key_display
    return " ".join(one_key(key) for key in (given or binding.key).split(","))


def one_key(key: str) -> str:
    """How one key is written on the keyboard."""
    return _SHORT_NAMES.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key)


def _shown(active: list[ActiveBinding]) -> list[Binding]:
    """Each action once, as its screen declares them: another key for one does not move it to the end."""
    nodes = list(dict.fromkeys(one.node for one in active))
    shown: dict[str, Binding] = {}
    for node in nodes:
        here = {
            one.binding.action: one.binding
            for one in reversed(active)
            if one.node is node and one.binding.show
        }
        declared = [binding.action for binding in type(node).BINDINGS if isinstance(binding, Binding)]
        first = sorted(
            here, key=lambda action: declared.index(action) if action in declared else len(declared)
        )
        for action in first:
            shown.setdefault(action, here[action])
    return list(shown.values())


def _by_importance(bindings: list[Binding]) -> list[Binding]:
    """Keys of the screen before keys of the whole terminal, in the order they were declared."""
    ours = [binding for binding in bindings if binding.action not in _ALWAYS]
    return [*ours, *(binding for name in _ALWAYS for binding in bindings if binding.action == name)]


def _fitting(bindings: list[Binding], width: int) -> list[Binding]:
    sizes = [len(key_name(binding)) + 1 + len(binding.description) + _GAP for binding in bindings]
    kept = list(zip(bindings, sizes, strict=True))
    while kept and sum(size for _, size in kept) - _GAP > width:
        droppable = [item for item in kept if item[0].action not in _ALWAYS]
        if not droppable:
            kept.pop()
        else:
            kept.remove(droppable[-1])
    return [binding for binding, _ in kept]
