"""What crosses the socket about settings and sources."""

from typing import TypedDict


class SettingRow(TypedDict):
    """One setting in force. Secrets are masked before they leave the daemon."""

    key: str  # dotted, as in astrolens.toml
    value: str
    default: str
    bounds: str  # "" when anything goes
    origin: str  # default | file | start (given when the daemon was started)
    waiting: str | None  # value that the file holds now and that is not in force
    at_once: bool  # a reload is enough; else the next start
    words: str


class SettingsReply(TypedDict):
    """GET /settings."""

    file: str
    exists: bool
    mistake: str  # why the file cannot be read now, else ""
    rows: list[SettingRow]


class SourceCard(TypedDict):
    """One source with everything that a person may ask of it."""

    name: str
    title: str
    enabled: bool
    held: bool  # a person paused it
    state: str  # ok | resting | broken | off
    breaker: str  # closed | open: rests until | half open: the next poll decides
    failures: int  # in a row
    reason: str
    next_poll_at: str | None
    last_ok_at: str
    interval_s: float
    weight: float
    batch: int
    hosts: list[str]
    options: list[list[str]]  # name and value; secrets masked
    licence: str
    credit: str


class SourcesReply(TypedDict):
    """GET /sources."""

    sources: list[SourceCard]


class HoldRequest(TypedDict):
    """POST /control/hold."""

    source: str
    held: bool
