"""Everything that can be asked of a daemon: one function for each GET route."""

from typing import TYPE_CHECKING

from astrolens.api.call import Call, ReplyForm, chosen
from astrolens.api.wire import (
    CandidateOrder,
    CandidatePage,
    EventPage,
    ImageDetail,
    ImagePage,
    LabelRow,
    SimilarRow,
)
from astrolens.api.wire_crossref import CrossrefSummary
from astrolens.api.wire_filters import SavedFilter
from astrolens.api.wire_pixels import PixelsReply
from astrolens.api.wire_status import DeviceReply, HealthReply, ReadyReply, StatusReply
from astrolens.api.wire_verdict import WhyReply

if TYPE_CHECKING:
    from astrolens.domain.detection import Decision
    from astrolens.domain.finding import CatalogState
    from astrolens.domain.image import ImageState  # loads numpy, which no question needs


def health() -> Call[HealthReply]:
    """Whether the daemon's loop turns.

    Returns
    -------
    Call
        ``GET /health``.
    """
    return Call(method="GET", path="/health", timeout_s=3.0)


def ready() -> Call[ReadyReply]:
    """Whether it can do its work; a daemon that cannot answers `Unavailable` with the reasons.

    Returns
    -------
    Call
        ``GET /ready``.
    """
    return Call(method="GET", path="/ready", timeout_s=3.0)


def status() -> Call[StatusReply]:
    """Everything that the overview shows.

    Returns
    -------
    Call
        ``GET /stats``.
    """
    return Call(method="GET", path="/stats")


def metrics() -> Call[str]:
    """Counters and gauges as OpenMetrics text.

    Returns
    -------
    Call
        ``GET /metrics``.
    """
    return Call(method="GET", path="/metrics", form=ReplyForm.TEXT)


def device() -> Call[DeviceReply]:
    """Where the network runs and which one it is.

    Returns
    -------
    Call
        ``GET /device``.
    """
    return Call(method="GET", path="/device")


