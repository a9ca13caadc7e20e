"""DESI Legacy Imaging Surveys (DECaLS, BASS, MzLS) as the cutouts of their viewer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlencode

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

_ASTROMETRY_ARCSEC = 0.1
_MILKY_WAY_DEG = 18.0

# Outlines after the survey's own maps, to a few degrees; a request beside them costs one blank tile.
_SOUTH_10 = Zone(dec_from=-68.0, dec_to=32.0)
_SOUTH_9 = (
    Zone(dec_from=-18.0, dec_to=32.0),
    Zone(dec_from=-68.0, dec_to=-18.0, ra_from=305.0, ra_to=95.0),
)
_NORTH = Zone(dec_from=33.0, dec_to=84.0, ra_from=85.0, ra_to=305.0)


class PictureForm(StrEnum):
    """What kind of file is asked for."""

    JPEG = "jpeg"
    FITS = "fits"


class LegacyOptions(SourceOptions):
    """Options of the source ``legacy``."""

    base_url: str = Field("https://www.legacysurvey.org", description="The viewer, or a mirror of it.")
    layer: str = Field(
        "ls-dr10",
        pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$",
        description="Layer of the viewer, for example ls-dr10, ls-dr9-north or ls-dr10-resid.",
    )
    bands: str = Field(
        "grz", pattern=r"^([a-z0-9]|[a-z0-9]{3})$", description="One band, or three from blue to red."
    )
    form: PictureForm = Field(PictureForm.JPEG, description="jpeg, or fits in nanomaggies with its WCS.")
    size_px: int = Field(256, ge=32, le=512, description="Side of the picture, in pixels.")
    scale_arcsec: float = Field(0.262, ge=0.05, le=20, description="Side of a pixel, in arcsec.")
    sampling: SamplingOptions = Field(SamplingOptions(), description="Where it looks; see docs/sources.md.")


class Source:
    """Cutouts of one layer; a layer is one survey with one depth, so each keeps to its own calibration."""

    name: ClassVar[str] = "legacy"
    title: ClassVar[str] = "DESI Legacy Imaging Surveys (cutouts of the viewer)"
    licence: ClassVar[str] = "Free to use with credit (Legacy Surveys acknowledgement)"
    credit: ClassVar[str] = "Legacy Surveys / D. Lang (Perimeter Institute)"
    hosts: ClassVar[tuple[str, ...]] = ("www.legacysurvey.org",)
    poll_interval_s: ClassVar[float] = 60.0
    Options: ClassVar[type[SourceOptions]] = LegacyOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Cutouts at positions of the footprint or of a list.

        Parameters
        ----------
        context : SourceContext
            The cursor is the sampler's.

        Yields
        ------
        Offer
            With the position of its middle.
        """
        options: LegacyOptions = context.options
        for visit in await self._sampler.take(
            options.sampling,
            footprint_of(options.layer),
            side_arcsec=options.size_px * options.scale_arcsec,
            cursor=context.cursor,
            now=context.now,
            most=context.limit,
            skip=lambda visit: context.is_known(_key(options, visit)),
        ):
            yield _offer(options, visit)


def footprint_of(layer: str) -> Footprint:
    """Where a layer has pictures, about.

    Parameters
    ----------
    layer : str
        As the viewer calls it; ``-model`` and ``-resid`` do not count.

    Returns
    -------
    Footprint
        The whole sky for a layer that is not known here.
    """
    survey = layer.removesuffix("-model").removesuffix("-resid")
    zones: tuple[Zone, ...] = ()
    if survey.startswith("ls-dr10"):
        zones = (_SOUTH_10,)
    elif survey.startswith("ls-dr"):
        zones = {"-north": (_NORTH,), "-south": _SOUTH_9}.get(survey[len("ls-dr9") :], (*_SOUTH_9, _NORTH))
    return Footprint(zones=zones, galactic_latitude_deg=_MILKY_WAY_DEG) if zones else WHOLE_SKY


def _offer(options: LegacyOptions, visit: Visit) -> Offer:
    colour = options.form is PictureForm.JPEG  # the picture shows the reddest band in red
    return Offer(
        source=Source.name,
        key=_key(options, visit),
        url=_url(options, visit),
        position=replace(visit.position, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=_scale(options, visit),
        bands=tuple(reversed(options.bands)) if colour else tuple(options.bands),
        licence=Source.licence,
        credit=Source.credit,
    )


def _key(options: LegacyOptions, visit: Visit) -> str:
    size = f"{options.size_px}x{_scale(options, visit):g}"
    return f"{options.layer}/{options.bands}/{options.form.value}/{size}/{visit.key}"


def _scale(options: LegacyOptions, visit: Visit) -> float:
    """Arcsec a pixel; a target's own radius decides when it has one."""
    return round(visit.side_arcsec(options.size_px * options.scale_arcsec) / options.size_px, 4)


def _url(options: LegacyOptions, visit: Visit) -> str:
    query = {
        "ra": f"{visit.position.ra_deg:.7f}",
        "dec": f"{visit.position.dec_deg:.7f}",
        "size": options.size_px,
        "layer": options.layer,
        "pixscale": f"{_scale(options, visit):g}",
        "bands": options.bands,
    }
    return f"{options.base_url.rstrip('/')}/viewer/{options.form.value}-cutout?{urlencode(query)}"
