"""Records of the house turned into rows of the wire."""

from astrolens.api.wire import AnswerRow, DescriptionRow, EventRow, ImageRow, LabelRow, MatchRow, SimilarRow
from astrolens.api.wire_review import RemarkRow
from astrolens.api.wire_verdict import ChangeRow, TrialRow
from astrolens.domain.description import NOTICE, Description
from astrolens.domain.event import Event
from astrolens.domain.finding import CatalogAnswer
from astrolens.domain.review import Label, Remark
from astrolens.domain.turnover import TriedCalibration
from astrolens.domain.why import Neighbour
from astrolens.store.record import ImageRecord


def event_row(event: Event) -> EventRow:
    """One event as it crosses the socket.

    Parameters
    ----------
    event : Event
        A stored event.

    Returns
    -------
    EventRow
        JSON-able.
    """
    return EventRow(
        sequence=event.sequence,
        at=event.at,
        kind=event.kind.value,
        image_id=event.image_id,
        payload=dict(event.payload),
    )


def label_row(label: Label) -> LabelRow:
    """One label as it crosses the socket.

    Parameters
    ----------
    label : Label
        A stored label.

    Returns
    -------
    LabelRow
        JSON-able.
    """
    return LabelRow(
        label_id=label.label_id,
        image_id=label.image_id,
        value=label.value.value,
        reviewer=label.reviewer,
        made_at=label.made_at,
        interest=label.interest,
        note=label.note,
        withdrawn=label.withdrawn,
        asked_because=label.asked_because.value,
    )


def remark_row(remark: Remark) -> RemarkRow:
    """One tag or note as it crosses the socket.

    Parameters
    ----------
    remark : Remark
        A stored remark.

    Returns
    -------
    RemarkRow
        JSON-able.
    """
    return RemarkRow(
        remark_id=remark.remark_id,
        image_id=remark.image_id,
        kind=remark.kind.value,
        words=remark.words,
        reviewer=remark.reviewer,
        made_at=remark.made_at,
        withdrawn=remark.withdrawn,
    )


def answer_row(answer: CatalogAnswer) -> AnswerRow:
    """What one catalogue said, as it crosses the socket.

    Parameters
    ----------
    answer : CatalogAnswer
        Its answer.

    Returns
    -------
    AnswerRow
        JSON-able.
    """
    return AnswerRow(
        catalogue=answer.catalogue,
        outcome=answer.outcome.value,
        reason=answer.reason,
        radius_arcsec=answer.radius_arcsec,
        asked_at=answer.asked_at,
        matches=[
            MatchRow(
                catalogue=match.catalogue,
                name=match.name,
                object_type=match.object_type,
                ra_deg=match.position.ra_deg,
                dec_deg=match.position.dec_deg,
                separation_arcsec=match.separation_arcsec,
                chance_probability=match.chance_probability,
                size_arcsec=match.size_arcsec,
                redshift=match.redshift,
                references=match.references,
                magnitude=match.magnitude,
                explains=match.explains,
            )
            for match in answer.matches
        ],
    )


def description_row(description: Description) -> DescriptionRow:
    """What a language model wrote, as it crosses the socket.

    Parameters
    ----------
    description : Description
        A stored description.

    Returns
    -------
    DescriptionRow
        JSON-able, with the notice that belongs to it.
    """
    return DescriptionRow(
        image_id=description.image_id,
        described=description.described,
        words=description.words,
        features=list(description.features),
        suggested=None if description.suggested is None else description.suggested.value,
        confidence=description.confidence,
        reason=description.reason,
        provider=description.provider,
        model=description.model,
        prompt_version=description.prompt_version,
        made_at=description.made_at,
        notice=NOTICE,
    )


def neighbour_row(neighbour: Neighbour) -> SimilarRow:
    """A picture that looks alike, as it crosses the socket.

    Parameters
    ----------
    neighbour : Neighbour
        From a `WhyCard`.

    Returns
    -------
    SimilarRow
        JSON-able.
    """
    return SimilarRow(
        id=neighbour.image_id,
        similarity=neighbour.similarity,
        source=neighbour.source,
        key=neighbour.key,
        decision=neighbour.decision,
        label=neighbour.label,
    )


def trial_row(trial: TriedCalibration) -> TrialRow:
    """What a new calibration would change, as it crosses the socket.

    Parameters
    ----------
    trial : TriedCalibration
        It was forgotten after that.

    Returns
    -------
    TrialRow
        JSON-able.
    """
    table = trial.table
    return TrialRow(
        source=trial.source,
        model_id=trial.model_id,
        sample=trial.sample,
        pictures=table.pictures,
        new=table.new,
        gone=table.gone,
        table=[
            ChangeRow(old=one.old.value, new=one.new.value, count=one.count, ids=list(one.image_ids))
            for one in table.changes()
        ],
    )


def image_row(record: ImageRecord) -> ImageRow:
    """One picture of the store as it crosses the socket.

    Parameters
    ----------
    record : ImageRecord
        Its row.

    Returns
    -------
    ImageRow
        JSON-able.
    """
    position = record.position
    return ImageRow(
        id=record.image_id,
        source=record.source,
        key=record.key,
        state=record.state.value,
        reason=record.reason,
        media_type=None if record.media_type is None else record.media_type.value,
        size_bytes=record.size_bytes,
        ra_deg=None if position is None else position.ra_deg,
        dec_deg=None if position is None else position.dec_deg,
        duplicate_of=record.duplicate_of,
    )
