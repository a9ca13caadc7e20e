"""Decode, measure and encode one picture, and commit what came out in one transaction."""

import logging
from collections.abc import Callable
from dataclasses import replace

from astrolens.analyse.crop import object_radius
from astrolens.domain.analysis import Analysis, Morphology
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Measures, Preprocessing
from astrolens.pipeline.crops import Crops, crop_name
from astrolens.pipeline.encoding import EncoderLane, analysis_of
from astrolens.pipeline.measure_file import Measured, read_reply, request
from astrolens.pipeline.sandbox import Sandbox
from astrolens.store.analyses import MeasuredOtherwise
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

log = logging.getLogger(__name__)


class Measuring:
    """The work of the measuring stage.

    Parameters
    ----------
    store : Store
        Holds the bytes, takes the analysis.
    sandbox : Sandbox
        Runs `measure_file` in limited processes.
    encoder : Encoder
        Says how pictures are prepared and names its outputs.
    lane : EncoderLane
        Where pictures that wait together are encoded together.
    limits : DecodeLimits
        What may be decoded at all.
    on_analysed : Callable
        Wakes the stage behind.
    crops : Crops, optional
        Of sources whose pictures are cropped otherwise than the encoder says.
    """

    def __init__(
        self,
        store: Store,
        sandbox: Sandbox,
        encoder: Encoder,
        lane: EncoderLane,
        limits: DecodeLimits,
        on_analysed: Callable[[], None],
        crops: Crops | None = None,
    ) -> None:
        self._store = store
        self._sandbox = sandbox
        self._encoder = encoder
        self._lane = lane
        self._limits = limits
        self._on_analysed = on_analysed
        self._crops = Crops() if crops is None else crops

    def _steps(self, source: str) -> Preprocessing:
        steps = self._encoder.preprocessing
        return replace(steps, crop=self._crops.of(source, steps))

    async def work(self, record: ImageRecord) -> None:
        """Measure one picture.

        Parameters
        ----------
        record : ImageRecord
            In state FETCHED.

        Raises
        ------
        BadData
            When the bytes are no usable picture.
        """
        while not await self._once(record):
            log.info("image %d is measured again: the crop of its source has changed", record.image_id)
        self._on_analysed()

    async def _once(self, record: ImageRecord) -> bool:
        """Measure a picture and keep it, unless its source has got another crop meanwhile."""
        crop = self._steps(record.offer.source).crop.value
        measured = await self.read(record, thumbnail=True)
        # Only from here on can this picture take the whole process with it: the sandbox dies alone.
        await self._store.run(self._store.images.claim, [record.image_id], alone=record.suspect)
        analysis = await analysis_of(measured, self._encoder, self._lane)
        name = crop_name(record.offer.source, self._encoder.model_id)

        def _keep() -> None:
            self._store.blobs.add_thumbnail(record.sha256 or "", measured.thumbnail)
            self._store.analyses.put(record.image_id, analysis, measured.facts, while_true=(name, crop))

        try:
            await self._store.run(_keep)
        except MeasuredOtherwise:
            return False
        return True

    async def again(self, record: ImageRecord) -> Analysis:
        """Measure a stored picture with the encoder in use; nothing is stored.

        Parameters
        ----------
        record : ImageRecord
            Its original is kept.

        Returns
        -------
        Analysis
            Of this encoder.

        Raises
        ------
        BadData
            When the bytes are no usable picture, or not there.
        """
        return await analysis_of(await self.read(record), self._encoder, self._lane)

    async def shape(self, record: ImageRecord) -> Morphology:
        """Measure the shape of a stored picture, whatever the model's profile leaves out.

        Parameters
        ----------
        record : ImageRecord
            Its original is kept.

        Returns
        -------
        Morphology
            Of its object.

        Raises
        ------
        BadData
            When the bytes are no usable picture, or not there.
        """
        return (await self.read(record, measures=Measures.ALL)).morphology

    async def radius(self, record: ImageRecord) -> float:
        """How much of its picture an object fills.

        Parameters
        ----------
        record : ImageRecord
            Its original is kept.

        Returns
        -------
        float
            Radius over the shorter side (`astrolens.analyse.crop.object_radius`); NaN without an object, or where the
            profile leaves shapes out.

        Raises
        ------
        BadData
            When the bytes are no usable picture, or not there.
        """
        measured = await self.read(record)
        height, width = measured.facts.height, measured.facts.width
        return object_radius(measured.morphology, height, width) / min(height, width)

    async def read(
        self, record: ImageRecord, *, thumbnail: bool = False, measures: Measures | None = None
    ) -> Measured:
        """Decode a stored picture and measure its shape.

        Parameters
        ----------
        record : ImageRecord
            Its original is kept.
        thumbnail : bool
            Whether thumbnail and fingerprint are wanted.
        measures : Measures, optional
            What is measured; None: what the model asks for.

        Returns
        -------
        Measured
            Ready for the encoder.

        Raises
        ------
        BadData
            When the bytes are no usable picture, or not there.
        """
        steps = self._steps(record.offer.source)
        arguments = request(
            self._store.blobs.path(record.sha256 or ""),
            self._limits,
            steps if measures is None else replace(steps, measures=measures),
            pixel_scale_arcsec=record.offer.pixel_scale_arcsec,
            thumbnail=thumbnail,
        )
        return read_reply(await self._sandbox.run(arguments))
