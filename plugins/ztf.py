"""Stamps of ZTF alerts, through the broker ALeRCE."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlencode

from astrolens.plugin import (
    Field,
    Offer,
    SourceContext,
    SourceOptions,
    Unavailable,
    finite,
    position_at,
    time_of_mjd,
)

_OBJECTS_PER_PAGE = 50
_PAGES_PER_POLL = 3
_LAST_PAGE = 200  # the broker can say has_next without end
_LIGHT_CURVES_PER_POLL = 40
_PIXEL_SCALE_ARCSEC = 1.01
_ASTROMETRY_ARCSEC = 0.1
_MJD_ZERO = datetime.fromisoformat("1858-11-17T00:00:00+00:00")
_BANDS = {1: "g", 2: "r", 3: "i"}


class Stamp(StrEnum):
    """Which of an alert's three pictures."""

    SCIENCE = "science"
    TEMPLATE = "template"
    DIFFERENCE = "difference"


class Form(StrEnum):
    """Which file the stamp comes in."""

    FITS = "fits"
    PNG = "png"


class ZtfOptions(SourceOptions):
    """Options of the source ``ztf``."""

    base_url: str = Field("https://api.alerce.online", description="The broker's objects, or a mirror.")
    stamps_url: str = Field("https://avro.alerce.online", description="The broker's stamps, or a mirror.")
    classifier: str = Field("lc_classifier", max_length=60, description="Classifier of the broker.")
    object_class: str = Field("", max_length=40, description="Only this class, such as SNIa; empty: all.")
    probability: float = Field(0.5, ge=0, le=1, description="Least probability of the class.")
    detections: int = Field(3, ge=1, le=1000, description="Least number of detections.")
    days_back: float = Field(
        14.0,
        gt=0,
        le=3650,
        description="Objects first seen within so many days, looked through again and again.",
    )
    stamp: Stamp = Field(Stamp.SCIENCE, description="science, template or difference.")
    form: Form = Field(Form.FITS, description="fits (63 pixels a side, gzipped) or png.")


class Source:
    """Rounds over the objects that were first seen lately; one stamp for each, of its latest detection.

    A round keeps its first day, so that pages do not shift much while they are read; what slipped through is met in
    the next one.
    """

    name: ClassVar[str] = "ztf"
    title: ClassVar[str] = "ZTF alert stamps (ALeRCE)"
    licence: ClassVar[str] = "ZTF public data release terms"
    credit: ClassVar[str] = (
        "Zwicky Transient Facility (NSF AST-1440341, AST-2034437); broker ALeRCE, Forster et al. 2021"
    )
    hosts: ClassVar[tuple[str, ...]] = ("api.alerce.online", "avro.alerce.online")
    poll_interval_s: ClassVar[float] = 120.0
    Options: ClassVar[type[SourceOptions]] = ZtfOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Objects that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``query`` (a digest of the selection), ``since_mjd``, ``page`` and ``row``.

        Yields
        ------
        Offer
            With position, band and time of the detection.

        Raises
        ------
        Unavailable
            When the broker answers something that is no list of objects.
        """
        cursor = context.cursor
        _begin(context)
        left, lookups = context.limit, _LIGHT_CURVES_PER_POLL
        for _ in range(_PAGES_PER_POLL):
            items, has_next = await _objects(context)
            for item in items[cursor["row"] :]:
                cursor["row"] += 1
                if not await asyncio.to_thread(_is_wanted, item, context):
                    continue
                lookups -= 1
                offer = await _offer(context, item)
                if offer is not None:
                    left -= 1
                    yield offer
                if left <= 0 or lookups <= 0:
                    return
            if not has_next or cursor["page"] >= _LAST_PAGE:
                cursor.clear()  # the next poll begins a new round
                return
            cursor.update(page=cursor["page"] + 1, row=0)


def _begin(context: SourceContext) -> None:
    options: ZtfOptions = context.options
    text = options.model_dump_json(exclude={"base_url", "stamps_url", "form"})
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]
    if context.cursor.get("query") != digest:
        since = (context.now() - _MJD_ZERO) / timedelta(days=1) - options.days_back
        context.cursor.clear()
        context.cursor.update(query=digest, since_mjd=round(since, 5), page=1, row=0)


async def _objects(context: SourceContext) -> tuple[list[Mapping[str, Any]], bool]:
    options: ZtfOptions = context.options
    now = (context.now() - _MJD_ZERO) / timedelta(days=1)
    query = [
        ("classifier", options.classifier), ("ndet", options.detections),
        ("firstmjd", f"{context.cursor['since_mjd']:.5f}"), ("firstmjd", f"{now:.5f}"),
        ("page", context.cursor["page"]), ("page_size", _OBJECTS_PER_PAGE), ("count", "false"),
        ("order_by", "firstmjd"), ("order_mode", "ASC"),
    ]  # fmt: skip
    if options.object_class:
        query += [("class", options.object_class), ("probability", options.probability)]
    # Without the slash before the question mark the broker answers an empty body.
    url = f"{options.base_url.rstrip('/')}/ztf/v1/objects/?{urlencode(query)}"
    reply = await context.fetch.get_json(url)
    items = reply.get("items") if isinstance(reply, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unavailable(f"ALeRCE answered {str(reply)[:80]!r}; want items")
    return items, bool(items) and reply.get("has_next") is True


def _is_wanted(item: Mapping[str, Any], context: SourceContext) -> bool:
    """Whether an object has a name that is not taken yet; asks the database."""
    oid = item.get("oid")
    named = isinstance(oid, str) and oid.isalnum() and len(oid) <= 40
    return named and not context.is_known(_key(str(oid), context.options))


def _key(oid: str, options: ZtfOptions) -> str:
    return oid if options.stamp is Stamp.SCIENCE else f"{oid}#{options.stamp}"


async def _offer(context: SourceContext, item: Mapping[str, Any]) -> Offer | None:
    """Offer of an object's latest detection that has a stamp."""
    options: ZtfOptions = context.options
    oid = str(item["oid"])
    reply = await context.fetch.get_json(f"{options.base_url.rstrip('/')}/ztf/v1/objects/{oid}/lightcurve")
    detections = reply.get("detections") if isinstance(reply, dict) else None
    if not isinstance(detections, list):
        raise Unavailable(f"ALeRCE answered {str(reply)[:80]!r} for {oid}; want detections")
    stamped = [row for row in detections if isinstance(row, dict) and _candid(row) and row.get("has_stamp")]
    if not stamped:
        return None
    latest = max(stamped, key=lambda row: finite(row.get("mjd")) or 0.0)
    query = {"oid": oid, "candid": _candid(latest), "type": options.stamp, "format": options.form}
    is_template = options.stamp is Stamp.TEMPLATE
    band = _BANDS.get(int(finite(latest.get("fid")) or 0))
    return Offer(
        source=Source.name,
        key=_key(oid, options),
        url=f"{options.stamps_url.rstrip('/')}/get_stamp?{urlencode(query)}",
        position=position_at(latest.get("ra"), latest.get("dec"), _ASTROMETRY_ARCSEC)
        or position_at(item.get("meanra"), item.get("meandec"), _ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=_PIXEL_SCALE_ARCSEC,
        observed_at=None if is_template else time_of_mjd(latest.get("mjd")),
        bands=(band,) if band else (),
        licence=Source.licence,
        credit=Source.credit,
    )


def _candid(row: Mapping[str, Any]) -> str | None:
    """Number of an alert, of 64 bits, as text."""
    value = row.get("candid")
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 20 else None
