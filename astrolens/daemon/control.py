"""What the API asks of the daemon, done."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from astrolens.api.wire_status import DeviceReply, StatusReply
from astrolens.daemon.device_view import device_reply
from astrolens.daemon.house import House
from astrolens.daemon.metrics import Metrics
from astrolens.daemon.promoting import Promoter
from astrolens.daemon.status import StatusDesk
from astrolens.daemon.uploads import take_in
from astrolens.daemon.views import ViewDesk
from astrolens.domain.description import Description
from astrolens.domain.errors import BadData
from astrolens.domain.event import EventKind
from astrolens.domain.finding import CatalogAnswer
from astrolens.domain.image import ImageState, Offer
from astrolens.domain.pixels import PixelCut
from astrolens.domain.sky import SkyPosition
from astrolens.domain.turnover import TriedCalibration
from astrolens.domain.why import WhyCard
from astrolens.pipeline.fetching import UPLOADS


class HouseControl:
    """The daemon as the API sees it; implements `astrolens.api.control.Control`.

    Parameters
    ----------
    house : House
        What runs.
    desk : StatusDesk
        Answers how everything is.
    metrics : Metrics
        Counters and gauges.
    reload : Callable
        Coroutine function that reads the configuration again and names keys that wait for a restart.
    stop : Callable
        Begins to stop.
    open_anew : Callable
        Begins to close this house and to open it again.
    """

    def __init__(
        self,
        house: House,
        desk: StatusDesk,
        metrics: Metrics,
        *,
        reload: Callable[[], Awaitable[Sequence[str]]],
        stop: Callable[[], None],
        open_anew: Callable[[], None],
    ) -> None:
        self.stopping = False
        self.views = ViewDesk(house)
        self.promoter = Promoter(house, open_anew)
        self._house = house
        self._store = house.store.for_people()
        self._desk = desk
        self._metrics = metrics
        self._reload = reload
        self._stop = stop

    def state(self) -> str:
        """Word for what the daemon does now.

        Returns
        -------
        str
            running, paused, degraded or stopping.
        """
        if self.stopping:
            return "stopping"
        if self._house.flow.paused:
            return "paused"
        return "degraded" if self._reasons() else "running"

    def _reasons(self) -> list[str]:
        reasons = [
            f"source {loaded.name}: {loaded.error}"
            for loaded in self._house.sources
            if loaded.settings.enabled and loaded.error
        ]
        if self._house.store.blobs.size_bytes() >= self._house.settings.store.quota_gb * 1e9:
            reasons.append("the quota is used up (store.quota_gb): nothing new is downloaded")
        if not self._house.working():
            reasons.append("no source is switched on; set enabled = true for one in astrolens.toml")
        return reasons

    def not_ready(self) -> Sequence[str]:
        """What stands in the way of work.

        Returns
        -------
        sequence of str
            Empty when it is ready.
        """
        return ["the daemon is stopping"] if self.stopping else []

    def source_names(self) -> Sequence[str]:
        """Sources that can be asked.

        Returns
        -------
        sequence of str
            Their names.
        """
        return sorted(self._house.working())

    async def status(self) -> StatusReply:
        """Everything that the overview shows.

        Returns
        -------
        StatusReply
            Read now.
        """
        return await self._store.run(self._desk.status, self.state(), self._reasons())

    async def device(self) -> DeviceReply:
        """Where the network runs.

        Returns
        -------
        DeviceReply
            With the model in use.
        """
        return await asyncio.to_thread(device_reply, self._house)

    async def metrics(self) -> str:
        """Counters and gauges.

        Returns
        -------
        str
            OpenMetrics text.
        """
        status = await self.status()
        return await asyncio.to_thread(self._metrics.text, status)

    async def pause(self) -> None:
        """Start no new work."""
        self._house.flow.pause()
        await self._house.announcer.tell(EventKind.PAUSED)

    async def resume(self) -> None:
        """Go on."""
        self._house.flow.resume()
        await self._house.announcer.tell(EventKind.RESUMED)

    async def reload(self) -> Sequence[str]:
        """Read the configuration again; all or nothing.

        Returns
        -------
        sequence of str
            Changed keys that are used only at the next start.
        """
        return await self._reload()

    async def stop(self) -> None:
        """Begin to stop; returns at once."""
        self.stopping = True
        self._stop()

    async def poll_now(self, source: str) -> None:
        """Ask a source at the next chance.

        Parameters
        ----------
        source : str
            One of `source_names`.
        """
        self._house.flow.offering.wake(source)

    async def recalibrate(self, source: str | None) -> None:
        """Fit and calibrate again.

        Parameters
        ----------
        source : str or None
            One of `source_names`; None for all that have enough pictures.

        Raises
        ------
        BadData
            If the source has too few pictures.
        """
        house = self._house
        wanted = house.settings.detect.calibration_images
        for name in self.source_names() if source is None else [source]:
            seen = await house.store.run(house.store.analyses.count, name, house.encoder.model_id)
            if seen >= wanted:
                house.flow.judging.order_calibration(name, "asked for by a person")
            elif source is not None:
                raise BadData(
                    f"source {name} has {seen} measured pictures; {wanted} are needed to calibrate it"
                )

    async def try_calibration(self, source: str) -> TriedCalibration | None:
        """Say what a new calibration would decide otherwise; nothing is changed.

        Parameters
        ----------
        source : str
            One of `source_names`.

        Returns
        -------
        TriedCalibration or None
            None while it has too few pictures.
        """
        return await self._house.flow.judging.try_calibration(source)

    async def why(self, image_id: int, *, heat: bool) -> WhyCard | None:
        """The evidence for a verdict.

        Parameters
        ----------
        image_id : int
            A picture.
        heat : bool
            Whether a heat map is wanted.

        Returns
        -------
        WhyCard or None
            None when it was not judged.
        """
        return await self._house.why_cards.card(image_id, heat=heat)

    async def attached(self) -> None:
        """Have the process for pictures started by the time the first is asked for."""
        await self._house.pixels.get_ready()

    async def pixels(self, image_id: int, *, side: int, band: int | None) -> PixelCut | None:
        """The numbers behind a picture, for a viewer.

        Parameters
        ----------
        image_id : int
            A picture.
        side : int
            Most pixels along the longer side.
        band : int or None
            Number of one plane; None for all.

        Returns
        -------
        PixelCut or None
            None when its original is not kept.
        """
        store = self._store
        record = await store.run(store.images.get, image_id)
        return None if record is None else await self._house.pixels.cut(record, side, band)

    async def submit(self, file: Path, name: str) -> int:
        """Take an uploaded file into the flow.

        Parameters
        ----------
        file : Path
            A temporary file; it is moved away.
        name : str
            What the sender calls it.

        Returns
        -------
        int
            Number of the picture; that of the earlier one when the same bytes were uploaded before.
        """
        house = self._house
        key, kept = await asyncio.to_thread(take_in, file, house.paths.data / UPLOADS, name)
        offer = Offer(source=UPLOADS, key=key, url=kept.as_uri())
        new = await house.store.run(house.store.images.offer_many, [offer])
        house.flow.fetching.wake()
        if new:
            return new[0]
        known = await house.store.run(house.store.images.find, UPLOADS, key)
        record = None if known is None else await house.store.run(house.store.images.get, known)
        if record is None:
            raise BadData(f"{name}: could not be taken in; try again")
        if record.state is not ImageState.OFFERED:  # nobody fetches it a second time
            await asyncio.to_thread(kept.unlink, missing_ok=True)
        return record.image_id

    async def rejudge(self, image_id: int) -> None:
        """Judge a measured picture with the present calibration.

        Parameters
        ----------
        image_id : int
            A picture that has an analysis.

        Raises
        ------
        BadData
            If its source is still calibrating.
        """
        if not await self._house.flow.judging.judge_again(image_id):
            raise BadData(
                f"image {image_id} cannot be judged yet: it is not measured, or its source is calibrating"
            )

    async def crossref(self, image_id: int) -> Sequence[CatalogAnswer]:
        """Ask the catalogues about a picture and store what they say.

        Parameters
        ----------
        image_id : int
            A picture.

        Returns
        -------
        sequence of CatalogAnswer
            One for each catalogue.

        Raises
        ------
        BadData
            If there is no such picture.
        """
        store = self._house.store
        record = await store.run(store.images.get, image_id)
        if record is None:
            raise BadData(f"there is no image {image_id}")
        answers, state = await self._house.flow.lookup.ask(record)
        await self._house.announcer.tell(EventKind.CROSS_MATCHED, image_id, {"catalogue": state.value})
        return answers

    async def annotate(self, image_id: int) -> Description:
        """Let a language model describe a picture, and store what it says.

        Parameters
        ----------
        image_id : int
            A picture that was measured.

        Returns
        -------
        Description
            Words, or why there are none.
        """
        return await self._house.describing.describe(image_id)

    async def crossref_at(
        self, position: SkyPosition, radius_arcsec: float | None, epoch: datetime | None = None
    ) -> Sequence[CatalogAnswer]:
        """Ask the catalogues about a position.

        Parameters
        ----------
        position : SkyPosition
            Where.
        radius_arcsec : float or None
            Search radius; None for the configured one.
        epoch : datetime, optional
            Aware time of an exposure.

        Returns
        -------
        sequence of CatalogAnswer
            One for each catalogue.
        """
        return await self._house.flow.lookup.ask_at(position, radius_arcsec, epoch)

    async def crossref_later(self, image_ids: Sequence[int]) -> int:
        """Put pictures on the list of the sweep.

        Parameters
        ----------
        image_ids : sequence of int
            Pictures that exist.

        Returns
        -------
        int
            How many were put there.
        """
        return await self._house.flow.lookup.ask_later(image_ids)
