"""NASA's Astronomy Picture of the Day."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from astrolens.plugin import (
    ConfigError,
    Field,
    Offer,
    PluginError,
    SourceContext,
    SourceOptions,
    Unavailable,
)

_FIRST_DAY = date(1995, 6, 16)
_FEWEST_DAYS, _MOST_DAYS = 20, 100


class ApodOptions(SourceOptions):
    """Options of the source ``apod``."""

    base_url: str = Field("https://api.nasa.gov", description="The service, or a mirror of it.")
    api_key: str = Field(
        "DEMO_KEY",
        min_length=1,
        max_length=100,
        description="Key from api.nasa.gov; DEMO_KEY allows 30 requests an hour and 50 a day.",
        repr=False,
    )
    since: date | None = Field(
        None, description="First day; empty: 30 days before the first poll. Not before 1995-06-16."
    )
    sharp: bool = Field(False, description="Fetch the large picture instead of the one of the page.")


class Source:
    """One picture a day, from the past to yesterday; videos and pictures under a copyright are passed over.

    These are composites, drawings and landscapes without a position: a gallery, and no place to look for anomalies.
    """

    name: ClassVar[str] = "apod"
    title: ClassVar[str] = "NASA Astronomy Picture of the Day"
    licence: ClassVar[str] = "Public domain (NASA), pictures without a copyright line only"
    credit: ClassVar[str] = "NASA Astronomy Picture of the Day, apod.nasa.gov"
    hosts: ClassVar[tuple[str, ...]] = ("api.nasa.gov", "apod.nasa.gov")
    poll_interval_s: ClassVar[float] = 21_600.0
    Options: ClassVar[type[SourceOptions]] = ApodOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Pictures of the days that were not asked for yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``since`` (the option) and ``next``, the first day that was not asked for.

        Yields
        ------
        Offer
            Without a position.

        Raises
        ------
        ConfigError
            When NASA refuses the key.
        PluginError
            When it refuses the days.
        Unavailable
            When it answers something else.
        """
        options: ApodOptions = context.options
        cursor = context.cursor
        # The page changes at midnight in America; a day that has ended there cannot be refused as the future.
        last = (context.now() - timedelta(days=1)).date()
        since = str(options.since or "")
        if cursor.get("since") != since:
            first = options.since or last - timedelta(days=30)
            cursor.clear()
            cursor.update(since=since, next=max(first, _FIRST_DAY).isoformat())
        first = date.fromisoformat(cursor["next"])
        if first > last:
            return
        days = min(max(context.limit, _FEWEST_DAYS), _MOST_DAYS)
        until = min(last, first + timedelta(days=days - 1))
        left = context.limit
        for entry in await _entries(context, first, until):
            offer = _offer(entry, options)
            if offer is None or await asyncio.to_thread(context.is_known, offer.key):
                continue
            if left <= 0:
                return
            left -= 1
            cursor["next"] = (date.fromisoformat(offer.key) + timedelta(days=1)).isoformat()
            yield offer
        cursor["next"] = (until + timedelta(days=1)).isoformat()


async def _entries(context: SourceContext, first: date, until: date) -> list[Mapping[str, Any]]:
    """What the service says of some days, in the order of the days."""
    options: ApodOptions = context.options
    answer = await context.fetch.ask(
        f"{options.base_url.rstrip('/')}/planetary/apod",
        params={"api_key": options.api_key, "start_date": first.isoformat(), "end_date": until.isoformat()},
        also=(400, 403, 404),
    )
    if answer.status == 403:
        raise ConfigError("sources.apod.api_key: NASA refuses this key; get one at https://api.nasa.gov")
    reply = await answer.json()
    if answer.status == 404:
        return []
    if answer.status == 400:
        raise PluginError(f"APOD refused the days {first} to {until}: {str(reply)[:200]}")
    rows = [reply] if isinstance(reply, dict) and "date" in reply else reply
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(f"APOD answered {str(reply)[:80]!r}; want a list of days")
    return sorted(rows, key=lambda row: str(row.get("date")))


def _offer(entry: Mapping[str, Any], options: ApodOptions) -> Offer | None:
    """Offer of one day; None for a video, a picture under a copyright, or a day that makes no sense."""
    day = _day(entry.get("date"))
    large, small = entry.get("hdurl"), entry.get("url")
    url = (large or small) if options.sharp else (small or large)
    if (
        day is None
        or entry.get("media_type") != "image"
        or entry.get("copyright")
        or not isinstance(url, str)
    ):
        return None
    if url.startswith("http://apod.nasa.gov/"):
        url = f"https://{url.removeprefix('http://')}"
    return Offer(source=Source.name, key=day, url=url, licence=Source.licence, credit=Source.credit)


def _day(value: object) -> str | None:
    try:
        day = datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return day.isoformat()
