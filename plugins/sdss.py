"""Galaxies of the Sloan Digital Sky Survey as the colour pictures of its cutout service."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from astrolens.plugin import (
    WHOLE_SKY,
    ConfigError,
    Field,
    Offer,
    PluginError,
    Sampler,
    SamplingOptions,
    SkyPosition,
    SourceContext,
    SourceOptions,
    Unavailable,
    Visit,
    model_validator,
)

_SLICES = 1009  # prime, so that objid % _SLICES is even over runs, columns and fields
_STRIDE = 389  # visits the slices in an order that is not theirs
_QUERIES_PER_POLL = 3
_ASTROMETRY_ARCSEC = 0.1
_INT64 = 2**63


class SdssOptions(SourceOptions):
    """Options of the source ``sdss``."""

    base_url: str = Field("https://skyserver.sdss.org", description="The server, or a mirror of it.")
    release: str = Field("dr18", pattern=r"^dr[0-9]{1,2}$", description="Data release.")
    size_px: int = Field(424, ge=64, le=2048, description="Side of the picture, in pixels.")
    field_radii: float = Field(
        10.0, ge=2, le=40, description="Side of the picture, in Petrosian radii of its galaxy."
    )
    brightest_mag: float = Field(13.0, ge=0, le=30, description="Brightest r magnitude.")
    faintest_mag: float = Field(17.5, ge=0, le=30, description="Faintest r magnitude.")
    smallest_radius_arcsec: float = Field(5.0, ge=1, le=200, description="Smallest Petrosian radius in r.")
    target_scale_arcsec: float = Field(
        0.396, ge=0.05, le=20, description="Side of a pixel around a target without a radius, in arcsec."
    )
    sampling: SamplingOptions = Field(
        SamplingOptions(),
        description="Targets of your own, or an area for the galaxies; see docs/sources.md.",
    )

    @model_validator(mode="after")
    def _walks_once(self) -> Self:
        for key in ("repeat", "revisit_days") if self.sampling.targets is None else ():
            if getattr(self.sampling, key):
                raise ConfigError(
                    f"sources.sdss.sampling.{key}: needs targets; the walk through SDSS is made once"
                )
        return self


class Source:
    """A pseudo-random walk through the galaxies of SDSS, the same for everybody.

    Targets come from the SQL service in slices of ``objid % 1009``, each slice in the order of ``objid``. The
    picture of a target is scaled so that its side is ``field_radii`` Petrosian radii. The default, 10 radii on
    424 pixels (0.0236 radii a pixel), frames a galaxy much as Galaxy Zoo did, which took 424 pixels of 0.02 times
    the radius that holds 90 % of the Petrosian flux [1]_.

    References
    ----------
    .. [1] Willett et al. (2013), MNRAS 435, 2835, section 2.
    """

    name: ClassVar[str] = "sdss"
    title: ClassVar[str] = "SDSS galaxies (colour pictures of the cutout service)"
    licence: ClassVar[str] = "CC-BY-4.0"
    credit: ClassVar[str] = "Sloan Digital Sky Survey, www.sdss.org"
    hosts: ClassVar[tuple[str, ...]] = ("skyserver.sdss.org",)
    poll_interval_s: ClassVar[float] = 60.0  # the service allows 60 requests a minute, pictures included
    Options: ClassVar[type[SourceOptions]] = SdssOptions

    def __init__(self) -> None:
        self._sampler = Sampler(self.name)

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Galaxies that were not offered yet, or targets of a list.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``query`` (a digest of the selection), ``step`` (slices that are done) and
            ``after`` (last objid of the present slice, as text: it has 64 bits); for targets, the sampler's.

        Yields
        ------
        Offer
            With the position of the galaxy or target.

        Raises
        ------
        ConfigError
            When the area or the targets of the sampling cannot be used.
        PluginError
            When the service refuses the query or answers with other columns.
        Unavailable
            When it answers something that is no table.
        """
        options: SdssOptions = context.options
        if options.sampling.targets is not None:
            for visit in await self._targets(context, options):
                yield _target_offer(options, visit)
            return
        cursor = context.cursor
        selection = _selection(options)
        if cursor.get("query") != selection.digest:
            cursor.clear()
            cursor.update(query=selection.digest, step=0, after="0")
        left = context.limit
        for _ in range(_QUERIES_PER_POLL):
            if left <= 0 or cursor["step"] >= _SLICES:
                return
            sql = selection.sql(step=cursor["step"], after=int(cursor["after"]), limit=left)
            rows = await _rows(context, options, sql)
            if len(rows) < left:
                cursor.update(step=cursor["step"] + 1, after="0")
            else:
                cursor["after"] = str(_objid(rows[-1]))
            for offer in await self._inside(list(_offers(rows, options)), options.sampling):
                left -= 1
                yield offer

    async def _targets(self, context: SourceContext, options: SdssOptions) -> list[Visit]:
        return await self._sampler.take(
            options.sampling,
            WHOLE_SKY,  # an outline would cut targets off at its edge; a target outside costs one blank tile
            side_arcsec=options.size_px * options.target_scale_arcsec,
            cursor=context.cursor,
            now=context.now,
            most=context.limit,
            skip=lambda visit: context.is_known(_target_key(options, visit)),
        )

    async def _inside(self, offers: list[Offer], sampling: SamplingOptions) -> list[Offer]:
        """Offers in the area that a person wants."""
        if not offers or (sampling.moc is None and sampling.galactic_latitude_deg == 0):
            return offers
        area = await self._sampler.area(sampling, WHOLE_SKY)
        positions = [offer.position for offer in offers if offer.position is not None]
        held = await asyncio.to_thread(area.holds_each, positions)
        return [offer for offer, inside in zip(offers, held, strict=True) if inside]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selection:
    where: str
    digest: str

    def sql(self, *, step: int, after: int, limit: int) -> str:
        """The next targets of one slice; numbers only, nothing a person wrote goes in as text."""
        slice_number = (step * _STRIDE) % _SLICES
        return (
            f"SELECT TOP {limit} p.objid, p.ra, p.dec, p.petroRad_r, p.modelMag_r FROM Galaxy p "  # noqa: S608
            f"WHERE {self.where} AND p.objid % {_SLICES} = {slice_number} AND p.objid > {after} ORDER BY p.objid"
        )


