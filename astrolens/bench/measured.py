"""Analyses of many files by the very steps of the product: limited children, encoder lane."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolens.analyse.stage import to_analysis
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.domain.analysis import Analysis
from astrolens.domain.errors import BadData, Unavailable
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.folder import model_folder
from astrolens.models.load import load_encoder
from astrolens.models.onnx_cache import cache_folder
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.measure_file import FUNCTION, read_reply, request
from astrolens.pipeline.sandbox import Reply, Sandbox

Progress = Callable[[str, int, int], None]
_AT_ONCE = 48


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredFile:
    """One file and what it measures.

    Attributes
    ----------
    path : Path
        The file.
    analysis : Analysis or None
        None when it is no usable picture.
    reason : str
        Why not; "" when it is.
    """

    path: Path
    analysis: Analysis | None
    reason: str = ""


def shipped_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name, run as they say.

    Parameters
    ----------
    settings : Settings
        As shipped, or a person's own.

    Returns
    -------
    Encoder
        Ready.
    """
    wanted = settings.analyse
    return load_encoder(
        model_folder(wanted.model),
        cache_folder(resolve(settings).data),
        device=wanted.device,
        threads=wanted.threads,
        runtime=wanted.runtime,
        precision=wanted.precision,
    )


def measure_files(
    files: Sequence[Path], encoder: Encoder, settings: Settings, *, processes: int, progress: Progress
) -> dict[Path, MeasuredFile]:
    """Measure pictures.

    Parameters
    ----------
    files : sequence of Path
        What to measure.
    encoder : Encoder
        From `shipped_encoder`.
    settings : Settings
        Limits and batch.
    processes : int
        Decoding processes.
    progress : Callable
        Told what is done, how many, of how many.

    Returns
    -------
    dict of Path to MeasuredFile
        Every file.
    """
    limits = DecodeLimits(megapixels=settings.download.limit_megapixels)

    async def _run() -> dict[Path, MeasuredFile]:
        lane = EncoderLane(encoder.encode, settings.analyse.batch)
        measured: dict[Path, MeasuredFile] = {}

        async def _one(path: Path, sandbox: Sandbox) -> None:
            try:
                wanted = request(path, limits, encoder.preprocessing, thumbnail=False)
                reply = read_reply(await sandbox.run(wanted))
            except (BadData, Unavailable) as error:
                measured[path] = MeasuredFile(path=path, analysis=None, reason=str(error))
                return
            place = await lane.encode(reply.network_input)
            analysis = to_analysis(
                place.batch, place.row, reply.morphology,
                model_id=encoder.model_id, class_names=encoder.class_names,
                pixels=reply.pixels, miniature=reply.miniature,
            )  # fmt: skip
            measured[path] = MeasuredFile(path=path, analysis=analysis)

        async with asyncio.TaskGroup() as encoding:
            running = encoding.create_task(lane.run(), name="encoding")
            await _each(
                FUNCTION, files, _one, settings, processes, lambda n: progress("measured", n, len(files))
            )
            running.cancel()
        return measured

    return asyncio.run(_run())


def run_on_files(
    function: str,
    files: Sequence[Path],
    arguments: Callable[[Path], Mapping[str, Any]],
    settings: Settings,
    *,
    processes: int,
    progress: Callable[[int], None],
) -> dict[Path, Reply | None]:
    """Run another function on each file in limited children.

    Parameters
    ----------
    function : str
        ``module:callable``, as `Sandbox` takes it.
    files : sequence of Path
        What to work on.
    arguments : Callable
        Makes the JSON-able arguments of one file.
    settings : Settings
        Limits of a child.
    processes : int
        How many children.
    progress : Callable
        Told how many are done.

    Returns
    -------
    dict of Path to Reply or None
        Every file; None when it is no usable picture.
    """

    async def _run() -> dict[Path, Reply | None]:
        replies: dict[Path, Reply | None] = {}

        async def _one(path: Path, sandbox: Sandbox) -> None:
            try:
                replies[path] = await sandbox.run(arguments(path))
            except (BadData, Unavailable):
                replies[path] = None

        await _each(function, files, _one, settings, processes, progress)
        return replies

    return asyncio.run(_run())


async def _each(
    function: str,
    files: Sequence[Path],
    work: Callable[[Path, Sandbox], Awaitable[None]],
    settings: Settings,
    processes: int,
    progress: Callable[[int], None],
) -> None:
    left, done = iter(files), 0

    async def worker(sandbox: Sandbox) -> None:
        nonlocal done
        for path in left:
            await work(path, sandbox)
            done += 1
            progress(done)

    download = settings.download
    async with (
        Sandbox(
            function,
            processes=processes,
            memory_mb=download.decode_memory_mb,
            timeout_s=download.decode_timeout_s,
        ) as sandbox,
        asyncio.TaskGroup() as group,
    ):
        for number in range(_AT_ONCE):
            group.create_task(worker(sandbox), name=f"file {number}")
