"""In a profile that leaves shapes out: measure those of the pictures that a person is shown, after their verdict."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from astrolens.domain.analysis import Morphology
from astrolens.domain.errors import BadData
from astrolens.pipeline.patience import patient
from astrolens.store.record import ImageRecord
from astrolens.store.shapes import ShapeTable
from astrolens.store.store import Store

log = logging.getLogger(__name__)

_CHUNK = 16
_IDLE_S = 2.0

MeasureShape = Callable[[ImageRecord], Awaitable[Morphology]]


class LateShapes:
    """Works through anomalies and near misses without a shape, newest first.

    The verdict never rests on such a shape: only what was flagged has one, so it would tell the odd from the others.

    Parameters
    ----------
    store : Store
        Holds originals and analyses.
    measure : MeasureShape
        Coroutine function that measures the shape of one stored picture.
    model_id : str
        The encoder in use.
    """

    def __init__(self, store: Store, measure: MeasureShape, model_id: str) -> None:
        self._store = store
        self._shapes = ShapeTable(store.database)
        self._measure = measure
        self._model_id = model_id

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not await patient(self.sweep, "measuring shapes", otherwise=0):
                await asyncio.sleep(_IDLE_S)

    async def sweep(self) -> int:
        """Measure some shapes that are wanted.

        Returns
        -------
        int
            How many pictures were looked at.
        """
        waiting = await self._store.run(self._shapes.waiting, self._model_id, _CHUNK)
        for number in waiting:
            record = await self._store.run(self._store.images.get, number)
            analysis = await self._store.run(self._store.analyses.get, number)
            if record is None or analysis is None:
                continue
            try:
                shape = await self._measure(record)
                # The watch on drift goes on with the sky of the whole picture, as it was measured for all.
                shape = replace(shape, sky=analysis.morphology.sky, sky_sigma=analysis.morphology.sky_sigma)
            except BadData as error:
                log.info("image %d has no shape: %s", number, error)
                shape = analysis.morphology
            await self._store.run(self._shapes.put, number, self._model_id, shape)
        return len(waiting)
