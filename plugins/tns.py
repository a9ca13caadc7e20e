"""New transients of the Transient Name Server, each with a picture of its place in a survey."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlencode

from astrolens.plugin import (
    Answer,
    Field,
    Offer,
    PluginError,
    SkyPosition,
    SourceContext,
    SourceOptions,
    Unavailable,
    finite,
    position_at,
)

_LOOKUPS_PER_POLL = 8  # with the search 80 s at our share of what the server allows in a minute
_MOST_WAITING = 5_000
_OVERLAP = timedelta(hours=1)  # objects become public a little later than their time says
_POSITION_ERROR_ARCSEC = 0.5
_RESET_S = 60.0
_NAME = re.compile(r"[0-9]{4}[A-Za-z]{1,8}")
_NORTH_OF_LEGACY_SOUTH = 32.375
_LEGACY_PIXEL_ARCSEC, _LEGACY_MOST_PX = 0.262, 512


class PictureService(StrEnum):
    """Who draws the place."""

    HIPS2FITS = "hips2fits"
    LEGACY = "legacy"


class TnsOptions(SourceOptions):
    """Options of the source ``tns``."""

    base_url: str = Field("https://www.wis-tns.org", description="The server, or its sandbox.")
    bot_id: int = Field(ge=1, description="Number of your bot; register one at www.wis-tns.org/bots.")
    bot_name: str = Field(
        min_length=1, max_length=80, pattern=r'^[^"{}\\]*$', description="Name of your bot."
    )
    api_key: str = Field(min_length=1, max_length=200, description="Key of your bot.", repr=False)
    days_back: float = Field(
        7.0, gt=0, le=365, description="Objects made public within so many days, at first."
    )
    pictures: PictureService = Field(
        PictureService.HIPS2FITS, description="Who draws the place of an object: hips2fits or legacy."
    )
    hips_url: str = Field(
        "https://alasky.cds.unistra.fr", description="The server of hips2fits, or its mirror."
    )
    hips: str = Field(
        "CDS/P/PanSTARRS/DR1/color-z-zg-g",
        max_length=200,
        description="Survey for declinations of -30 and more.",
    )
    hips_south: str = Field(
        "CDS/P/DSS2/color", max_length=200, description="Survey for declinations below -30."
    )
    legacy_url: str = Field("https://www.legacysurvey.org", description="The server of the Legacy Surveys.")
    side_arcsec: float = Field(64.0, ge=10, le=3600, description="Side of the picture on the sky.")
    size_px: int = Field(256, ge=64, le=2048, description="Side of the picture, in pixels.")


class Source:
    """The list of new transients, and a picture from before each of them.

    The picture is a co-add of a survey that ended earlier: it shows the host, not the transient, and has no epoch.
    """

    name: ClassVar[str] = "tns"
    title: ClassVar[str] = "TNS: places of new transients"
    licence: ClassVar[str] = "TNS: public IAU data; picture: terms of its survey"
    credit: ClassVar[str] = "Transient Name Server (IAU); picture: CDS hips2fits and its survey"
    hosts: ClassVar[tuple[str, ...]] = ("www.wis-tns.org", "alasky.cds.unistra.fr", "www.legacysurvey.org")
    poll_interval_s: ClassVar[float] = 90.0
    Options: ClassVar[type[SourceOptions]] = TnsOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Transients that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``since`` (all before was listed), ``waiting`` (names to be looked up) and
            ``not_before`` (when the server may be asked again).

        Yields
        ------
        Offer
            With the position of the transient.

        Raises
        ------
        PluginError
            When the server refuses them.
        Unavailable
            When it answers something else.
        """
        cursor = context.cursor
        if _is_held(context):
            return
        if not cursor.get("waiting"):
            cursor["waiting"] = await _listed(context)
        left, lookups = context.limit, _LOOKUPS_PER_POLL
        while cursor["waiting"] and left > 0 and lookups > 0:
            name = cursor["waiting"][0]
            known = await asyncio.to_thread(context.is_known, name)
            if not known and _is_held(context):
                return
            facts = None if known else await _looked_up(context, name)
            cursor["waiting"] = cursor["waiting"][1:]
            if facts is None:
                continue
            lookups -= 1
            offer = _offer(name, facts, context.options)
            if offer is not None:
                left -= 1
                yield offer


def _is_held(context: SourceContext) -> bool:
    """Whether the server asked not to be asked now."""
    until = context.cursor.get("not_before", "")
    return bool(until) and context.now() < datetime.fromisoformat(until)