def _selection(options: SdssOptions) -> _Selection:
    where = (
        f"p.modelMag_r BETWEEN {options.brightest_mag:.6f} AND {options.faintest_mag:.6f} "
        f"AND p.petroRad_r > {options.smallest_radius_arcsec:.6f} AND p.clean = 1"
    )
    digest = hashlib.sha1(f"{options.release} {where}".encode(), usedforsecurity=False).hexdigest()
    return _Selection(where=where, digest=digest[:16])


async def _rows(context: SourceContext, options: SdssOptions, sql: str) -> list[Mapping[str, Any]]:
    url = f"{options.base_url.rstrip('/')}/{options.release}/SkyServerWS/SearchTools/SqlSearch"
    reply = await context.fetch.get_json(url, {"format": "json", "cmd": sql})
    if isinstance(reply, dict) and "ErrorMessage" in reply:
        raise PluginError(f"SDSS refused the query: {str(reply['ErrorMessage'])[:200]}")
    table = reply[0] if isinstance(reply, list) and reply else reply
    rows = table.get("Rows") if isinstance(table, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(f"SDSS answered {str(reply)[:80]!r}; want a table with Rows")
    return rows


def _offers(rows: list[Mapping[str, Any]], options: SdssOptions) -> Iterator[Offer]:
    for row in rows:
        objid = _objid(row)
        ra, dec, radius = (_number(row, name) for name in ("ra", "dec", "petroRad_r"))
        if not (0 <= ra < 360 and -90 <= dec <= 90 and 0 < radius < 1000):  # the survey's -9999, or null
            continue
        scale = round(options.field_radii * radius / options.size_px, 4)
        yield Offer(
            source=Source.name,
            key=str(objid),
            url=_picture_url(options, ra, dec, scale),
            position=SkyPosition(ra_deg=ra, dec_deg=dec, error_arcsec=_ASTROMETRY_ARCSEC),
            pixel_scale_arcsec=scale,
            bands=("i", "r", "g"),
            licence=Source.licence,
            credit=Source.credit,
        )


def _target_offer(options: SdssOptions, visit: Visit) -> Offer:
    position = visit.position
    scale = _target_scale(options, visit)
    return Offer(
        source=Source.name,
        key=_target_key(options, visit),
        url=_picture_url(options, position.ra_deg, position.dec_deg, scale),
        position=replace(position, error_arcsec=_ASTROMETRY_ARCSEC),
        pixel_scale_arcsec=scale,
        bands=("i", "r", "g"),
        licence=Source.licence,
        credit=Source.credit,
    )


def _target_scale(options: SdssOptions, visit: Visit) -> float:
    return round(visit.side_arcsec(options.size_px * options.target_scale_arcsec) / options.size_px, 4)


def _target_key(options: SdssOptions, visit: Visit) -> str:
    return f"target/{options.size_px}x{_target_scale(options, visit):g}/{visit.key}"


def _picture_url(options: SdssOptions, ra: float, dec: float, scale: float) -> str:
    side = options.size_px
    query = urlencode({"ra": f"{ra:.7f}", "dec": f"{dec:.7f}", "scale": scale, "width": side, "height": side})
    return f"{options.base_url.rstrip('/')}/{options.release}/SkyServerWS/ImgCutout/getjpeg?{query}"


def _objid(row: Mapping[str, Any]) -> int:
    value = row.get("objid")
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole or (isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value)):
        number = int(value)  # type: ignore[arg-type]
        if 0 < number < _INT64:
            return number
    raise PluginError(f"SDSS gave objid {str(value)[:40]!r}; want a 64-bit integer without loss of digits")


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    if isinstance(value, int | float) and isfinite(value):
        return float(value)
    return -9999.0
