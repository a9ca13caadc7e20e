"""What the views Transients, Sky, Models, Log and Settings ask of a daemon: one function for each route."""

from astrolens.api.call import Call, chosen
from astrolens.api.wire import EventPage
from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingsReply, SourcesReply
from astrolens.api.wire_sky import EmbeddingReply, SkyReply
from astrolens.api.wire_steering import ControlReply
from astrolens.api.wire_transients import StampsReply, TransientDetail, TransientPage


def sky() -> Call[SkyReply]:
    """What was judged and found, area by area.

    Returns
    -------
    Call
        ``GET /sky``.
    """
    return Call(method="GET", path="/sky")


def embedding(*, limit: int | None = None) -> Call[EmbeddingReply]:
    """Pictures on a plane through their embeddings.

    Parameters
    ----------
    limit : int, optional
        Most pictures beside the findings, 20 to 5,000; 2,000 when not given.

    Returns
    -------
    Call
        ``GET /embedding``.
    """
    return Call(method="GET", path="/embedding", query=chosen(limit=limit), timeout_s=30.0)


def models() -> Call[ModelsReply]:
    """Encoders, calibrations, drift and false alarms.

    Returns
    -------
    Call
        ``GET /models``.
    """
    return Call(method="GET", path="/models", timeout_s=30.0)


def settings() -> Call[SettingsReply]:
    """Every setting in force.

    Returns
    -------
    Call
        ``GET /settings``.
    """
    return Call(method="GET", path="/settings")


def sources() -> Call[SourcesReply]:
    """Every source with its health and its options.

    Returns
    -------
    Call
        ``GET /sources``.
    """
    return Call(method="GET", path="/sources")


def hold(source: str, *, held: bool) -> Call[ControlReply]:
    """Pause one source, or let it go on.

    Parameters
    ----------
    source : str
        Its name.
    held : bool
        Whether it is paused from now on.

    Returns
    -------
    Call
        ``POST /control/hold``.
    """
    return Call(method="POST", path="/control/hold", body={"source": source, "held": held})


def events_before(
    *, before: int | None = None, kinds: tuple[str, ...] = (), limit: int | None = None
) -> Call[EventPage]:
    """Stored events, the newest first page by page.

    Parameters
    ----------
    before : int, optional
        Sequence number of the oldest event that is already known; the newest page when not given.
    kinds : tuple of str, optional
        Only these kinds.
    limit : int, optional
        Rows, 1 to 1,000; 100 when not given.

    Returns
    -------
    Call
        ``GET /events/before``; its rows are oldest first.
    """
    query = chosen(before=before, kind=kinds, limit=limit)
    return Call(method="GET", path="/events/before", query=query)


def transients() -> Call[TransientPage]:
    """Transients, or why there are none.

    Returns
    -------
    Call
        ``GET /transients``.
    """
    return Call(method="GET", path="/transients")


def transient(number: int) -> Call[TransientDetail]:
    """Everything about one transient.

    Parameters
    ----------
    number : int
        Its number.

    Returns
    -------
    Call
        ``GET /transients/{id}``.
    """
    return Call(method="GET", path=f"/transients/{number}")


def stamps(number: int) -> Call[StampsReply]:
    """Its three pictures.

    Parameters
    ----------
    number : int
        Its number.

    Returns
    -------
    Call
        ``GET /transients/{id}/stamps``.
    """
    return Call(method="GET", path=f"/transients/{number}/stamps")
