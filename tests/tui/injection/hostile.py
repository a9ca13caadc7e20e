"""A daemon that means harm: every string, and every name of a number, that it says is an attack."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.tui.fake_daemon import FakeDaemon
from tests.tui.injection.attacks import ATTACKS

# What the terminal decides by. A gentle daemon leaves these as they are, so that every part of a screen is drawn.
STRUCTURE = frozenset(
    {
        "decision",
        "state",
        "outcome",
        "kind",
        "catalogue",
        "value",
        "label",
        "at",
        "found_at",
        "made_at",
        "observed_at",
        "started_at",
    }
)
NAMED_NUMBERS = frozenset({"classes", "heads", "morphology", "scores", "p_values"})
_CURSOR = "next"


class HostileDaemon(FakeDaemon):
    """``turn`` chooses which attack stands where; the stamp of a turn begins every poisoned string."""

    def __init__(self, socket: Path, *, gentle: bool) -> None:
        super().__init__(socket)
        self.turn = 0
        self._gentle = gentle
        self._count = 0
        self.middlewares.append(self._poisoning())

    @property
    def stamp(self) -> str:
        """How every string of this turn begins."""
        return f"Q{self.turn:02d}"

    def poison(self) -> str:
        """The next attack."""
        self._count += 1
        attacks = list(ATTACKS.values())
        return f"{self.stamp} {attacks[(self._count + self.turn) % len(attacks)]}"

    def poisoned(self, value: Any, name: str = "") -> Any:
        """The same shape, every string an attack."""
        if isinstance(value, dict):
            if name in NAMED_NUMBERS:
                return {f"{self.poison()} {key}": one for key, one in value.items()}
            return {key: self.poisoned(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self.poisoned(one, name) for one in value]
        if not isinstance(value, str) or name == _CURSOR or (self._gentle and name in STRUCTURE):
            return value
        return self.poison()

    async def rumour(self, kind: str) -> None:
        """An event whose every word is an attack."""
        words = {
            name: self.poison()
            for name in ("source", "key", "reason", "catalogue", "decision", "value", "reviewer", "state")
        }
        await self.happen(kind, 3, **words)

    def _poisoning(self) -> Any:
        @web.middleware
        async def poisoning(request: web.Request, handler: Handler) -> web.StreamResponse:
            response = await handler(request)
            if isinstance(response, web.Response) and response.content_type == "application/json":
                return web.json_response(
                    self.poisoned(json.loads(response.text or "null")), status=response.status
                )
            return response

        return poisoning
