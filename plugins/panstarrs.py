"""Pan-STARRS1 stacks: which files there are at a position, then a cutout of them."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import ClassVar, Self
from urllib.parse import urlencode

from astrolens.plugin import (
    BadData,
    ConfigError,
    Field,
    Footprint,
    Offer,
    PluginError,
    Sampler,
    SamplingOptions,
    SourceContext,
    SourceOptions,
    Unavailable,
    Visit,
    Zone,
    model_validator,
)

FOOTPRINT = Footprint(zones=(Zone(dec_from=-30.0),))
_NATIVE_ARCSEC = 0.25
_ASTROMETRY_ARCSEC = 0.1
_SEARCHES_PER_POLL = 12  # two a second at most
_RED_TO_BLUE = "yzirg"
_PLANES = ("red", "green", "blue")
_COLUMNS = ("projcell", "subcell", "filter", "type", "filename", "badflag")
_FILE = re.compile(r"/[A-Za-z0-9_][A-Za-z0-9_./-]{0,300}\.fits")


class PictureForm(StrEnum):
    """What kind of file is asked for."""

    JPEG = "jpeg"
    FITS = "fits"


class PanStarrsOptions(SourceOptions):
    """Options of the source ``panstarrs``."""

    base_url: str = Field("https://ps1images.stsci.edu", description="The image server, or a mirror of it.")
    form: PictureForm = Field(PictureForm.JPEG, description="jpeg, or fits of one band with its WCS.")
    bands: str = Field(
        "",
        pattern=r"^[grizy]{0,3}$",
        description="Three bands or one of grizy; empty: gri for jpeg, r for fits.",
    )
    size_px: int = Field(240, ge=32, le=2048, description="Side of the picture, in pixels.")
    scale_arcsec: float = Field(
        0.25, ge=0.25, le=5, description="Side of a pixel, in arcsec; of fits always 0.25."
    )
    sampling: SamplingOptions = Field(SamplingOptions(), description="Where it looks; see docs/sources.md.")

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if len(self.bands) == 2 or len(set(self.bands)) != len(self.bands):
            raise ConfigError(
                f"sources.panstarrs.bands: got {self.bands!r}; want one or three different of grizy"
            )
        if self.form is PictureForm.FITS and len(self.bands) > 1:
            raise ConfigError(
                f"sources.panstarrs.bands: got {self.bands!r}; a FITS cutout has one band: choose one of grizy"
            )
        if self.form is PictureForm.FITS and self.scale_arcsec != _NATIVE_ARCSEC:
            raise ConfigError(
                f"sources.panstarrs.scale_arcsec: got {self.scale_arcsec:g}; FITS comes with 0.25 only"
            )
        return self


class Source:
    """Cutouts of the 3-pi stacks. A position that lacks one of the bands is left out: another mix of bands would
    look odd for that reason alone."""

    name: ClassVar[str] = "panstarrs"
    title: ClassVar[str] = "Pan-STARRS1 stacks (cutouts of STScI's image server)"
    licence: ClassVar[str] = "Free to use with credit (MAST)"
    credit: ClassVar[str] = "The Pan-STARRS1 Surveys (PS1), STScI/MAST"
    hosts: ClassVar[tuple[str, ...]] = ("ps1images.stsci.edu",)
    poll_interval_s: ClassVar[float] = 60.0
    Options: ClassVar[type[SourceOptions]] = PanStarrsOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Cutouts at positions where the survey has all bands.

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
        PluginError
            When every search of a poll is refused.
        Unavailable
            When the first search of a poll is not answered with a table.
        """
        options: PanStarrsOptions = context.options
        offered, answered, refusal = 0, False, ""
        for _ in range(_SEARCHES_PER_POLL):
            before = dict(context.cursor)
            visits = await self._next(context, options) if offered < context.limit else []
            if not visits:
                break
            try:
                files = await _files(context, options, visits[0])
            except BadData as error:
                refusal = str(error)
                continue  # this position; the next one need not be refused
            except Unavailable:
                if not offered:
                    raise
                context.cursor.clear()
                context.cursor.update(before)
                return
            answered = True
            if files:
                offered += 1
                yield _offer(options, visits[0], files)
        if refusal and not answered:
            raise PluginError(f"Pan-STARRS refuses every position: {refusal}")

    async def _next(self, context: SourceContext, options: PanStarrsOptions) -> list[Visit]:
        return await self._sampler.take(
            options.sampling,
            FOOTPRINT,
            side_arcsec=options.size_px * options.scale_arcsec,
            cursor=context.cursor,
            now=context.now,
            most=1,
            skip=lambda visit: context.is_known(_key(options, visit)),
        )


