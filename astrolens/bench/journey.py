"""Decode to verdict as the daemon does it, with the CPU time and memory of parent and child."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from astrolens.bench.machine import resident_mb
from astrolens.bench.timed_file import FUNCTION
from astrolens.config.settings import Settings
from astrolens.detect.stage import Judge
from astrolens.domain.analysis import Analysis
from astrolens.domain.detection import Verdict
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.pipeline.encoding import EncoderLane, analysis_of
from astrolens.pipeline.measure_file import read_reply, request
from astrolens.pipeline.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What some pictures cost.

    Attributes
    ----------
    pictures : int
        How many.
    cpu_ms : float
        CPU milliseconds a picture, parent and child together.
    wall_ms : float
        Wall milliseconds a picture.
    parent_mb, child_mb : float
        Resident memory afterwards.
    """

    pictures: int
    cpu_ms: float
    wall_ms: float
    parent_mb: float
    child_mb: float


class Journey:
    """The way of pictures through child, encoder lane and judge; made by `open_journey`.

    Parameters
    ----------
    sandbox : Sandbox
        One child that runs `measure_timed`.
    lane : EncoderLane
        Running.
    encoder : Encoder
        As shipped.
    judge : Judge
        Fitted on numbers of this encoder.
    limits : DecodeLimits
        What may be decoded.
    """

    def __init__(
        self, sandbox: Sandbox, lane: EncoderLane, encoder: Encoder, judge: Judge, limits: DecodeLimits
    ) -> None:
        self._sandbox = sandbox
        self._lane = lane
        self._encoder = encoder
        self._judge = judge
        self._limits = limits
        self._child_cpu_s = 0.0
        self._child_mb = 0.0

    async def take(self, files: Sequence[Path], *, at_once: int) -> tuple[Cost, list[Verdict]]:
        """Take pictures from their files to their verdicts.

        Parameters
        ----------
        files : sequence of Path
            Usable pictures, at least one.
        at_once : int
            How many wait together; 1: each alone, judged alone.

        Returns
        -------
        Cost
            Of these pictures.
        list of Verdict
            In the order of the files.
        """
        cpu, wall, child = time.process_time(), time.perf_counter(), self._child_cpu_s
        verdicts: list[Verdict] = []
        for start in range(0, len(files), at_once):
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._analysis(path)) for path in files[start : start + at_once]]
            verdicts += await asyncio.to_thread(self._judge.judge, [task.result() for task in tasks])
        spent = time.process_time() - cpu + self._child_cpu_s - child
        waited = time.perf_counter() - wall
        return (
            Cost(
                pictures=len(files),
                cpu_ms=1e3 * spent / len(files),
                wall_ms=1e3 * waited / len(files),
                parent_mb=await asyncio.to_thread(resident_mb),
                child_mb=self._child_mb,
            ),
            verdicts,
        )

    async def _analysis(self, path: Path) -> Analysis:
        reply = await self._sandbox.run(request(path, self._limits, self._encoder.preprocessing))
        self._child_cpu_s = max(self._child_cpu_s, float(reply.values["cpu_s"]))
        self._child_mb = float(reply.values["resident_mb"])
        return await analysis_of(read_reply(reply), self._encoder, self._lane)


@asynccontextmanager
async def open_journey(encoder: Encoder, judge: Judge, settings: Settings) -> AsyncIterator[Journey]:
    """Start the child and the encoder lane.

    Parameters
    ----------
    encoder : Encoder
        As shipped.
    judge : Judge
        Fitted on numbers of this encoder.
    settings : Settings
        Limits and batch.

    Yields
    ------
    Journey
        Until the block ends.
    """
    lane = EncoderLane(encoder.encode, settings.analyse.batch)
    download = settings.download
    async with (
        Sandbox(
            FUNCTION, processes=1, memory_mb=download.decode_memory_mb, timeout_s=download.decode_timeout_s
        ) as sandbox,
        asyncio.TaskGroup() as group,
    ):
        running = group.create_task(lane.run(), name="encoding")
        limits = DecodeLimits(megapixels=download.limit_megapixels)
        yield Journey(sandbox, lane, encoder, judge, limits)
        running.cancel()
