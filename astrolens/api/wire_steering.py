"""Requests and replies of POST /control/..."""

from typing import NotRequired, TypedDict


class PollRequest(TypedDict):
    """POST /control/poll."""

    source: str


class RecalibrateRequest(TypedDict):
    """POST /control/recalibrate."""

    source: NotRequired[str]


class ControlReply(TypedDict):
    """POST /control/...: the state that the daemon is in, or goes into."""

    state: str


class ReloadReply(TypedDict):
    """POST /control/reload."""

    state: str
    needs_restart: list[str]  # changed keys that are used only at the next start
