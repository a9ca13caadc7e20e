"""Any survey that CDS holds as a HiPS, cut out by its service hips2fits."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from astrolens.plugin import (
    ConfigError,
    Field,
    Footprint,
    Offer,
    Sampler,
    SamplingOptions,
    SourceContext,
    SourceOptions,
    Unavailable,
    Visit,
)

_MAP_ORDER = 8  # 14 arcmin
_ASTROMETRY_ARCSEC = 0.5
_ONE_BAND = re.compile(r"[a-zA-Z][A-Za-z0-9]{0,3}")
_LIST = "https://aladin.cds.unistra.fr/hips/list"


class PictureForm(StrEnum):
    """What kind of file is asked for; the value is the service's own word."""

    JPEG = "jpg"
    FITS = "fits"


class Stretch(StrEnum):
    """How the values of a survey of one band become grey."""

    LINEAR = "linear"
    SQRT = "sqrt"
    LOG = "log"
    ASINH = "asinh"
    POWER = "power"


class HipsOptions(SourceOptions):
    """Options of the source ``hips2fits``."""

    base_url: str = Field(
        "https://alasky.cds.unistra.fr", description="CDS, or its mirror https://alaskybis.cds.unistra.fr."
    )
    hips: str = Field(
        "CDS/P/DSS2/color",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+){1,8}$",
        max_length=120,
        description="Full identifier of a HiPS of pictures.",
    )
    form: PictureForm = Field(PictureForm.JPEG, description="jpg, or fits with its WCS.")
    bands: tuple[str, ...] = Field(
        (), max_length=3, description="Names of its bands in the order of the planes; empty: not known."
    )
    size_px: int = Field(256, ge=32, le=2048, description="Side of the picture, in pixels.")
    scale_arcsec: float = Field(1.0, ge=0.02, le=600, description="Side of a pixel, in arcsec.")
    stretch: Stretch = Field(
        Stretch.LINEAR, description="linear, sqrt, log, asinh or power; for jpg of one band."
    )
    sampling: SamplingOptions = Field(SamplingOptions(), description="Where it looks; see docs/sources.md.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What CDS says of a HiPS."""

    licence: str
    credit: str
    footprint: Footprint


class Source:
    """Cutouts of one HiPS, inside its coverage map; terms and credit are those of its record at CDS."""

    name: ClassVar[str] = "hips2fits"
    title: ClassVar[str] = "CDS hips2fits (any survey that is a HiPS)"
    licence: ClassVar[str] = "Terms of the HiPS; see its record at CDS"
    credit: ClassVar[str] = "CDS hips2fits, Strasbourg"
    hosts: ClassVar[tuple[str, ...]] = ("alasky.cds.unistra.fr", "alaskybis.cds.unistra.fr")
    poll_interval_s: ClassVar[float] = 60.0
    Options: ClassVar[type[SourceOptions]] = HipsOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)
        self._surveys: dict[tuple[str, str], _Survey] = {}

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Cutouts at positions that the HiPS covers, or of a list.

        Parameters
        ----------
        context : SourceContext
            The cursor is the sampler's.

        Yields
        ------
        Offer
            With the position of its middle.

        Raises
        ------
        ConfigError
            When CDS does not know the HiPS.
        Unavailable
            When it answers something else than a record and a coverage map.
        """
        options: HipsOptions = context.options
        wanted = (options.base_url, options.hips)
        if wanted not in self._surveys:
            self._surveys = {wanted: await _survey(context, options)}
        survey = self._surveys[wanted]
        for visit in await self._sampler.take(
            options.sampling,
            survey.footprint,
            side_arcsec=options.size_px * options.scale_arcsec,
            cursor=context.cursor,
            now=context.now,
            most=context.limit,
            skip=lambda visit: context.is_known(_key(options, visit)),
        ):
            yield _offer(options, visit, survey)


async def _survey(context: SourceContext, options: HipsOptions) -> _Survey:
    """Record and coverage map of the HiPS; two small requests, once in the life of the plugin."""
    server = f"{options.base_url.rstrip('/')}/MocServer/query"
    query = {"expr": f"ID={options.hips}", "get": "record", "fmt": "json"}
    records = await context.fetch.get_json(server, query)
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Unavailable(f"CDS answered {str(records)[:80]!r}; want a list of records")
    record = next((record for record in records if record.get("ID") == options.hips), None)
    if record is None:
        raise ConfigError(
            f"sources.hips2fits.hips: got {options.hips!r}; CDS knows no such HiPS, see {_LIST}"
        )
    query = {"ivorn": f"ivo://{options.hips}", "get": "moc", "order": str(_MAP_ORDER)}
    coverage = await context.fetch.get_bytes(server, query)
    if not coverage.startswith(b"SIMPLE"):
        raise Unavailable(f"CDS answered {coverage[:40]!r}; want a coverage map of {options.hips} as FITS")
    own = _words(record, "obs_ack", "obs_copyright") or options.hips
    return _Survey(
        licence=_words(record, "obs_copyright", "obs_copyright_url") or Source.licence,
        credit=f"{own}; {Source.credit}",
        footprint=Footprint(moc=coverage),
    )


def _words(record: Mapping[str, Any], *names: str) -> str:
    """First property that says something; a property may be a list."""
    for name in names:
        value = record.get(name)
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        if text.strip():
            return text.strip()[:200]
    return ""


def _bands(options: HipsOptions) -> tuple[str, ...]:
    """What the person says, else the last word of an identifier such as CDS/P/PanSTARRS/DR1/g."""
    last = options.hips.rsplit("/", 1)[-1]
    guessed = (last,) if _ONE_BAND.fullmatch(last) and last[-1:] in "ugrizyYJHKVUW" else ()
    return options.bands or guessed


def _offer(options: HipsOptions, visit: Visit, survey: _Survey) -> Offer:
    return Offer(
        source=Source.name,
        key=_key(options, visit),
        url=_url(options, visit),
        position=replace(visit.position, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=round(_side_arcsec(options, visit) / options.size_px, 6),
        bands=_bands(options),
        licence=survey.licence,
        credit=survey.credit,
    )


def _side_arcsec(options: HipsOptions, visit: Visit) -> float:
    return visit.side_arcsec(options.size_px * options.scale_arcsec)


def _key(options: HipsOptions, visit: Visit) -> str:
    size = f"{options.size_px}px{_side_arcsec(options, visit):g}"
    how = options.form.value if options.form is PictureForm.FITS else options.stretch.value
    return f"{options.hips}/{how}/{size}/{visit.key}"


def _url(options: HipsOptions, visit: Visit) -> str:
    query: dict[str, object] = {
        "hips": options.hips,
        "width": options.size_px,
        "height": options.size_px,
        "projection": "TAN",
        "coordsys": "icrs",
        "rotation_angle": "0.0",
        "ra": f"{visit.position.ra_deg:.7f}",
        "dec": f"{visit.position.dec_deg:.7f}",
        "fov": f"{_side_arcsec(options, visit) / 3600.0:.9f}",
        "format": options.form.value,
    }
    if options.form is PictureForm.JPEG:
        query |= {
            "min_cut": "0.5%", "max_cut": "99.5%", "stretch": options.stretch.value, "cmap": "Greys_r",
        }  # fmt: skip
    text = urlencode(query, safe="/", quote_via=quote)
    return f"{options.base_url.rstrip('/')}/hips-image-services/hips2fits?{text}"
