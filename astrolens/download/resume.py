"""One file over several tries and visits: what has come stays, and only the rest is asked for."""

import asyncio
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from astrolens.domain.image import FetchedFile
from astrolens.domain.text import clean
from astrolens.download.failure import NETWORK_ERRORS, RequestFailed
from astrolens.download.gate import Timing
from astrolens.download.transfer import BodyLimits, FileSink, read_body

WHOLE, PART, NO_SUCH_PART = 200, 206, 416
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_STRONG_DATE_S = 60.0
_LONGEST_NOTE = 20_000


def note_of(into: Path) -> Path:
    """Where it is written down which file a part belongs to.

    Parameters
    ----------
    into : Path
        The part.

    Returns
    -------
    Path
        Beside it; it exists as long as the part may be gone on with.
    """
    return into.with_name(f"{into.name}.note")


class Download:
    """Takes the answers to one request until the file is whole.

    Parameters
    ----------
    into : Path
        The file to write; created or overwritten.
    limits : BodyLimits
        What is put up with.
    timing : Timing
        The clock.
    url : str
        Address under which a later visit may go on with what this one got; "" keeps nothing.
    """

    def __init__(self, into: Path, limits: BodyLimits, timing: Timing, url: str = "") -> None:
        self._into = into
        self._limits = limits
        self._timing = timing
        self._url = url
        self._sink = FileSink(into)
        self._validator = ""

    async def take_up(self) -> None:
        """Go on with what an earlier visit to the same address left, if the server can tell it from a later file."""
        note = await asyncio.to_thread(_read_note, note_of(self._into)) if self._url else {}
        if note.get("url") != self._url or not self._url:
            return
        try:
            await self._sink.take_up()
        except OSError:
            await self._forget()
            return
        self._validator = note["validator"]
        if self._sink.size_bytes > self._limits.size_bytes:
            await self._forget()

    def further(self) -> tuple[Mapping[str, str], Collection[int]]:
        """What goes with the next try.

        Returns
        -------
        headers : Mapping of str to str
            With ``Range`` and ``If-Range`` when a part is here of a file that can be told from another.
        statuses : Collection of int
            Those beside 200 that `receive` then understands.
        """
        # A server that packs the transfer makes sizes and rates lie; surveys' files are packed already.
        headers = {"Accept-Encoding": "identity"}
        if not self._can_go_on():
            return headers, ()
        return headers | {"Range": f"bytes={self._sink.size_bytes}-", "If-Range": self._validator}, (
            PART,
            NO_SUCH_PART,
        )

    async def receive(self, response: aiohttp.ClientResponse) -> FetchedFile:
        """Take one answer.

        Parameters
        ----------
        response : aiohttp.ClientResponse
            With status 200, or one that `further` named; its body is not read yet.

        Returns
        -------
        FetchedFile
            The whole file.

        Raises
        ------
        BadData
            When it is too large.
        RequestFailed
            When the part is not the one that was asked for.
        """
        total_bytes = await self._prepare(response)
        here_bytes = self._sink.size_bytes
        limits = replace(self._limits, size_bytes=self._limits.size_bytes - here_bytes)
        try:
            async for chunk in read_body(response, limits, self._timing):
                await self._sink.write(chunk)
        except NETWORK_ERRORS:
            await (self._sink.flush() if self._validator else self._sink.discard())
            raise
        sha256 = await self._sink.finish()
        if total_bytes is not None and self._sink.size_bytes != total_bytes:
            sent = f"{self._sink.size_bytes} bytes of {total_bytes}"
            await self._forget()
            raise RequestFailed(f"{response.url.host} sent {sent}")
        await asyncio.to_thread(note_of(self._into).unlink, missing_ok=True)
        return FetchedFile(
            path=self._into,
            sha256=sha256,
            size_bytes=self._sink.size_bytes,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    async def leave(self) -> None:
        """End a visit that failed: a part stays when a later one may go on with it."""
        if not await asyncio.to_thread(note_of(self._into).exists):
            await self.discard()

    async def discard(self) -> None:
        """Remove what was written."""
        await asyncio.to_thread(note_of(self._into).unlink, missing_ok=True)
        await self._sink.discard()

    async def _prepare(self, response: aiohttp.ClientResponse) -> int | None:
        """Get ready for the body; gives the size of the whole file where a part says it."""
        if response.status == PART:
            found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
            same = found is not None and int(found[1]) == self._sink.size_bytes and self._is_same(response)
            if found is not None and same:
                return None if found[3] == "*" else int(found[3])
        asked_for_part = self._can_go_on()
        await self._forget()
        if response.status != WHOLE:
            words = "another part than was asked for" if response.status == PART else "that this part is not"
            raise RequestFailed(f"{response.url.host} answered {words}")
        if not asked_for_part or response.headers.get("Accept-Ranges") != "none":
            self._validator = _validator(response.headers)
        if self._url and self._validator:
            note = json.dumps({"url": self._url, "validator": self._validator})
            await asyncio.to_thread(note_of(self._into).write_text, note, "ascii")
        return None

    def _is_same(self, response: aiohttp.ClientResponse) -> bool:
        packed = response.headers.get("Content-Encoding", "identity").lower() != "identity"
        other = _validator(response.headers)
        return not packed and other in ("", self._validator)

    async def _forget(self) -> None:
        await self.discard()
        self._sink, self._validator = FileSink(self._into), ""

    def _can_go_on(self) -> bool:
        return bool(self._validator) and self._sink.size_bytes > 0


def _read_note(path: Path) -> dict[str, str]:
    """What a part belongs to; empty for what makes no sense."""
    try:
        with path.open("rb") as file:
            note = json.loads(file.read(_LONGEST_NOTE))
    except (OSError, ValueError, RecursionError):
        return {}
    whole = isinstance(note, dict) and all(isinstance(note.get(key), str) for key in ("url", "validator"))
    return note if whole and note["validator"] else {}


def _validator(headers: Mapping[str, str]) -> str:
    """What tells this file from a later one of the same address; "" when nothing does surely (RFC 9110, 8.8)."""
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        return ""
    etag = headers.get("ETag", "")
    if etag.startswith('"') and etag.endswith('"') and len(etag) > 2 and etag.isprintable():
        return etag
    modified, sent = headers.get("Last-Modified", ""), headers.get("Date", "")
    try:
        age = parsedate_to_datetime(sent) - parsedate_to_datetime(modified)
    except (ValueError, TypeError, OverflowError):
        return ""
    return modified if age.total_seconds() >= _STRONG_DATE_S and modified.isprintable() else ""


def _header(response: aiohttp.ClientResponse, name: str) -> str | None:
    value = response.headers.get(name)
    return None if value is None else clean(value)
