"""Hubble images of the MAST archive and the Hubble Legacy Archive."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from astrolens.plugin import (
    Field,
    Offer,
    PluginError,
    SourceContext,
    SourceOptions,
    Unavailable,
    finite,
    position_at,
    time_of_mjd,
)

_ROWS_PER_PAGE = 50
_PAGES_PER_POLL = 3
_LOOKUPS_PER_POLL = 20
_DAYS_BETWEEN_WALKS = 7.0
_MOST_QUESTIONS = 6
_FIRST_PAUSE_S = 0.2  # MAST answers EXECUTING at once and wants to be asked again
_LONGEST_EXPOSURE_DAYS = 1.0
_BYTES_PER_MB = 1e6


class Pictures(StrEnum):
    """Which file of an observation is fetched."""

    PREVIEW = "preview"
    CUTOUT = "cutout"
    FITS = "fits"


class HstOptions(SourceOptions):
    """Options of the source ``hst``."""

    base_url: str = Field("https://mast.stsci.edu", description="The MAST archive, or a mirror of it.")
    hla_url: str = Field("https://hla.stsci.edu", description="The Hubble Legacy Archive, or a mirror of it.")
    pictures: Pictures = Field(
        Pictures.PREVIEW,
        description="preview (JPEG of the whole frame), cutout (JPEG of its middle, HLA only) or fits (drizzled).",
    )
    collections: tuple[str, ...] = Field(
        ("HST", "HLA"), min_length=1, max_length=10, description="Collections of MAST."
    )
    instruments: tuple[str, ...] = Field(
        ("ACS/WFC", "WFC3/UVIS", "WFC3/IR", "WFPC2/WFC"),
        max_length=50,
        description="Instruments as MAST names them; empty: all.",
    )
    shortest_exposure_s: float = Field(100.0, ge=0, le=1e6, description="Shortest exposure.")
    targets: tuple[tuple[float, float], ...] = Field(
        (),
        max_length=10_000,
        description="Positions (right ascension and declination, degrees) to look at; empty: the whole archive.",
    )
    radius_arcsec: float = Field(60.0, gt=0, le=3600, description="Search radius around a target.")
    size_px: int = Field(512, ge=64, le=2048, description="Side of a cutout, in pixels of its frame.")
    largest_mb: float = Field(60.0, gt=0, le=4096, description="Largest drizzled file, in megabytes.")


class Source:
    """A walk through the public images of the archive, page by page.

    Drizzled frames of the wide cameras have 200 MB and more, so the default is the archive's preview. Previews and
    cutouts carry no WCS: their position is the middle of the frame, or nothing is said.
    """

    name: ClassVar[str] = "hst"
    title: ClassVar[str] = "Hubble Space Telescope (MAST and HLA)"
    licence: ClassVar[str] = "Public domain (NASA/ESA)"
    credit: ClassVar[str] = "NASA/ESA Hubble Space Telescope; MAST and HLA at STScI"
    hosts: ClassVar[tuple[str, ...]] = (
        "mast.stsci.edu",
        "hla.stsci.edu",
        "stpubdata.s3.amazonaws.com",
        "stpubdata.s3.us-east-1.amazonaws.com",
    )
    poll_interval_s: ClassVar[float] = 120.0
    Options: ClassVar[type[SourceOptions]] = HstOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Observations that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``query`` (a digest of the selection), ``target``, ``page``, ``row`` and ``done_at``.

        Yields
        ------
        Offer
            With position, filters and the time of a short exposure.

        Raises
        ------
        PluginError
            When MAST refuses the query.
        Unavailable
            When it answers something else, or is still busy after several questions.
        """
        options: HstOptions = context.options
        cursor = context.cursor
        _begin(context)
        left, lookups = context.limit, _LOOKUPS_PER_POLL
        for _ in range(_PAGES_PER_POLL):
            if left <= 0 or cursor["target"] >= max(1, len(options.targets)):
                return
            rows = await _invoke(context, _search(options, cursor["target"], cursor["page"]))
            for row in rows[cursor["row"] :]:
                cursor["row"] += 1
                if not await asyncio.to_thread(_is_wanted, row, context):
                    continue
                lookups -= options.pictures is Pictures.FITS
                offer = await _offer(context, row)
                if offer is not None:
                    left -= 1
                    yield offer
                if left <= 0 or lookups <= 0:
                    return
            if len(rows) < _ROWS_PER_PAGE:
                cursor.update(target=cursor["target"] + 1, page=1, row=0, done_at=context.now().isoformat())
            else:
                cursor.update(page=cursor["page"] + 1, row=0)


def _begin(context: SourceContext) -> None:
    """Start a walk: the first, one with another selection, or a new one for what the archive took in since."""
    cursor = context.cursor
    digest = _digest(context.options)
    is_over = cursor.get("target", 0) >= max(1, len(context.options.targets))
    if is_over:
        rested = context.now() - datetime.fromisoformat(cursor["done_at"])
        is_over = rested > timedelta(days=_DAYS_BETWEEN_WALKS)
    if cursor.get("query") != digest or is_over:
        cursor.clear()
        cursor.update(query=digest, target=0, page=1, row=0)


def _is_wanted(row: Mapping[str, Any], context: SourceContext) -> bool:
    """Whether an observation is public and not taken yet; asks the database."""
    name, released_at = row.get("obs_id"), time_of_mjd(row.get("t_obs_release"))
    if not isinstance(name, str) or not name or (released_at is not None and released_at > context.now()):
        return False
    return not context.is_known(_key(name, context.options))


