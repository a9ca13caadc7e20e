"""The source itself: offers the pictures of a tree that is only read, in the order of their names."""

import asyncio
import hashlib
import os
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, unquote_to_bytes, urlsplit

from astrolens.plugin import BadData, Field, Offer, SourceContext, SourceOptions, Unavailable
from astrolens_plugins.archive.header import HeaderKeys, Unit, file_of_unit, units_of
from astrolens_plugins.archive.walk import Step, steps

_ENTRIES_PER_STEP = 5_000
_STEPS_PER_POLL = 20
_LONGEST_KEY = 900
_NS = 1_000_000_000
_CLOCK_SLACK_NS = 10 * _NS  # of a file server whose clock is not ours
_BYTES_PER_MB = 1_000_000


class ArchiveOptions(SourceOptions):
    """Options of the source ``archive``."""

    path: Path = Field(description="The archive's uppermost folder; it is only read.")
    pattern: tuple[str, ...] = Field(
        (".fits", ".fit", ".fts", ".fits.gz", ".fit.gz", ".fz"),
        min_length=1,
        description="Endings of file names that are pictures; upper or lower case.",
    )
    hdu: str = Field(
        "",
        max_length=40,
        description="Which part of a file: empty for the first picture, all, a number from 0 on, or an EXTNAME.",
    )
    ra_keyword: str = Field("RA", max_length=8, description="Header keyword of the right ascension.")
    dec_keyword: str = Field("DEC", max_length=8, description="Header keyword of the declination.")
    band_keyword: str = Field("FILTER", max_length=8, description="Header keyword of the filter.")
    time_keyword: str = Field(
        "DATE-OBS", max_length=8, description="Header keyword of the time, ISO 8601 or MJD, UTC."
    )
    rescan_hours: float = Field(
        24.0, ge=0, le=8760, description="Look for new files after so many hours; 0: never again."
    )
    largest_mb: float = Field(
        500.0, gt=0, le=4096, description="Largest part of a file that is cut out of it."
    )
    licence: str = Field("", max_length=200, description="Terms that are stored with every picture.")
    credit: str = Field("", max_length=200, description="Credit line that is stored with every picture.")