def images(
    *,
    state: "ImageState | None" = None,
    source: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> Call[ImagePage]:
    """Pictures in the order of their numbers, newest first.

    Parameters
    ----------
    state : ImageState, optional
        Only pictures that are this far.
    source : str, optional
        Only pictures of this source.
    after : str, optional
        ``next`` of the page before.
    limit : int, optional
        Rows in a page, 1 to 1,000; 100 when not given.

    Returns
    -------
    Call
        ``GET /images``.
    """
    return Call(
        method="GET", path="/images", query=chosen(state=state, source=source, after=after, limit=limit)
    )


def image(image_id: int) -> Call[ImageDetail]:
    """Everything that is known of one picture.

    Parameters
    ----------
    image_id : int
        Its number.

    Returns
    -------
    Call
        ``GET /images/{id}``.
    """
    return Call(method="GET", path=f"/images/{image_id}")


def why(image_id: int, *, heat: bool = True) -> Call[WhyReply]:
    """The evidence for a verdict.

    Parameters
    ----------
    image_id : int
        Its number.
    heat : bool
        Whether a heat map is wanted, which costs a pass of the network.

    Returns
    -------
    Call
        ``GET /images/{id}/why``.
    """
    query = {} if heat else {"heat": "no"}
    return Call(method="GET", path=f"/images/{image_id}/why", query=query, timeout_s=60.0)


def pixels(image_id: int, *, side: int | None = None, band: int | None = None) -> Call[PixelsReply]:
    """The numbers behind one picture; `astrolens.api.read_pixels` puts them into arrays.

    Parameters
    ----------
    image_id : int
        Its number.
    side : int, optional
        Most pixels along the longer side, 16 to 1,024; 256 when not given.
    band : int, optional
        Number of one plane; all planes when not given.

    Returns
    -------
    Call
        ``GET /images/{id}/pixels``.
    """
    query = chosen(side=side, band=band)
    return Call(method="GET", path=f"/images/{image_id}/pixels", query=query, timeout_s=60.0)


def image_file(image_id: int) -> Call[bytes]:
    """The original bytes of one picture.

    Parameters
    ----------
    image_id : int
        Its number.

    Returns
    -------
    Call
        ``GET /images/{id}/file``.
    """
    return Call(method="GET", path=f"/images/{image_id}/file", form=ReplyForm.BYTES, timeout_s=60.0)


def thumbnail(image_id: int) -> Call[bytes]:
    """A small JPEG of one picture.

    Parameters
    ----------
    image_id : int
        Its number.

    Returns
    -------
    Call
        ``GET /images/{id}/thumbnail``.
    """
    return Call(method="GET", path=f"/images/{image_id}/thumbnail", form=ReplyForm.BYTES)


def candidates(
    *,
    decisions: "tuple[Decision, ...]" = (),
    source: str | None = None,
    label: str | None = None,
    catalogue: "CatalogState | None" = None,
    minimum_sigma: float | None = None,
    text: str | None = None,
    terms: str | None = None,
    order: CandidateOrder | None = None,
    reverse: bool = False,
    after: str | None = None,
    before: str | None = None,
    rank: int | None = None,
    limit: int | None = None,
) -> Call[CandidatePage]:
    """One page of judged pictures.

    Parameters
    ----------
    decisions : tuple of Decision, optional
        Only these; anomalies and near misses when not given.
    source : str, optional
        Only this source.
    label : str, optional
        A `LabelValue`, ``any`` (labelled) or ``none`` (not labelled).
    catalogue : CatalogState, optional
        Only these.
    minimum_sigma : float, optional
        Only this odd or odder.
    text : str, optional
        Only pictures whose key holds this.
    terms : str, optional
        What `astrolens.domain.filter_text.parse_filter` reads.
    order : CandidateOrder, optional
        Oddest first when not given.
    reverse : bool
        The whole list the other way round.
    after : str, optional
        ``next`` of the page before.
    before : str, optional
        ``previous`` of the page behind.
    rank : int, optional
        How many rows come before the page; beyond the end it means the last page.
    limit : int, optional
        Rows in a page, 1 to 1,000; 100 when not given.

    Returns
    -------
    Call
        ``GET /candidates``.
    """
    query = chosen(
        decision=decisions,
        source=source,
        label=label,
        catalogue=catalogue,
        minimum_sigma=minimum_sigma,
        text=text,
        filter=terms or None,
        order=order,
        reverse="yes" if reverse else None,
        after=after,
        before=before,
        rank=rank,
        limit=limit,
    )
    return Call(method="GET", path="/candidates", query=query)


def saved_filters() -> Call[list[SavedFilter]]:
    """Filters of the candidate list that were given a name.

    Returns
    -------
    Call
        ``GET /filters``.
    """
    return Call(method="GET", path="/filters")


def similar(image_id: int, *, limit: int | None = None) -> Call[list[SimilarRow]]:
    """Pictures whose embeddings are nearest.

    Parameters
    ----------
    image_id : int
        The picture that is compared.
    limit : int, optional
        Neighbours, 1 to 200; 12 when not given.

    Returns
    -------
    Call
        ``GET /similar/{id}``.
    """
    return Call(method="GET", path=f"/similar/{image_id}", query=chosen(limit=limit))


def labels_of(image_id: int) -> Call[list[LabelRow]]:
    """Every label of one picture, newest first, withdrawn ones too.

    Parameters
    ----------
    image_id : int
        The picture.

    Returns
    -------
    Call
        ``GET /labels/{image_id}``.
    """
    return Call(method="GET", path=f"/labels/{image_id}")


def crossref_summary() -> Call[CrossrefSummary]:
    """How many findings are known, unknown, or not answered for.

    Returns
    -------
    Call
        ``GET /crossref/summary``.
    """
    return Call(method="GET", path="/crossref/summary")


def events_page(*, after: int = 0, limit: int | None = None) -> Call[EventPage]:
    """Stored events after a cursor.

    Parameters
    ----------
    after : int
        Sequence number of the last event that is already known.
    limit : int, optional
        Rows, 1 to 1,000; 100 when not given.

    Returns
    -------
    Call
        ``GET /events/page``.
    """
    return Call(method="GET", path="/events/page", query=chosen(after=after, limit=limit))


def openapi() -> Call[dict[str, object]]:
    """The description of this API.

    Returns
    -------
    Call
        ``GET /openapi.json``.
    """
    return Call(method="GET", path="/openapi.json")
