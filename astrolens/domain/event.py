"""What the house says about itself, for the stream, the terminal and the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class EventKind(StrEnum):
    """Every kind of event; each is documented in docs/events.md."""

    STARTED = "started"
    STOPPING = "stopping"
    PAUSED = "paused"
    RESUMED = "resumed"
    RELOADED = "reloaded"
    IMAGE_DONE = "image_done"
    IMAGE_PARKED = "image_parked"
    FINDING = "finding"
    CALIBRATED = "calibrated"
    REJUDGED = "rejudged"
    REMEASURED = "remeasured"
    MODEL_COMPARED = "model_compared"
    MODEL_PROMOTED = "model_promoted"
    MODEL_ROLLED_BACK = "model_rolled_back"
    DRIFT = "drift"
    THRESHOLD_MOVED = "threshold_moved"
    LABELLED = "labelled"
    CROSS_MATCHED = "cross_matched"
    SOURCE_CHANGED = "source_changed"
    NETWORK_CHANGED = "network_changed"
    NOTIFIED = "notified"
    DESCRIBED = "described"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind : EventKind
        What sort of thing.
    at : str
        ISO 8601 UTC.
    image_id : int or None
        The picture it is about, if any.
    payload : Mapping of str to object
        JSON-able details.
    sequence : int
        Grows by one for each stored event; 0 before it is stored.
    """

    kind: EventKind
    at: str
    image_id: int | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    sequence: int = 0
