"""Everything that a daemon can be told to do: one function for each POST route."""

from pathlib import Path

from astrolens.api.call import Call
from astrolens.api.wire import DescriptionRow, ImageDetail, LabelRow, SubmitReply
from astrolens.api.wire_crossref import BatchReply, CrossrefReply
from astrolens.api.wire_filters import SavedFilter
from astrolens.api.wire_models import ComparisonRow, PromotionRow
from astrolens.api.wire_steering import ControlReply, ReloadReply
from astrolens.api.wire_verdict import TrialReply
from astrolens.domain.review import AskedBecause, LabelValue


def label(
    image_id: int,
    value: LabelValue,
    *,
    reviewer: str | None = None,
    interest: int | None = None,
    note: str = "",
    asked_because: AskedBecause | None = None,
) -> Call[LabelRow]:
    """Say what a picture is; the answer comes when it is on disk. Sending it twice stores it once.

    Parameters
    ----------
    image_id : int
        The picture.
    value : LabelValue
        What it is.
    reviewer : str, optional
        Who says so; the login name of the caller when not given.
    interest : int, optional
        0 to 5.
    note : str
        Free words, at most 2,000 characters.
    asked_because : AskedBecause, optional
        How the picture came before that person; the person chose it when not given.

    Returns
    -------
    Call
        ``POST /labels``.
    """
    body: dict[str, object] = {"image_id": image_id, "value": value.value, "note": note}
    if reviewer is not None:
        body["reviewer"] = reviewer
    if interest is not None:
        body["interest"] = interest
    if asked_because is not None:
        body["asked_because"] = asked_because.value
    return Call(method="POST", path="/labels", body=body)


def withdraw_label(label_id: int) -> Call[LabelRow]:
    """Take a label back; it stays on record as withdrawn.

    Parameters
    ----------
    label_id : int
        Number of the label.

    Returns
    -------
    Call
        ``POST /labels/{label_id}/withdraw``.
    """
    return Call(method="POST", path=f"/labels/{label_id}/withdraw")


def submit(path: Path) -> Call[SubmitReply]:
    """Hand a file to the daemon, as if a source had offered it.

    Parameters
    ----------
    path : Path
        A JPEG, PNG or FITS file.

    Returns
    -------
    Call
        ``POST /images``.
    """
    return Call(method="POST", path="/images", upload=path, timeout_s=60.0)


def analyze(image_id: int) -> Call[ImageDetail]:
    """Judge a picture again with the present calibration.

    Parameters
    ----------
    image_id : int
        A picture that was measured.

    Returns
    -------
    Call
        ``POST /analyze/{id}``.
    """
    return Call(method="POST", path=f"/analyze/{image_id}", timeout_s=60.0)


def crossref(image_id: int) -> Call[CrossrefReply]:
    """Ask the catalogues about one picture now.

    Parameters
    ----------
    image_id : int
        A picture with a position.

    Returns
    -------
    Call
        ``POST /crossref/{id}``.
    """
    return Call(method="POST", path=f"/crossref/{image_id}", timeout_s=120.0)


def crossref_at(
    ra_deg: float, dec_deg: float, *, radius_arcsec: float | None = None, epoch: str | None = None
) -> Call[CrossrefReply]:
    """Ask the catalogues about a position.

    Parameters
    ----------
    ra_deg, dec_deg : float
        ICRS degrees.
    radius_arcsec : float, optional
        Search radius; ``catalog.radius_arcsec`` when not given.
    epoch : str, optional
        Time of an exposure, ISO 8601 with its zone, for what moves.

    Returns
    -------
    Call
        ``POST /crossref``.
    """
    body: dict[str, float | str] = {"ra_deg": ra_deg, "dec_deg": dec_deg}
    if radius_arcsec is not None:
        body["radius_arcsec"] = radius_arcsec
    if epoch is not None:
        body["epoch"] = epoch
    return Call(method="POST", path="/crossref", body=body, timeout_s=120.0)


def crossref_batch(image_ids: tuple[int, ...]) -> Call[BatchReply]:
    """Put pictures on the list of the catalogue sweep.

    Parameters
    ----------
    image_ids : tuple of int
        1 to 1,000 pictures.

    Returns
    -------
    Call
        ``POST /crossref/batch``.
    """
    return Call(method="POST", path="/crossref/batch", body={"ids": list(image_ids)})


def annotate(image_id: int) -> Call[DescriptionRow]:
    """Let the language model describe one picture; this may take minutes.

    Parameters
    ----------
    image_id : int
        A picture that was measured.

    Returns
    -------
    Call
        ``POST /annotate/{id}``.
    """
    return Call(method="POST", path=f"/annotate/{image_id}", timeout_s=660.0)