def _key(name: str, options: HstOptions) -> str:
    return name if options.pictures is Pictures.PREVIEW else f"{name}#{options.pictures}"


def _digest(options: HstOptions) -> str:
    text = options.model_dump_json(exclude={"base_url", "hla_url", "largest_mb", "size_px"})
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]


def _search(options: HstOptions, target: int, page: int) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [
        {"paramName": "obs_collection", "values": list(options.collections)},
        {"paramName": "dataproduct_type", "values": ["image"]},
        {"paramName": "t_exptime", "values": [{"min": options.shortest_exposure_s, "max": 1e6}]},
    ]
    if options.instruments:
        filters.append({"paramName": "instrument_name", "values": list(options.instruments)})
    params: dict[str, Any] = {"columns": "*", "filters": filters}
    service = "Mast.Caom.Filtered"
    if options.targets:
        ra, dec = options.targets[target]
        service += ".Position"
        params["position"] = f"{ra:.7f}, {dec:.7f}, {options.radius_arcsec / 3600:.7f}"
    return {
        "service": service, "format": "json", "pagesize": _ROWS_PER_PAGE, "page": page,
        "removenullcolumns": True, "params": params,
    }  # fmt: skip


async def _invoke(context: SourceContext, request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Rows of one answer; MAST is asked again while it works."""
    url = f"{context.options.base_url.rstrip('/')}/api/v0/invoke"
    pause_s = _FIRST_PAUSE_S
    for _ in range(_MOST_QUESTIONS):
        answer = await context.fetch.ask(url, form={"request": json.dumps(request)})
        reply = await answer.json()
        status = reply.get("status") if isinstance(reply, dict) else None
        if status == "ERROR":
            raise PluginError(f"MAST refused {request['service']}: {str(reply.get('msg'))[:200]}")
        if status != "EXECUTING":
            rows = reply.get("data") if isinstance(reply, dict) else None
            if status != "COMPLETE" or not isinstance(rows, list) or not all(map(_is_row, rows)):
                raise Unavailable(f"MAST answered {str(reply)[:80]!r}; want rows below data")
            return rows
        await asyncio.sleep(pause_s)
        pause_s *= 2.0
    raise Unavailable(f"MAST is still busy with {request['service']} after {_MOST_QUESTIONS} questions")


def _is_row(row: object) -> bool:
    return isinstance(row, dict)


async def _offer(context: SourceContext, row: Mapping[str, Any]) -> Offer | None:
    """Offer of one observation; None when it has no picture of the wanted kind."""
    options: HstOptions = context.options
    name = row["obs_id"]
    position = position_at(row.get("s_ra"), row.get("s_dec"))
    if options.pictures is Pictures.FITS:
        url = await _drizzled(context, row)
    elif options.pictures is Pictures.PREVIEW:
        url = _address(options, row.get("jpegURL"))
    elif row.get("obs_collection") == "HLA" and position is not None:
        query = {
            "red": name, "ra": f"{position.ra_deg:.7f}", "dec": f"{position.dec_deg:.7f}",
            "size": options.size_px, "format": "jpg", "autoscale": 99.5,
        }  # fmt: skip
        url = f"{options.hla_url.rstrip('/')}/cgi-bin/fitscut.cgi?{urlencode(query)}"
    else:
        url = None
    if url is None:
        return None
    begun, ended = finite(row.get("t_min")), finite(row.get("t_max"))
    is_short = begun is not None and ended is not None and 0 <= ended - begun <= _LONGEST_EXPOSURE_DAYS
    filters = str(row.get("filters") or "").split(";")
    return Offer(
        source=Source.name,
        key=_key(name, options),
        url=url,
        position=position,
        observed_at=time_of_mjd(begun) if is_short else None,
        bands=tuple(word.strip() for word in filters if word.strip())[:16],
        licence=Source.licence,
        credit=Source.credit,
    )


async def _drizzled(context: SourceContext, row: Mapping[str, Any]) -> str | None:
    """Address of the smallest drizzled science file."""
    options: HstOptions = context.options
    if row.get("obsid") is None:
        return None
    request = {
        "service": "Mast.Caom.Products", "format": "json", "pagesize": 500, "page": 1,
        "params": {"obsid": str(row["obsid"])},
    }  # fmt: skip
    sizes: dict[str, float] = {}
    for product in await _invoke(context, request):
        size = finite(product.get("size"))
        url = _address(options, product.get("dataURI"))
        drizzled = product.get("productSubGroupDescription") in {"DRC", "DRZ"}
        public = product.get("dataRights", "PUBLIC") == "PUBLIC"
        if url and size and drizzled and public and product.get("productType") == "SCIENCE":
            sizes[url] = size
    smallest = min(sizes, key=lambda url: sizes[url], default=None)
    if smallest is None or sizes[smallest] > options.largest_mb * _BYTES_PER_MB:
        return None
    return smallest


def _address(options: HstOptions, uri: object) -> str | None:
    """Where a file that MAST names can be fetched."""
    if not isinstance(uri, str):
        return None
    if uri.startswith("mast:"):
        return f"{options.base_url.rstrip('/')}/api/v0.1/Download/file?uri={quote(uri, safe=':/')}"
    parts = urlsplit(uri) if uri.startswith("http") else None
    if parts is not None and parts.hostname == "hla.stsci.edu":
        query = f"?{parts.query}" if parts.query else ""
        return f"{options.hla_url.rstrip('/')}{parts.path}{query}"
    return None