class Source:
    """Walks a tree of FITS files once; where it stands is one path, so a restart goes on from there.

    The key of a picture is its path below the folder, with ``#3`` behind it for part 3 of a file when ``hdu`` is
    given. Files are taken for unchanging: no file is looked at before its turn, and none twice. A later walk only
    reads folders whose list of names has changed. For a folder that is written to, there is the source ``folder``.
    """

    name: ClassVar[str] = "archive"
    title: ClassVar[str] = "A FITS archive of your own"
    licence: ClassVar[str] = ""
    credit: ClassVar[str] = ""
    hosts: ClassVar[tuple[str, ...]] = ()
    poll_interval_s: ClassVar[float] = 60.0
    Options: ClassVar[type[SourceOptions]] = ArchiveOptions

    def __init__(self) -> None:
        self._walk: _Walk | None = None
        self._walking = threading.Lock()  # a step that outlived its cancelled poll

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Pictures behind the place where the last poll stopped.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``of`` (folder and choices), ``after`` (the last path), ``begun_at``, and ``done_at`` and
            ``since_ns`` of the last whole walk.

        Yields
        ------
        Offer
            With position, filter and time where the header names them.

        Raises
        ------
        Unavailable
            When the folder is not there (a disk that is not mounted comes back).
        """
        options: ArchiveOptions = context.options
        root = options.path.expanduser().absolute()
        if not await asyncio.to_thread(self._begin, root, context):
            return
        left = context.limit
        for _ in range(_STEPS_PER_POLL):
            found, last = await asyncio.to_thread(self._step, root, context, left)
            for picture in found:
                left -= 1
                if picture.is_last:
                    context.cursor["after"] = picture.relative
                yield _offer(picture, root, options)
            if last is None:
                context.cursor.update(done_at=context.now().isoformat(), after="", begun_at="")
                return
            if left <= 0:
                return
            context.cursor["after"] = last

    def _begin(self, root: Path, context: SourceContext) -> bool:
        """Set the walk to where the cursor says; False when there is nothing to be done now."""
        if not root.is_dir():
            raise Unavailable(
                f"{root} is no folder that can be read; mount it or correct sources.archive.path"
            )
        options, cursor, now = context.options, context.cursor, context.now()
        selection = hashlib.sha1(
            f"{root} {options.pattern} {options.hdu}".encode("utf-8", "surrogateescape"),
            usedforsecurity=False,
        ).hexdigest()[:16]
        if cursor.get("of") != selection:
            cursor.clear()
            cursor.update(of=selection, after="", begun_at="", done_at="", since_ns=0)
        if cursor["done_at"] and not cursor["begun_at"]:
            rest = timedelta(hours=options.rescan_hours)
            if not rest or now < datetime.fromisoformat(cursor["done_at"]) + rest:
                return False
            begun = datetime.fromisoformat(cursor["last_begun_at"])
            cursor["since_ns"] = int(begun.timestamp()) * _NS - _CLOCK_SLACK_NS
        if not cursor["begun_at"]:
            cursor["begun_at"] = cursor["last_begun_at"] = now.isoformat()
        with self._walking:
            walk = self._walk
            if walk is None or walk.mark != (selection, cursor["begun_at"], cursor["after"]):
                endings = tuple(ending.lower() for ending in options.pattern)
                entries = steps(str(root), endings, cursor["after"], cursor["since_ns"])
                self._walk = _Walk(entries=entries, mark=(selection, cursor["begun_at"], cursor["after"]))
        return True

    def _step(self, root: Path, context: SourceContext, wanted: int) -> "tuple[list[_Picture], str | None]":
        """Look at a bounded number of entries; the pictures found, and the last path, None at the end."""
        found: list[_Picture] = []
        with self._walking:
            walk = self._walk
            if walk is None:
                return [], context.cursor["after"]
            for _ in range(_ENTRIES_PER_STEP):
                entry = next(walk.entries, None)
                if entry is None:
                    self._walk = None
                    return found, None
                fresh = _pictures(entry, root, context) if entry.is_picture else []
                if len(fresh) > wanted - len(found):
                    walk.entries = chain([entry], walk.entries)  # what is left of this file comes next time
                    found += [picture.but_not_last() for picture in fresh[: wanted - len(found)]]
                    return found, walk.mark[2]
                walk.mark = (*walk.mark[:2], entry.relative)
                found += fresh
                if len(found) >= wanted:
                    break
            return found, walk.mark[2]

    def read(self, offer: Offer, options: Any) -> bytes:
        """Cut one part out of a file.

        Parameters
        ----------
        offer : Offer
            One of its own.
        options : ArchiveOptions
            The options under which it was offered.

        Returns
        -------
        bytes
            A FITS file of that part alone.

        Raises
        ------
        BadData
            When the address is not its own, or the part is not there, damaged or too large.
        """
        parts = urlsplit(offer.url)
        if parts.scheme != "archive" or not parts.fragment.isdigit():
            raise BadData(f"{offer.url[:100]!r} is no part of a file of this archive")
        path = Path(os.fsdecode(unquote_to_bytes(parts.path)))
        if options.path.expanduser().absolute() not in path.parents:
            raise BadData(f"{path} does not lie below sources.archive.path")
        content: bytes = file_of_unit(path, int(parts.fragment), int(options.largest_mb * _BYTES_PER_MB))
        return content


@dataclass(slots=True, kw_only=True)
class _Walk:
    """A walk that goes on; ``mark`` names its selection, its begin and its last entry."""

    entries: Iterator[Step]
    mark: tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture of a file; ``unit`` is None for a file that is fetched whole."""

    key: str
    relative: str
    unit: Unit
    is_whole: bool
    is_last: bool

    def but_not_last(self) -> "_Picture":
        return _Picture(
            key=self.key, relative=self.relative, unit=self.unit, is_whole=self.is_whole, is_last=False
        )


def _pictures(entry: Step, root: Path, context: SourceContext) -> list[_Picture]:
    """Pictures of one file that are not taken yet; a file that cannot be read is offered, to be parked with a reason."""
    options: ArchiveOptions = context.options
    whole = _key(entry.relative)
    if context.is_known(whole):
        return []
    keys = HeaderKeys(
        ra=options.ra_keyword, dec=options.dec_keyword, band=options.band_keyword, time=options.time_keyword
    )
    units = units_of(root / entry.relative, options.hdu, keys)
    if not options.hdu or not units:
        unit = units[0] if units else Unit(number=0)
        return [_Picture(key=whole, relative=entry.relative, unit=unit, is_whole=True, is_last=True)]
    fresh = [unit for unit in units if not context.is_known(f"{whole}#{unit.number}")]
    return [
        _Picture(
            key=f"{whole}#{unit.number}",
            relative=entry.relative,
            unit=unit,
            is_whole=False,
            is_last=unit is fresh[-1],
        )
        for unit in fresh
    ]


def _offer(picture: _Picture, root: Path, options: ArchiveOptions) -> Offer:
    path = root / picture.relative
    address = path.as_uri()
    if not picture.is_whole:
        address = f"archive://{quote(os.fsencode(path))}#{picture.unit.number}"
    return Offer(
        source=Source.name,
        key=picture.key,
        url=address,
        position=picture.unit.position,
        observed_at=picture.unit.observed_at,
        bands=picture.unit.bands,
        licence=options.licence,
        credit=options.credit,
    )


def _key(relative: str) -> str:
    """The path itself, or its beginning and a digest when it would be too long for a key."""
    length = len(relative) * (1 if relative.isprintable() else 6)  # the host percent-encodes
    if length <= _LONGEST_KEY:
        return relative
    digest = hashlib.sha1(relative.encode("utf-8", "surrogateescape"), usedforsecurity=False)
    return f"{relative[:100]}~{digest.hexdigest()}"
