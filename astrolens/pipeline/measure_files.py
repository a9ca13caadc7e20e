"""Many files measured without a store, by the very steps of the product: limited children, encoder lane."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from astrolens.config.settings import DownloadSettings, Settings
from astrolens.domain.analysis import Analysis
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.text import clean
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.pipeline.encoding import EncoderLane, analysis_of
from astrolens.pipeline.measure_file import FUNCTION, read_reply, request
from astrolens.pipeline.sandbox import Sandbox

log = logging.getLogger(__name__)

_AT_ONCE = 48
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredFile:
    """One file and what it measures.

    Attributes
    ----------
    path : Path
        The file.
    sha256 : str
        Of its bytes; "" when it could not be read.
    analysis : Analysis or None
        None when it is no usable picture.
    reason : str
        Why not; "" when it is.
    """

    path: Path
    sha256: str
    analysis: Analysis | None = None
    reason: str = ""


async def measure_files(
    files: Sequence[Path],
    encoder: Encoder,
    settings: Settings,
    *,
    processes: int,
    progress: Callable[[int, int], None],
) -> list[MeasuredFile]:
    """Measure pictures.

    Parameters
    ----------
    files : Sequence of Path
        What is measured.
    encoder : Encoder
        From `astrolens.pipeline.encoding.encoder_of`.
    settings : Settings
        Limits and batch.
    processes : int
        Decoding processes.
    progress : Callable
        Called with how many are measured, of how many.

    Returns
    -------
    list of MeasuredFile
        In the order of ``files``.
    """
    download = settings.download
    limits = DecodeLimits(megapixels=download.limit_megapixels)
    limit_bytes = int(download.limit_mb * 2**20)
    lane = EncoderLane(encoder.encode, settings.analyse.batch)
    out: dict[int, MeasuredFile] = {}

    async def _measure(item: tuple[int, Path], sandbox: Sandbox) -> None:
        number, path = item
        sha256 = ""
        try:
            sha256 = await asyncio.to_thread(_sha256, path, limit_bytes)
            arguments = request(path, limits, encoder.preprocessing, thumbnail=False)
            measured = read_reply(await sandbox.run(arguments))
        except (BadData, Unavailable, OSError) as error:
            log.warning("%s: %s", clean(path, 1000), clean(error, 500))
            out[number] = MeasuredFile(path=path, sha256=sha256, reason=str(error))
        else:
            analysis = await analysis_of(measured, encoder, lane)
            out[number] = MeasuredFile(path=path, sha256=sha256, analysis=analysis)
        progress(len(out), len(files))

    async with asyncio.TaskGroup() as encoding:
        running = encoding.create_task(lane.run(), name="encoding")
        await each_file(enumerate(files), _measure, download, processes=processes)
        running.cancel()
    return [out[number] for number in range(len(files))]


async def each_file(
    items: Iterable[_Item],
    work: Callable[[_Item, Sandbox], Awaitable[None]],
    limits: DownloadSettings,
    *,
    processes: int,
    function: str = FUNCTION,
) -> None:
    """Do something to each of many files in limited children, some dozens at a time.

    Parameters
    ----------
    items : iterable
        Files, or what stands for them; read as places become free.
    work : Callable
        Coroutine function of one item and the children; what it raises ends all.
    limits : DownloadSettings
        Memory and time of a child.
    processes : int
        How many children.
    function : str
        ``module:callable`` that they run, as `Sandbox` takes it.
    """
    left = iter(items)

    async def _worker(sandbox: Sandbox) -> None:
        for item in left:
            await work(item, sandbox)

    async with (
        Sandbox(
            function,
            processes=processes,
            memory_mb=limits.decode_memory_mb,
            timeout_s=limits.decode_timeout_s,
        ) as sandbox,
        asyncio.TaskGroup() as group,
    ):
        for number in range(_AT_ONCE):
            group.create_task(_worker(sandbox), name=f"file {number}")


def _sha256(path: Path, limit_bytes: int) -> str:
    if path.stat().st_size > limit_bytes:
        raise BadData(f"{path.stat().st_size} bytes; at most {limit_bytes} are read (download.limit_mb)")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
