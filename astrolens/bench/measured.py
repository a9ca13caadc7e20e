"""Pictures measured by the very steps of the product, from code that knows no loop."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from astrolens.config.settings import Settings
from astrolens.domain.errors import BadData, Unavailable
from astrolens.models.encoder import Encoder
from astrolens.pipeline import measure_files as in_loop
from astrolens.pipeline.encoding import encoder_of as shipped_encoder
from astrolens.pipeline.measure_files import MeasuredFile, each_file
from astrolens.pipeline.sandbox import Reply, Sandbox

__all__ = ["MeasuredFile", "Progress", "measure_files", "run_on_files", "shipped_encoder"]

Progress = Callable[[str, int, int], None]


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
    measured = asyncio.run(
        in_loop.measure_files(
            files, encoder, settings, processes=processes,
            progress=lambda done, every: progress("measured", done, every),
        )
    )  # fmt: skip
    return {one.path: one for one in measured}


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
    replies: dict[Path, Reply | None] = {}

    async def _one(path: Path, sandbox: Sandbox) -> None:
        try:
            replies[path] = await sandbox.run(arguments(path))
        except (BadData, Unavailable):
            replies[path] = None
        progress(len(replies))

    asyncio.run(each_file(files, _one, settings.download, processes=processes, function=function))
    return replies
