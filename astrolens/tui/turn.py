"""Keys take turns: a key is handed on when the one before it has done all that it does.

Textual hands every key at once to what has the focus then. Keys that come in one burst (typed fast, pasted, sent by
tmux or over a slow line) would all go to the list, though the first of them opens a line to type in: of ``/sigma>4``
the letter ``a`` would be a label.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.dom import DOMNode

if TYPE_CHECKING:
    from textual.app import App

    _App = App[int]
else:
    _App = object

_Place = tuple[object, object, int]  # screen, focus, how many screens lie on each other
_ROUNDS = 3  # a key bubbles up; a message that it posts does; and what that one posts
_SURELY_DONE_S = 0.5
_LONGEST_TURN_S = 2.0
_MOST_WAITING = 5000


class Turn(_App):
    """A part of the app."""

    def __init__(self) -> None:
        super().__init__()
        self._next_keys: deque[events.Key | events.Paste] = deque(maxlen=_MOST_WAITING)
        self._turn_number = 0
        self._turn_began_s = monotonic() - _SURELY_DONE_S
        self._turn_ends = False  # whether the end of the present turn is waited for
        self._turn_target: DOMNode | None = None
        self._turn_place: _Place | None = None  # where keys went when the turn began

    async def on_event(self, event: events.Event) -> None:
        """Hand a key on, or keep it until its turn comes."""
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif not self.is_running:
            return  # the terminal closes: its screens are gone, and so is all that a key could be for
        elif event.is_forwarded:
            await super().on_event(event)
        elif not self._turn_ends and monotonic() - self._turn_began_s > _SURELY_DONE_S:
            await self._hand_on(event)
        else:
            self._next_keys.append(event)
            if not self._turn_ends:
                self._wait_for_end()

    async def _hand_on(self, event: events.Key | events.Paste) -> None:
        self._turn_number += 1
        self._turn_began_s = monotonic()
        self._turn_target = self.focused or self.screen
        self._turn_place = self._where_keys_go()
        await super().on_event(event)

    def _wait_for_end(self) -> None:
        self._turn_ends = True
        number = self._turn_number
        # A widget that is gone never answers; nor may one that hangs swallow what is typed.
        asyncio.get_running_loop().call_later(_LONGEST_TURN_S, self._end_turn, number)
        self._round(number, 0)

    def _where_keys_go(self) -> _Place:
        return self.screen, self.focused, len(self.screen_stack)

    def _round(self, number: int, rounds: int) -> None:
        """Go the way that the key and what it posted went, behind them in every queue."""
        if rounds < _ROUNDS:
            self._climb(number, rounds, _way_up(self._turn_target))
        elif (
            self._where_keys_go() != self._turn_place
        ):  # something was opened or closed: it may have more to do
            self.call_after_refresh(self._again, number)
        else:
            self._climb(number, rounds, _way_up(self.focused or self.screen))

    def _again(self, number: int) -> None:
        if not self.is_running:
            return
        self._turn_target, self._turn_place = self.focused or self.screen, self._where_keys_go()
        self._round(number, 0)

    def _climb(self, number: int, rounds: int, way: Sequence[DOMNode]) -> None:
        if number != self._turn_number or not self.is_running:
            return
        for step, node in enumerate(way):
            on = _Step(partial(self._climb, number, rounds, way[step + 1 :]))
            if node.post_message(events.Callback(callback=on)):
                return
        if rounds < _ROUNDS:
            self._round(number, rounds + 1)
        else:
            self._end_turn(number)

    def _end_turn(self, number: int) -> None:
        """The next key's turn."""
        if number == self._turn_number and self._turn_ends:
            self.call_later(self._next_turn, number)

    async def _next_turn(self, number: int) -> None:
        if number != self._turn_number or not self._turn_ends or not self.is_running:
            return
        self._turn_ends = False
        if self._next_keys:
            await self._hand_on(self._next_keys.popleft())
        if self._next_keys:
            self._wait_for_end()


class _Step:
    """A step of a climb; Textual asks every callback how many parameters it takes, which costs more than the step."""

    _param_count = 0  # the name under which Textual keeps the answer

    def __init__(self, step: Callable[[], None]) -> None:
        self._step = step

    def __call__(self) -> None:
        self._step()


def _way_up(node: DOMNode | None) -> tuple[DOMNode, ...]:
    """A widget, what holds it, and so on up to the app."""
    way: list[DOMNode] = []
    while node is not None:
        way.append(node)
        node = node.parent
    return tuple(way)
