"""GET /images/{id}/why: the evidence for a verdict on one card."""

from aiohttp import web

from astrolens.api.images import existing
from astrolens.api.route import Asked, Parameter, Route, json_reply
from astrolens.api.rows import neighbour_row
from astrolens.api.subject import Subject, get
from astrolens.api.wire_verdict import DetectorRow, HeatRow, OutlierRow, WhyReply
from astrolens.domain.heat import HeatMap
from astrolens.domain.image import MediaType
from astrolens.domain.why import WhyCard
from astrolens.store.record import ImageRecord

_MAJORITY = 2
_UPSIDE_DOWN = (MediaType.FITS, MediaType.FITS_GZIP)  # their first row is the lowest of the thumbnail


class WhyHandlers(Subject):
    """Answers of ``/images/{id}/why``."""

    def routes(self) -> list[Route]:
        """Routes of this subject.

        Returns
        -------
        list of Route
            For the server and the document.
        """
        heat = Parameter(
            name="heat",
            words="'yes' for a heat map too, which costs a pass of the network.",
            default="yes",
            choices=("yes", "no"),
        )
        return [
            get(
                "/images/{id}/why",
                self._why,
                WhyReply,
                "The evidence for a verdict: detectors, votes, shape, flags, nearest normals and labelled pictures, heat.",
                parameters=(heat,),
                errors=(404, 409),
            )
        ]

    async def _why(self, asked: Asked) -> web.StreamResponse:
        record = await existing(self._context.store, asked.number)
        card = await self._context.control.why(asked.number, heat=asked.query["heat"] == "yes")
        if card is None:
            raise web.HTTPConflict(
                text=f"image {asked.number} is {record.state.value}; it has no verdict yet"
            )
        return json_reply(why_row(card, record))


def why_row(card: WhyCard, record: ImageRecord) -> WhyReply:
    """A card as it crosses the socket.

    Parameters
    ----------
    card : WhyCard
        The evidence.
    record : ImageRecord
        Of the same picture; its size and type place the heat map on the thumbnail.

    Returns
    -------
    WhyReply
        JSON-able.
    """
    reply = WhyReply(
        image_id=card.image_id,
        decision=card.decision.value,
        held_by=card.held_by,
        budget_per_1000=card.budget_per_1000,
        p_value=card.p_value,
        sigma=card.sigma,
        extrapolated=card.extrapolated,
        in_calibration=card.in_calibration,
        detectors=[
            DetectorRow(
                name=one.name, score=one.score, p_value=one.p_value, weight=one.weight, votes=one.votes
            )
            for one in card.detectors
        ],
        votes=card.votes,
        majority=card.votes >= _MAJORITY,
        outliers=[
            OutlierRow(
                name=one.name,
                value=one.value,
                low=one.low,
                high=one.high,
                beyond=one.beyond,
                percentile=one.percentile,
            )
            for one in card.outliers
        ],
        flags=list(card.flags),
        normals=[neighbour_row(one) for one in card.normals],
        labelled=[neighbour_row(one) for one in card.labelled],
        state_id=card.state_id,
        model_id=card.model_id,
        former_model=card.former_model,
        calibrated_on=card.calibrated_on,
    )
    if card.heat is not None and record.width and record.height:
        upside_down = record.media_type in _UPSIDE_DOWN
        reply["heat"] = heat_row(card.heat, record.width, record.height, upside_down=upside_down)
    return reply


def heat_row(heat: HeatMap, width: int, height: int, *, upside_down: bool) -> HeatRow:
    """A heat map in shares of the thumbnail.

    Parameters
    ----------
    heat : HeatMap
        In pixels of the picture.
    width, height : int
        Of the picture, in pixels; above 0.
    upside_down : bool
        Whether the picture's first row is the thumbnail's last.

    Returns
    -------
    HeatRow
        JSON-able.
    """
    plain = heat.as_json()
    box = heat.box
    upper, lower = box.upper / height, box.lower / height
    if upside_down:
        plain["values"].reverse()
        upper, lower = 1.0 - lower, 1.0 - upper
    edges = (box.left / width, upper, box.right / width, lower)
    return HeatRow(values=plain["values"], box=[round(edge, 4) for edge in edges])
