"""The body of one answer, read under a size limit and a minimum speed."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.gate import Timing

_CHUNK_BYTES = 64 * 1024
_WRITE_BYTES = 2**20


class TooSlow(Exception):
    """A body comes slower than is worth waiting for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """Bounds of one body.

    Attributes
    ----------
    size_bytes : int
        Most bytes, after unpacking a content encoding.
    minimum_rate_bytes_s : float
        Least mean speed over a window; 0 for any.
    window_s : float
        The window; also the longest silence.
    """

    size_bytes: int
    minimum_rate_bytes_s: float
    window_s: float


async def read_body(
    response: aiohttp.ClientResponse, limits: BodyLimits, timing: Timing
) -> AsyncIterator[bytes]:
    """Stream a body.

    Parameters
    ----------
    response : aiohttp.ClientResponse
        Its headers have arrived.
    limits : BodyLimits
        What is put up with.
    timing : Timing
        The clock.

    Yields
    ------
    bytes
        At most 64 KiB.

    Raises
    ------
    BadData
        If it is larger than the limit, announced or not.
    TooSlow
        If it drips or stalls.
    """
    if (response.content_length or 0) > limits.size_bytes:
        raise BadData(
            f"the server announces {response.content_length} bytes; at most {limits.size_bytes} are taken"
        )
    size_bytes = window_bytes = 0
    window_start_s = timing.now_s()
    while chunk := await _read_chunk(response, limits):
        size_bytes += len(chunk)
        window_bytes += len(chunk)
        if size_bytes > limits.size_bytes:
            raise BadData(f"the body goes on beyond {limits.size_bytes} bytes; no more is taken")
        elapsed_s = timing.now_s() - window_start_s
        if elapsed_s >= limits.window_s:
            if window_bytes < limits.minimum_rate_bytes_s * elapsed_s:
                raise TooSlow(f"{window_bytes / elapsed_s:.0f} bytes a second")
            window_bytes, window_start_s = 0, timing.now_s()
        yield chunk


async def _read_chunk(response: aiohttp.ClientResponse, limits: BodyLimits) -> bytes:
    try:
        async with asyncio.timeout(limits.window_s):
            return await response.content.read(_CHUNK_BYTES)
    except TimeoutError as error:
        raise TooSlow(f"nothing for {limits.window_s:g} s") from error


class FileSink:
    """Writes and hashes a body in worker threads, a megabyte at a time.

    Parameters
    ----------
    path : Path
        Created, or overwritten.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._digest = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._mode = "wb"
        self.size_bytes = 0

    async def take_up(self) -> None:
        """Go on behind what the file holds already."""
        await asyncio.to_thread(self._reread)

    async def write(self, chunk: bytes) -> None:
        """Take some bytes.

        Parameters
        ----------
        chunk : bytes
            The next ones.
        """
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._waiting_bytes >= _WRITE_BYTES:
            await self._flush()

    async def finish(self) -> str:
        """Write what is left.

        Returns
        -------
        str
            SHA-256 of everything, as hex digits.
        """
        await self.flush()
        return self._digest.hexdigest()

    async def flush(self) -> None:
        """Write what waits in memory, so that ``size_bytes`` is what came."""
        if self._waiting or self._mode == "wb":
            await self._flush()

    async def discard(self) -> None:
        """Remove the file."""
        await asyncio.to_thread(self._path.unlink, missing_ok=True)

    async def _flush(self) -> None:
        chunks, self._waiting, self._waiting_bytes = self._waiting, [], 0
        try:
            await asyncio.to_thread(self._append, chunks)
        except OSError as error:
            raise Unavailable(
                f"cannot write a download to {self._path.parent}: {error.strerror or error}"
            ) from error

    def _reread(self) -> None:
        with self._path.open("rb") as file:
            while chunk := file.read(_WRITE_BYTES):
                self._digest.update(chunk)
                self.size_bytes += len(chunk)
        self._mode = "ab"

    def _append(self, chunks: list[bytes]) -> None:
        with self._path.open(self._mode) as file:
            self._mode = "ab"
            for chunk in chunks:
                file.write(chunk)
                self._digest.update(chunk)
                self.size_bytes += len(chunk)