def _bands(options: PanStarrsOptions) -> str:
    """From red to blue, as the service wants them."""
    wanted = options.bands or ("r" if options.form is PictureForm.FITS else "gri")
    return "".join(sorted(wanted, key=_RED_TO_BLUE.index))


async def _files(context: SourceContext, options: PanStarrsOptions, visit: Visit) -> dict[str, str]:
    """Stack of each band at a position; empty when one is missing."""
    bands = _bands(options)
    query = {
        "ra": f"{visit.position.ra_deg:.7f}",
        "dec": f"{visit.position.dec_deg:.7f}",
        "filters": bands[::-1],
        "type": "stack",
    }
    url = f"{options.base_url.rstrip('/')}/cgi-bin/ps1filenames.py"
    body = await context.fetch.get_bytes(url, query)
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in _rows(body):
        fine = row["type"] == "stack" and row["badflag"] == "0" and _FILE.fullmatch(row["filename"])
        if fine and row["filter"] in bands:
            cell = cells.setdefault((row["projcell"], row["subcell"]), {})
            cell.setdefault(row["filter"], row["filename"])
    whole = (files for files in cells.values() if len(files) == len(bands))
    return next(whole, {})


def _rows(body: bytes) -> list[Mapping[str, str]]:
    """Lines of the table of files."""
    lines = body.decode("utf-8", "replace").splitlines()
    names = lines[0].split() if lines else []
    if not all(name in names for name in _COLUMNS):
        start = body[:60].decode("utf-8", "replace")
        raise Unavailable(
            f"Pan-STARRS answered {start!r}; want a table with the columns {', '.join(_COLUMNS)}"
        )
    rows = [line.split() for line in lines[1:] if line.strip()]
    if not all(len(row) == len(names) for row in rows):
        raise Unavailable("Pan-STARRS answered a table that is cut short; asked again later")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _native_px(options: PanStarrsOptions, visit: Visit) -> int:
    """Side in the survey's own pixels."""
    return max(1, round(visit.side_arcsec(options.size_px * options.scale_arcsec) / _NATIVE_ARCSEC))


def _offer(options: PanStarrsOptions, visit: Visit, files: Mapping[str, str]) -> Offer:
    fits = options.form is PictureForm.FITS
    scale = _NATIVE_ARCSEC if fits else _NATIVE_ARCSEC * _native_px(options, visit) / options.size_px
    return Offer(
        source=Source.name,
        key=_key(options, visit),
        url=_url(options, visit, files),
        position=replace(visit.position, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=scale,
        bands=tuple(_bands(options)),
        licence=Source.licence,
        credit=Source.credit,
    )


def _key(options: PanStarrsOptions, visit: Visit) -> str:
    size = f"{options.size_px}px{_native_px(options, visit)}"
    return f"{_bands(options)}/{options.form.value}/{size}/{visit.key}"


def _url(options: PanStarrsOptions, visit: Visit, files: Mapping[str, str]) -> str:
    query: dict[str, object] = {
        "ra": f"{visit.position.ra_deg:.7f}",
        "dec": f"{visit.position.dec_deg:.7f}",
        "size": _native_px(options, visit),
    }
    for plane, band in zip(_PLANES, _bands(options), strict=False):
        query[plane] = files[band]
    if options.form is PictureForm.FITS:
        query["format"] = "fits"
    else:
        query |= {"output_size": options.size_px, "autoscale": 99.5, "asinh": 1, "format": "jpg"}
    return f"{options.base_url.rstrip('/')}/cgi-bin/fitscut.cgi?{urlencode(query, safe='/')}"
