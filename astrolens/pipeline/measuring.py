"""Decode, measure and encode one picture, and commit what came out in one transaction."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from astrolens.domain.analysis import Analysis, Morphology
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Crop, Measures, Preprocessing
from astrolens.pipeline.encoding import EncoderLane, analysis_of
from astrolens.pipeline.measure_file import Measured, read_reply, request
from astrolens.pipeline.sandbox import Sandbox
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store


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
    crops : Mapping of str to Crop, optional
        Sources whose pictures are cropped otherwise than the encoder says.
    """

    def __init__(
        self,
        store: Store,
        sandbox: Sandbox,
        encoder: Encoder,
        lane: EncoderLane,
        limits: DecodeLimits,
        on_analysed: Callable[[], None],
        crops: Mapping[str, Crop] | None = None,
    ) -> None:
        self._store = store
        self._sandbox = sandbox
        self._encoder = encoder
        self._lane = lane
        self._limits = limits
        self._on_analysed = on_analysed
        self._crops = dict(crops or {})

    def _steps(self, source: str) -> Preprocessing:
        steps = self._encoder.preprocessing
        return replace(steps, crop=self._crops.get(source, steps.crop))

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
        sha256 = record.sha256 or ""
        measured = await self.read(record, thumbnail=True)
        # Only from here on can this picture take the whole process with it: the sandbox dies alone.
        await self._store.run(self._store.images.claim, [record.image_id], alone=record.suspect)
        analysis = await analysis_of(measured, self._encoder, self._lane)

        def _keep() -> None:
            self._store.blobs.add_thumbnail(sha256, measured.thumbnail)
            self._store.analyses.put(record.image_id, analysis, measured.facts)

        await self._store.run(_keep)
        self._on_analysed()

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
