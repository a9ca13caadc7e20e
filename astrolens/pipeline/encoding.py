"""The encoder and its one lane: pictures that wait together are encoded together."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolens.analyse.stage import to_analysis
from astrolens.config.paths import resolve
from astrolens.config.settings import Settings
from astrolens.domain.analysis import Analysis
from astrolens.domain.errors import Unavailable
from astrolens.models.encoder import Encoded, Encoder
from astrolens.models.folder import model_folder
from astrolens.models.load import graph_precision, load_encoder
from astrolens.models.onnx_cache import cache_folder
from astrolens.models.onnx_encoder import kept_graph
from astrolens.pipeline.measure_file import Measured


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """Place of one picture in an encoded batch.

    Attributes
    ----------
    batch : Encoded
        What the encoder returned.
    row : int
        Which row of it.
    """

    batch: Encoded
    row: int


class EncoderLane:
    """Micro-batches: while one batch runs, what arrives forms the next.

    Parameters
    ----------
    encode : Callable
        Takes float32 (n, 3, h, w), returns the encoder's own record of n rows. Runs in one thread.
    batch : int
        Most pictures in one pass.
    """

    def __init__(self, encode: Callable[[NDArray[np.float32]], Encoded], batch: int) -> None:
        self._encode = encode
        self._batch = batch
        self._waiting: asyncio.Queue[tuple[NDArray[np.float32], asyncio.Future[EncodedRow]]] = asyncio.Queue(
            4 * batch
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
        self.passes = 0
        self.pictures = 0

    async def encode(self, network_input: NDArray[np.float32]) -> EncodedRow:
        """Wait for the batch that holds this picture.

        Parameters
        ----------
        network_input : ndarray of float32, shape (3, h, w)
            As the encoder's preprocessing makes it.

        Returns
        -------
        EncodedRow
            Its row.
        """
        future: asyncio.Future[EncodedRow] = asyncio.get_running_loop().create_future()
        await self._waiting.put((network_input, future))
        return await future

    async def run(self) -> None:
        """Encode until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                work = [await self._waiting.get()]
                while len(work) < self._batch and not self._waiting.empty():
                    work.append(self._waiting.get_nowait())
                stacked = np.stack([network_input for network_input, _ in work])
                result = await loop.run_in_executor(self._thread, self._encode, stacked)
                self.passes += 1
                self.pictures += len(work)
                for row, (_, future) in enumerate(work):
                    if not future.done():
                        future.set_result(EncodedRow(result, row))
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)


def encoder_of(settings: Settings) -> Encoder:
    """The encoder that the settings name, run as they say.

    Parameters
    ----------
    settings : Settings
        As shipped, or a person's own; ``analyse.crop`` is left to `astrolens.pipeline.framing.framed`.

    Returns
    -------
    Encoder
        Ready.
    """
    wanted = settings.analyse
    return load_encoder(
        model_folder(wanted.model, "analyse.model"),
        cache_folder(resolve(settings).data),
        device=wanted.device,
        threads=wanted.threads,
        runtime=wanted.runtime,
        precision=wanted.precision,
    )


def write_graph(settings: Settings) -> None:
    """Write the network as a graph, where one is wanted and not kept yet; in the main thread Ctrl-C ends it at once.

    Parameters
    ----------
    settings : Settings
        As for `encoder_of`, which then finds the graph, or says why there is none.
    """
    wanted = settings.analyse
    folder = model_folder(wanted.model, "analyse.model")
    precision = graph_precision(
        folder, device=wanted.device, runtime=wanted.runtime, precision=wanted.precision
    )
    if precision is not None:
        with contextlib.suppress(Unavailable):
            kept_graph(folder, cache_folder(resolve(settings).data), precision)


async def analysis_of(measured: Measured, encoder: Encoder, lane: EncoderLane) -> Analysis:
    """Encode what a child measured.

    Parameters
    ----------
    measured : Measured
        From the child.
    encoder : Encoder
        Names the model and its classes.
    lane : EncoderLane
        Runs this encoder.

    Returns
    -------
    Analysis
        Everything that is measured of one picture.
    """
    place = await lane.encode(measured.network_input)
    return to_analysis(
        place.batch,
        place.row,
        measured.morphology,
        model_id=encoder.model_id,
        class_names=encoder.class_names,
        pixels=measured.pixels,
        miniature=measured.miniature,
    )