async def _listed(context: SourceContext) -> list[str]:
    """Names that became public since the last time; moves ``since``."""
    now = context.now()
    earliest = now - timedelta(days=context.options.days_back)
    since = datetime.fromisoformat(context.cursor.get("since") or earliest.isoformat())
    asked = (since - _OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
    reply = await _post(context, "search", {"public_timestamp": asked})
    if not isinstance(reply, list):
        raise Unavailable(f"TNS answered {str(reply)[:80]!r}; want a list of objects")
    names = [str(row.get("objname")) for row in reply if isinstance(row, dict)]
    context.cursor["since"] = now.isoformat()
    return [name for name in names if _NAME.fullmatch(name)][:_MOST_WAITING]


async def _looked_up(context: SourceContext, name: str) -> Mapping[str, Any]:
    reply = await _post(context, "object", {"objname": name, "objid": "", "photometry": "0", "spectra": "0"})
    if isinstance(reply, list) and len(reply) == 1:
        reply = reply[0]
    if not isinstance(reply, dict):
        raise Unavailable(f"TNS answered {str(reply)[:80]!r} for {name}; want an object")
    return reply


async def _post(context: SourceContext, kind: str, question: Mapping[str, str]) -> Any:
    """One answer without its envelope; older and newer deployments wrap it differently."""
    options: TnsOptions = context.options
    marker = json.dumps(
        {"tns_id": options.bot_id, "type": "bot", "name": options.bot_name}, separators=(",", ":")
    )
    answer = await context.fetch.ask(
        f"{options.base_url.rstrip('/')}/api/get/{kind}",
        form={"api_key": options.api_key, "data": json.dumps(question)},
        headers={"User-Agent": f"tns_marker{marker}"},
        also=(401, 403),
    )
    _note_limit(context, answer)
    if answer.status != 200:
        remedy = "check sources.tns.bot_id, bot_name and api_key"
        raise PluginError(f"TNS refuses this bot with {answer.status}; {remedy}")
    reply = await answer.json()
    if not isinstance(reply, dict) or reply.get("id_code") != 200:
        raise Unavailable(f"TNS answered {str(reply)[:80]!r}; want id_code 200")
    data = reply.get("data")
    return data["reply"] if isinstance(data, dict) and "reply" in data else data


def _note_limit(context: SourceContext, answer: Answer) -> None:
    """Remember when to go on, if this was the last request that the server allows now."""
    remaining = finite(answer.headers.get("x-rate-limit-remaining"))
    if remaining is not None and remaining < 1:
        reset_s = finite(answer.headers.get("x-rate-limit-reset"))
        wait = timedelta(seconds=min(max(_RESET_S if reset_s is None else reset_s, 1.0), 86_400.0))
        context.cursor["not_before"] = (context.now() + wait).isoformat()


def _offer(name: str, facts: Mapping[str, Any], options: TnsOptions) -> Offer | None:
    """Offer of one transient; None when it has no position or the survey has no picture of it."""
    position = position_at(facts.get("radeg"), facts.get("decdeg"), _POSITION_ERROR_ARCSEC)
    if position is None or facts.get("public") in (0, "0"):
        return None
    if options.pictures is PictureService.HIPS2FITS:
        url, scale, picture = _from_hips(position, options)
    elif -68.0 < position.dec_deg < 84.0:
        url, scale, picture = _from_legacy(position, options)
    else:
        return None
    return Offer(
        source=Source.name,
        key=name,
        url=url,
        position=position,
        pixel_scale_arcsec=scale,
        licence=Source.licence,
        credit=picture,
    )


def _from_hips(position: SkyPosition, options: TnsOptions) -> tuple[str, float, str]:
    hips = options.hips if position.dec_deg >= -30.0 else options.hips_south
    query = {
        "hips": hips, "width": options.size_px, "height": options.size_px, "projection": "TAN", "coordsys": "icrs",
        "rotation_angle": "0.0", "ra": f"{position.ra_deg:.7f}", "dec": f"{position.dec_deg:.7f}",
        "fov": f"{options.side_arcsec / 3600:.9f}", "format": "jpg",
    }  # fmt: skip
    url = f"{options.hips_url.rstrip('/')}/hips-image-services/hips2fits?{urlencode(query)}"
    return url, round(options.side_arcsec / options.size_px, 6), Source.credit


def _from_legacy(position: SkyPosition, options: TnsOptions) -> tuple[str, float, str]:
    side = min(options.size_px, _LEGACY_MOST_PX)  # larger requests are cut without a word
    scale = max(round(options.side_arcsec / side, 6), _LEGACY_PIXEL_ARCSEC / 4)
    layer = "ls-dr9-north" if position.dec_deg > _NORTH_OF_LEGACY_SOUTH else "ls-dr10"
    query = {
        "ra": f"{position.ra_deg:.7f}", "dec": f"{position.dec_deg:.7f}", "size": side,
        "layer": layer, "pixscale": scale,
    }  # fmt: skip
    url = f"{options.legacy_url.rstrip('/')}/viewer/jpeg-cutout?{urlencode(query)}"
    return url, scale, "Transient Name Server (IAU); picture: Legacy Surveys / D. Lang (Perimeter Institute)"
