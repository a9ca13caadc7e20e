"""Records of the house turned into rows of the wire."""

from astrolens.api.wire import AnswerRow, EventRow, ImageRow, LabelRow, MatchRow
from astrolens.domain.event import Event
from astrolens.domain.finding import CatalogAnswer
from astrolens.domain.review import Label
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
            )
            for match in answer.matches
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
