"""Heat maps of pictures that a person looks at; nothing of it runs while pictures are judged."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import numpy as np

from astrolens.detect.heat import ENOUGH_NORMALS, FEWEST_NORMALS, HeatModel
from astrolens.domain.errors import BadData
from astrolens.domain.heat import HeatMap
from astrolens.models.encoder import Encoder
from astrolens.pipeline.measure_file import Measured
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)

Read = Callable[[ImageRecord], Awaitable[Measured]]


class HeatMaps:
    """Learns what the parts of a source's normals look like when it is first asked, and keeps that in memory.

    Parameters
    ----------
    store : Store
        Knows the normals and their originals.
    read : Callable
        Coroutine function that decodes a stored picture for the encoder.
    encoder : Encoder
        The one in use.
    """

    def __init__(self, store: Store, read: Read, encoder: Encoder) -> None:
        self._store = store
        self._read = read
        self._encoder = encoder
        self._models: dict[str, HeatModel] = {}
        self._learning = asyncio.Lock()

    async def draw(self, record: ImageRecord) -> HeatMap | None:
        """Where the oddity of a picture lies.

        Parameters
        ----------
        record : ImageRecord
            A measured picture.

        Returns
        -------
        HeatMap or None
            None when its original is gone, or its source has too few normals with an original.

        Raises
        ------
        BadData
            If its file is no usable picture any more.
        """
        if record.sha256 is None or not record.has_blob:
            return None
        model = await self._model_of(record)
        if model is None:
            return None
        measured = await self._read(record)
        patches = await asyncio.to_thread(self._encoder.patches, measured.network_input[None])
        return await asyncio.to_thread(model.heat_map, patches[0], measured.box)

    async def _model_of(self, record: ImageRecord) -> HeatModel | None:
        async with self._learning:
            if record.source not in self._models:
                model = await self._learn(record)
                if model is None:
                    return None
                self._models[record.source] = model
            return self._models[record.source]

    async def _learn(self, record: ImageRecord) -> HeatModel | None:
        inputs = []
        for number in await self._store.run(
            self._store.resemblance.newest_normals, record.source, ENOUGH_NORMALS
        ):
            normal = await self._store.run(self._store.images.get, number)
            if normal is None or number == record.image_id:
                continue
            try:
                inputs.append((await self._read(normal)).network_input)
            except BadData as error:
                log.info("image %d is no example of a normal: %s", number, error)
        if len(inputs) < FEWEST_NORMALS:
            return None
        patches = await asyncio.to_thread(self._encoder.patches, np.stack(inputs))
        return await asyncio.to_thread(HeatModel.fit, patches, model_id=self._encoder.model_id)
