"""Galaxies of the Sloan Digital Sky Survey as the colour pictures of its cutout service."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar
from urllib.parse import urlencode

from astrolens.plugin import Field, Offer, PluginError, SkyPosition, SourceContext, SourceOptions, Unavailable

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

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Galaxies that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``query`` (a digest of the selection), ``step`` (slices that are done) and
            ``after`` (last objid of the present slice, as text: it has 64 bits).

        Yields
        ------
        Offer
            With the position of the galaxy.

        Raises
        ------
        PluginError
            When the service refuses the query or answers with other columns.
        Unavailable
            When it answers something that is no table.
        """
        options: SdssOptions = context.options
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
            for offer in _offers(rows, options):
                left -= 1
                yield offer


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
