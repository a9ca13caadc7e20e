"""Pictures of the made-up archive Skyhooks: a template for a source plugin of your own."""

import asyncio
from collections.abc import AsyncIterator
from typing import ClassVar

from astrolens.plugin import Field, Offer, SourceContext, SourceOptions, Unavailable, position_at, time_of_mjd


class SkyhooksOptions(SourceOptions):
    """What can stand in the table [sources.skyhooks] beside the host's own keys."""

    base_url: str = Field("https://archive.skyhooks.example", description="The archive, or a mirror of it.")
    telescope: str = Field("north", pattern="^(north|south)$", description="north or south.")


class Source:
    """Every exposure of one telescope, in the order of its number."""

    name: ClassVar[str] = "skyhooks"
    title: ClassVar[str] = "The Skyhooks archive"
    licence: ClassVar[str] = "CC-BY-4.0"
    credit: ClassVar[str] = "Skyhooks Observatory"
    hosts: ClassVar[tuple[str, ...]] = ("archive.skyhooks.example",)
    poll_interval_s: ClassVar[float] = 300.0
    Options: ClassVar[type[SourceOptions]] = SkyhooksOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Exposures behind the last one that was offered; the cursor holds its number."""
        base = context.options.base_url.rstrip("/")
        after = context.cursor.get("after", 0)
        query = {"telescope": context.options.telescope, "after": str(after), "limit": str(context.limit)}
        rows = await context.fetch.get_json(f"{base}/list.json", query)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise Unavailable(f"Skyhooks answered {str(rows)[:80]!r}; want a list of exposures")
        for row in rows[: context.limit]:
            context.cursor["after"] = row["id"]
            if await asyncio.to_thread(context.is_known, str(row["id"])):
                continue
            yield Offer(
                source=self.name,
                key=str(row["id"]),
                url=f"{base}/images/{row['id']}.fits",
                position=position_at(row.get("ra"), row.get("dec"), error_arcsec=0.5),
                observed_at=time_of_mjd(row.get("mjd")),
                bands=("r",),
                licence=self.licence,
                credit=self.credit,
            )
