"""Before a source is calibrated for the first time: how it frames its objects, and whether that asks for another crop."""

import logging
from collections.abc import Awaitable, Callable
from math import isfinite, nan

from astrolens.analyse.crop import middle_radius, usual_radius
from astrolens.domain.errors import BadData
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Crop
from astrolens.pipeline.crops import Crops, crop_name, framing_name
from astrolens.pipeline.framing import LOOKED_AT
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)


class SourceFraming:
    """Looks at pictures of a source once; where its cutouts are not scaled as the encoder knows them, all are measured anew.

    Parameters
    ----------
    store : Store
        Holds the pictures.
    crops : Crops
        Hears of what was found.
    encoder : Encoder
        In use.
    radius : Callable
        Coroutine function: radius of a stored picture's object over the shorter side; NaN without an object.
    on_taken_back : Callable
        Tells the stage that measures how many come once more.
    """

    def __init__(
        self,
        store: Store,
        crops: Crops,
        encoder: Encoder,
        radius: Callable[[ImageRecord], Awaitable[float]],
        on_taken_back: Callable[[int], None],
    ) -> None:
        self._store = store
        self._crops = crops
        self._steps = encoder.preprocessing
        self._model_id = encoder.model_id
        self._radius = radius
        self._on_taken_back = on_taken_back

    async def settle(self, source: str, fewest: int) -> bool:
        """Find out the framing of a source that was never calibrated.

        Parameters
        ----------
        source : str
            Its waiting pictures were measured with the encoder's own crop.
        fewest : int
            With fewer pictures it is left open.

        Returns
        -------
        bool
            True when they are measured again first, because another crop suits.
        """
        if not self._crops.is_open(source, self._steps):
            return False
        if await self._store.run(self._store.analyses.count, source, self._model_id) < fewest:
            return False
        # What was judged keeps the crop that it was judged with.
        known = await self._store.run(self._store.state.is_calibrated, source)
        middle = nan if known else await self._middle(source)
        suiting = Crops(automatic=True, middles={source: middle}).of(source, self._steps)
        beside = {
            framing_name(source): middle if isfinite(middle) else None,
            crop_name(source, self._model_id): suiting.value,
        }
        if suiting is self._steps.crop:
            await self._store.run(self._store.state.put_many, beside)
            self._crops.found(source, middle)
            return False
        # Stored first: what is in work now sees that it was measured otherwise, and cannot be kept.
        count = await self._store.run(self._store.former.take_back, source, self._model_id, beside)
        self._crops.found(source, middle)
        log.info(
            "source %s: the objects' radius is %.2f of the side where %.2f is usual; %d pictures are measured again with a crop "
            "that follows each object's size", source, middle, usual_radius(self._steps), count,
        )  # fmt: skip
        self._on_taken_back(count)
        return True

    def said(self, source: str) -> str:
        """What the event of a first calibration adds to its reason.

        Parameters
        ----------
        source : str
            Which one.

        Returns
        -------
        str
            "" where the encoder's own crop suits.
        """
        follows = self._crops.of(source, self._steps) is Crop.OBJECT and self._steps.crop is not Crop.OBJECT
        return "; the crop follows each object's size" if follows else ""

    async def _middle(self, source: str) -> float:
        ids, _ = await self._store.run(self._store.analyses.sample, source, self._model_id, LOOKED_AT, seed=0)
        radii = []
        for image_id in ids:
            record = await self._store.run(self._store.images.get, image_id)
            try:
                radii.append(nan if record is None else await self._radius(record))
            except BadData as error:
                log.warning("image %d tells nothing of its source's framing: %s", image_id, error)
        return middle_radius(radii)
