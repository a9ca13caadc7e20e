"""Any survey of NASA's SkyView, cut out and resampled on request."""

from collections.abc import AsyncIterator
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar
from urllib.parse import quote, urlencode

from astrolens.plugin import (
    WHOLE_SKY,
    Field,
    Footprint,
    Offer,
    Sampler,
    SamplingOptions,
    SourceContext,
    SourceOptions,
    Visit,
    Zone,
)

_ASTROMETRY_ARCSEC = 1.0
_SDSS = (
    Zone(dec_from=-4.0, dec_to=65.0, ra_from=115.0, ra_to=255.0),
    Zone(dec_from=-10.0, dec_to=34.0, ra_from=315.0, ra_to=45.0),
)
# Surveys that have seen a part of the sky, by the beginning of their name; outlines to a few degrees.
_FOOTPRINTS = {
    "sdss": Footprint(zones=_SDSS),
    "first": Footprint(zones=(Zone(dec_from=-8.0, dec_to=57.0, ra_from=120.0, ra_to=250.0),)),
    "nvss": Footprint(zones=(Zone(dec_from=-40.0),)),
    "sumss": Footprint(zones=(Zone(dec_to=-30.0),), galactic_latitude_deg=10.0),
}
_DSS_TERMS = ("Research and education; no commercial redistribution", "DSS / STScI / AURA; NASA SkyView")


class PictureForm(StrEnum):
    """What kind of file is asked for; the value is SkyView's own word."""

    JPEG = "JPEG"
    FITS = "FITS"


class SkyViewOptions(SourceOptions):
    """Options of the source ``skyview``."""

    base_url: str = Field("https://skyview.gsfc.nasa.gov", description="The service, or a mirror of it.")
    survey: str = Field(
        "DSS2 Red",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 .:+/()-]{0,59}$",
        description="One survey, as SkyView names it.",
    )
    form: PictureForm = Field(PictureForm.FITS, description="FITS with its WCS, or JPEG.")
    size_px: int = Field(300, ge=32, le=2048, description="Side of the picture, in pixels.")
    scale_arcsec: float = Field(1.0, ge=0.1, le=600, description="Side of a pixel, in arcsec.")
    sampling: SamplingOptions = Field(SamplingOptions(), description="Where it looks; see docs/sources.md.")


class Source:
    """Cutouts of one survey. SkyView makes each picture anew and is slow: it is asked rarely."""

    name: ClassVar[str] = "skyview"
    title: ClassVar[str] = "NASA SkyView (any of its surveys)"
    licence: ClassVar[str] = "Terms of the survey; see skyview.gsfc.nasa.gov"
    credit: ClassVar[str] = "NASA SkyView, HEASARC"
    hosts: ClassVar[tuple[str, ...]] = ("skyview.gsfc.nasa.gov",)
    poll_interval_s: ClassVar[float] = 300.0
    Options: ClassVar[type[SourceOptions]] = SkyViewOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Cutouts at positions of the survey or of a list.

        Parameters
        ----------
        context : SourceContext
            The cursor is the sampler's.

        Yields
        ------
        Offer
            With the position of its middle.
        """
        options: SkyViewOptions = context.options
        for visit in await self._sampler.take(
            options.sampling,
            footprint_of(options.survey),
            side_arcsec=options.size_px * options.scale_arcsec,
            cursor=context.cursor,
            now=context.now,
            most=context.limit,
            skip=lambda visit: context.is_known(_key(options, visit)),
        ):
            yield _offer(options, visit)


def footprint_of(survey: str) -> Footprint:
    """Where a survey has pictures, about.

    Parameters
    ----------
    survey : str
        As SkyView names it.

    Returns
    -------
    Footprint
        The whole sky for a survey without a limit that is known here.
    """
    name = survey.lower()
    return next((area for start, area in _FOOTPRINTS.items() if name.startswith(start)), WHOLE_SKY)


def _offer(options: SkyViewOptions, visit: Visit) -> Offer:
    dss = options.survey.upper().startswith("DSS")
    licence, credit = _DSS_TERMS if dss else (Source.licence, f"{options.survey}; NASA SkyView, HEASARC")
    return Offer(
        source=Source.name,
        key=_key(options, visit),
        url=_url(options, visit),
        position=replace(visit.position, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=round(_side_arcsec(options, visit) / options.size_px, 6),
        bands=(options.survey[:20],),
        licence=licence,
        credit=credit,
    )


def _side_arcsec(options: SkyViewOptions, visit: Visit) -> float:
    return visit.side_arcsec(options.size_px * options.scale_arcsec)


def _key(options: SkyViewOptions, visit: Visit) -> str:
    size = f"{options.size_px}px{_side_arcsec(options, visit):g}"
    return f"{options.survey}/{options.form.value.lower()}/{size}/{visit.key}"


def _url(options: SkyViewOptions, visit: Visit) -> str:
    position = visit.position
    query = {
        "Position": f"{position.ra_deg:.7f},{position.dec_deg:.7f}",
        "Survey": options.survey,
        "Coordinates": "J2000",
        "Projection": "Tan",
        "Pixels": options.size_px,
        "Size": f"{_side_arcsec(options, visit) / 3600.0:.7f}",
        "Return": options.form.value,
    }
    text = urlencode(query, safe=",", quote_via=quote)
    return f"{options.base_url.rstrip('/')}/current/cgi/runquery.pl?{text}"
