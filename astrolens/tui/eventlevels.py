"""Kinds of events in groups, and how much each matters."""

from dataclasses import dataclass
from enum import IntEnum

from astrolens.api.wire import EventRow
from astrolens.domain.event import EventKind
from astrolens.domain.promotion import BY_THE_HOUSE


class Level(IntEnum):
    """How much an event matters."""

    ALL = 0
    NOTABLE = 1
    TROUBLE = 2


LEVEL_WORDS = {Level.ALL: "all", Level.NOTABLE: "notable and trouble", Level.TROUBLE: "trouble only"}


@dataclass(frozen=True, slots=True)
class KindGroup:
    """Kinds that are looked at together; no kinds means all of them."""

    title: str
    kinds: tuple[EventKind, ...]


_SINGLE_PICTURES = frozenset({EventKind.IMAGE_DONE, EventKind.CROSS_MATCHED})
_NOTABLE = frozenset(
    {
        EventKind.STARTED, EventKind.STOPPING, EventKind.FINDING, EventKind.CALIBRATED, EventKind.THRESHOLD_MOVED,
        EventKind.REJUDGED, EventKind.REMEASURED, EventKind.RELOADED, EventKind.MODEL_COMPARED,
        EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK,
    }
)  # fmt: skip
_TROUBLE = frozenset({EventKind.DRIFT, EventKind.IMAGE_PARKED})


def kind_groups() -> tuple[KindGroup, ...]:
    """The groups in the order in which a key goes through them."""
    return (
        KindGroup(
            "all but single pictures", tuple(kind for kind in EventKind if kind not in _SINGLE_PICTURES)
        ),
        KindGroup("findings", (EventKind.FINDING,)),
        KindGroup(
            "sources and network",
            (EventKind.SOURCE_CHANGED, EventKind.NETWORK_CHANGED, EventKind.IMAGE_PARKED),
        ),
        KindGroup(
            "calibration and drift",
            (
                EventKind.CALIBRATED, EventKind.REJUDGED, EventKind.REMEASURED, EventKind.DRIFT,
                EventKind.THRESHOLD_MOVED,
            ),
        ),
        KindGroup("models", (EventKind.MODEL_COMPARED, EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK)),
        KindGroup("people", (EventKind.LABELLED, EventKind.NOTIFIED, EventKind.DESCRIBED)),
        KindGroup(
            "the daemon",
            (
                EventKind.STARTED, EventKind.STOPPING, EventKind.PAUSED, EventKind.RESUMED, EventKind.RELOADED,
                EventKind.RETENTION,
            ),
        ),
        KindGroup("everything", ()),
    )  # fmt: skip


def level_of(event: EventRow) -> Level:
    """How much one event matters."""
    kind, payload = event["kind"], event["payload"]
    if kind == EventKind.SOURCE_CHANGED:
        return Level.NOTABLE if payload.get("state") in ("ok", "paused") else Level.TROUBLE
    if kind == EventKind.NETWORK_CHANGED:
        return Level.NOTABLE if payload.get("online") else Level.TROUBLE
    if kind == EventKind.MODEL_ROLLED_BACK and payload.get("by") == BY_THE_HOUSE:
        return Level.TROUBLE
    if kind in _TROUBLE:
        return Level.TROUBLE
    return Level.NOTABLE if kind in _NOTABLE else Level.ALL
