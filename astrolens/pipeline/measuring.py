"""Decode, measure and encode one picture, and commit what came out in one transaction."""

from collections.abc import Callable

from astrolens.analyse.stage import to_analysis
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.measure_file import read_reply, request
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
    """

    def __init__(
        self,
        store: Store,
        sandbox: Sandbox,
        encoder: Encoder,
        lane: EncoderLane,
        limits: DecodeLimits,
        on_analysed: Callable[[], None],
    ) -> None:
        self._store = store
        self._sandbox = sandbox
        self._encoder = encoder
        self._lane = lane
        self._limits = limits
        self._on_analysed = on_analysed

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
        arguments = request(
            self._store.blobs.path(sha256),
            self._limits,
            self._encoder.preprocessing,
            pixel_scale_arcsec=record.offer.pixel_scale_arcsec,
        )
        measured = read_reply(await self._sandbox.run(arguments))
        # Only from here on can this picture take the whole process with it: the sandbox dies alone.
        await self._store.run(self._store.images.claim, [record.image_id], alone=record.suspect)
        place = await self._lane.encode(measured.network_input)
        analysis = to_analysis(
            place.batch,
            place.row,
            measured.morphology,
            model_id=self._encoder.model_id,
            class_names=self._encoder.class_names,
        )

        def _keep() -> None:
            self._store.blobs.add_thumbnail(sha256, measured.thumbnail)
            self._store.analyses.put(record.image_id, analysis, measured.facts)

        await self._store.run(_keep)
        self._on_analysed()
