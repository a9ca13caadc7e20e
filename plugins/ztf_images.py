"""Cutouts of ZTF's science images, epoch by epoch, from IRSA."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Mapping
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlencode

from astrolens.plugin import (
    Field,
    Footprint,
    Offer,
    Sampler,
    SamplingOptions,
    SkyPosition,
    SourceContext,
    SourceOptions,
    Unavailable,
    Visit,
    Zone,
    finite,
    time_of_mjd,
)

FOOTPRINT = Footprint(zones=(Zone(dec_from=-31.0),))
_SEARCHES_PER_POLL = 8
_PIXEL_SCALE_ARCSEC = 1.01
_ASTROMETRY_ARCSEC = 0.1
_CLEAN = 33_554_432  # first value of infobits that IRSA calls unusable
_JD_OF_MJD_ZERO = 2_400_000.5
_COLUMNS = (
    "field", "ccdid", "qid", "filtercode", "imgtypecode", "filefracday", "obsjd", "exptime", "seeing", "infobits",
)  # fmt: skip


class Band(StrEnum):
    """Filters of the camera; the value is the survey's own word."""

    G = "zg"
    R = "zr"
    I = "zi"  # noqa: E741 -- the band's name


class ZtfImagesOptions(SourceOptions):
    """Options of the source ``ztf_images``."""

    base_url: str = Field("https://irsa.ipac.caltech.edu", description="IRSA, or a mirror of it.")
    band: Band = Field(Band.R, description="zg, zr or zi.")
    epochs: int = Field(
        3, ge=1, le=1000, description="Newest exposures of a place that are taken in one visit."
    )
    worst_seeing_arcsec: float = Field(
        4.0, gt=0, le=20, description="Exposures with worse seeing are left out."
    )
    side_arcsec: float = Field(120.0, ge=20, le=1800, description="Side of the cutout on the sky.")
    sampling: SamplingOptions = Field(SamplingOptions(), description="Where it looks; see docs/sources.md.")


class Source:
    """The newest public exposures at places of the footprint or of a list; revisits bring what came since."""

    name: ClassVar[str] = "ztf_images"
    title: ClassVar[str] = "ZTF science images (cutouts of IRSA)"
    licence: ClassVar[str] = "ZTF public data release terms"
    credit: ClassVar[str] = "Zwicky Transient Facility (NSF AST-1440341, AST-2034437), IPAC/IRSA"
    hosts: ClassVar[tuple[str, ...]] = ("irsa.ipac.caltech.edu",)
    poll_interval_s: ClassVar[float] = 60.0
    Options: ClassVar[type[SourceOptions]] = ZtfImagesOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Exposures of places that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor is the sampler's.

        Yields
        ------
        Offer
            With the position of its middle, band and time.

        Raises
        ------
        Unavailable
            When IRSA answers something that is no table.
        """
        options: ZtfImagesOptions = context.options
        left = context.limit
        for _ in range(_SEARCHES_PER_POLL):
            before = dict(context.cursor)
            visits = await self._sampler.take(
                options.sampling,
                FOOTPRINT,
                side_arcsec=options.side_arcsec,
                cursor=context.cursor,
                now=context.now,
                most=1,
            )
            if not visits:
                return
            fresh = await asyncio.to_thread(_fresh, await _exposures(context, visits[0]), visits[0], context)
            if len(fresh) > left:  # the next poll comes here again and finds the rest
                context.cursor.clear()
                context.cursor.update(before)
            for offer in fresh[:left]:
                left -= 1
                yield offer
            if left <= 0:
                return


async def _exposures(context: SourceContext, visit: Visit) -> list[Mapping[str, str]]:
    """Rows of the good exposures whose quadrant holds the place, newest first."""
    options: ZtfImagesOptions = context.options
    where = (
        f"filtercode='{options.band.value}' AND seeing<{options.worst_seeing_arcsec:g} AND infobits<{_CLEAN}"
    )
    query = {
        "POS": f"{visit.position.ra_deg:.7f},{visit.position.dec_deg:.7f}", "INTERSECT": "CENTER",
        "WHERE": where, "COLUMNS": ",".join(_COLUMNS), "ct": "csv",
    }  # fmt: skip
    body = await context.fetch.get_bytes(
        f"{options.base_url.rstrip('/')}/ibe/search/ztf/products/sci?{urlencode(query)}"
    )
    rows = await asyncio.to_thread(_table, body)
    return sorted(rows, key=lambda row: finite(row["obsjd"]) or 0.0, reverse=True)


def _table(body: bytes) -> list[Mapping[str, str]]:
    try:
        lines = csv.DictReader(io.StringIO(body.decode("utf-8")), skipinitialspace=True)
        names = [name.strip().lower() for name in lines.fieldnames or ()]
        lines.fieldnames = names
        rows: list[Mapping[str, str]] = [
            {str(key): str(value).strip() for key, value in row.items()} for row in lines
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unavailable(f"IRSA answered no table: {error}") from error
    if not set(_COLUMNS) <= set(names):
        raise Unavailable(f"IRSA answered {body[:80]!r}; want a table with {', '.join(_COLUMNS[:3])} ...")
    return rows


def _fresh(rows: list[Mapping[str, str]], visit: Visit, context: SourceContext) -> list[Offer]:
    """Offers of the newest exposures that are not taken yet; asks the database."""
    options: ZtfImagesOptions = context.options
    found: list[Offer] = []
    looked = 0
    for row in rows:
        offer = _offer(row, visit, options)
        if offer is None or looked >= options.epochs:
            continue
        looked += 1
        if not context.is_known(offer.key):
            found.append(offer)
    return found


def _offer(row: Mapping[str, str], visit: Visit, options: ZtfImagesOptions) -> Offer | None:
    file = _file(row)
    julian = finite(row["obsjd"])
    if file is None or julian is None:
        return None
    name, folder = file
    where = visit.position
    side = visit.side_arcsec(options.side_arcsec)
    query = urlencode(
        {
            "center": f"{where.ra_deg:.7f},{where.dec_deg:.7f}deg",
            "size": f"{side:g}arcsec",
            "gzip": "false",
        },
        safe=",",
    )
    return Offer(
        source=Source.name,
        key=f"{name}/{side:g}/{visit.place}",
        url=f"{options.base_url.rstrip('/')}/ibe/data/ztf/products/sci/{folder}/{name}_sciimg.fits?{query}",
        position=SkyPosition(ra_deg=where.ra_deg, dec_deg=where.dec_deg, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=_PIXEL_SCALE_ARCSEC,
        observed_at=time_of_mjd(julian - _JD_OF_MJD_ZERO),
        bands=(options.band.value[1:],),
        licence=Source.licence,
        credit=Source.credit,
    )


def _file(row: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and folder of an exposure's files; None for a row whose parts cannot be those of a name."""
    day, field, ccd, quadrant = (row[key] for key in ("filefracday", "field", "ccdid", "qid"))
    whole = re.fullmatch(r"[0-9]{14}", day) and all(
        re.fullmatch(r"[0-9]{1,6}", word) for word in (field, ccd, quadrant)
    )
    if (
        not whole
        or not re.fullmatch(r"z[gri]", row["filtercode"])
        or not re.fullmatch("[a-z]", row["imgtypecode"])
    ):
        return None
    name = f"ztf_{day}_{int(field):06d}_{row['filtercode']}_c{int(ccd):02d}_{row['imgtypecode']}_q{int(quadrant)}"
    return name, f"{day[:4]}/{day[4:8]}/{day[8:]}"