def pause() -> Call[ControlReply]:
    """Stop polling and measuring until told to go on.

    Returns
    -------
    Call
        ``POST /control/pause``.
    """
    return Call(method="POST", path="/control/pause")


def resume() -> Call[ControlReply]:
    """Go on after a pause.

    Returns
    -------
    Call
        ``POST /control/resume``.
    """
    return Call(method="POST", path="/control/resume")


def reload() -> Call[ReloadReply]:
    """Read the configuration again; a bad file changes nothing and is answered with `BadData`.

    Returns
    -------
    Call
        ``POST /control/reload``.
    """
    return Call(method="POST", path="/control/reload", timeout_s=30.0)


def stop() -> Call[ControlReply]:
    """End the daemon in order; only over the Unix socket.

    Returns
    -------
    Call
        ``POST /control/stop``.
    """
    return Call(method="POST", path="/control/stop")


def poll(source: str) -> Call[ControlReply]:
    """Ask a source now instead of at its next turn.

    Parameters
    ----------
    source : str
        Its name.

    Returns
    -------
    Call
        ``POST /control/poll``.
    """
    return Call(method="POST", path="/control/poll", body={"source": source})


def try_calibration(source: str | None = None) -> Call[TrialReply]:
    """Say what a new calibration would decide otherwise; nothing is changed.

    Parameters
    ----------
    source : str, optional
        Only this source; every source when not given.

    Returns
    -------
    Call
        ``POST /control/recalibrate/trial``.
    """
    body = {} if source is None else {"source": source}
    return Call(method="POST", path="/control/recalibrate/trial", body=body, timeout_s=600.0)


def recalibrate(source: str | None = None) -> Call[ControlReply]:
    """Fit detectors and calibration again on what is stored.

    Parameters
    ----------
    source : str, optional
        Only this source; every source when not given.

    Returns
    -------
    Call
        ``POST /control/recalibrate``.
    """
    body = {} if source is None else {"source": source}
    return Call(method="POST", path="/control/recalibrate", body=body, timeout_s=600.0)


def save_filter(name: str, words: str) -> Call[list[SavedFilter]]:
    """Give a filter of the candidate list a name; one of the same name is replaced.

    Parameters
    ----------
    name : str
        At most 40 characters.
    words : str
        As `astrolens.domain.filter_text.parse_filter` reads them.

    Returns
    -------
    Call
        ``POST /filters``.
    """
    return Call(method="POST", path="/filters", body={"name": name, "words": words})


def remove_filter(name: str) -> Call[list[SavedFilter]]:
    """Forget a filter.

    Parameters
    ----------
    name : str
        Of a saved one.

    Returns
    -------
    Call
        ``POST /filters/remove``.
    """
    return Call(method="POST", path="/filters/remove", body={"name": name})


def compare_model(model: str) -> Call[ComparisonRow]:
    """Compare an encoder with the one in use, on labelled pictures; nothing is changed. This may take minutes.

    Parameters
    ----------
    model : str
        As ``analyse.model`` names it.

    Returns
    -------
    Call
        ``POST /models/compare``.
    """
    return Call(method="POST", path="/models/compare", body={"model": model}, timeout_s=1800.0)


def promote_model(
    model: str, *, reviewer: str | None = None, reason: str = "", without_proof: bool = False
) -> Call[PromotionRow]:
    """Put another encoder to use; the daemon opens its house anew with it and every source is calibrated for it.

    Parameters
    ----------
    model : str
        As ``analyse.model`` names it.
    reviewer : str, optional
        Who says so; the login name of the caller when not given.
    reason : str
        Free words, at most 500 characters.
    without_proof : bool
        Do so although no paired test showed it to be better; that stays on record.

    Returns
    -------
    Call
        ``POST /models/promote``.
    """
    body: dict[str, object] = {"model": model, "reason": reason, "without_proof": without_proof}
    if reviewer is not None:
        body["reviewer"] = reviewer
    return Call(method="POST", path="/models/promote", body=body, timeout_s=300.0)


def roll_back_model(*, reviewer: str | None = None, reason: str = "") -> Call[PromotionRow]:
    """Take up the encoder that was in use before the newest promotion; its calibrations were kept.

    Parameters
    ----------
    reviewer : str, optional
        Who says so; the login name of the caller when not given.
    reason : str
        Free words, at most 500 characters.

    Returns
    -------
    Call
        ``POST /models/rollback``.
    """
    body: dict[str, object] = {"reason": reason}
    if reviewer is not None:
        body["reviewer"] = reviewer
    return Call(method="POST", path="/models/rollback", body=body, timeout_s=300.0)
