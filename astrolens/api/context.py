"""What the handlers may use."""

from dataclasses import dataclass

from astrolens.api.control import Control
from astrolens.api.hub import EventHub
from astrolens.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """Everything that a handler can reach.

    Attributes
    ----------
    store : Store
        The open store.
    control : Control
        The daemon.
    hub : EventHub
        Where committed events are posted.
    upload_limit_bytes : int
        Largest file that may be sent to it.
    version : str
        Of AstroLens.
    """

    store: Store
    control: Control
    hub: EventHub
    upload_limit_bytes: int
    version: str
