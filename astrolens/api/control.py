"""The daemon as the API sees it: a Protocol that the daemon fulfils."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from astrolens.api.promoter import Promoter
from astrolens.api.views import Views
from astrolens.api.wire_status import DeviceReply, StatusReply
from astrolens.domain.description import Description
from astrolens.domain.finding import CatalogAnswer
from astrolens.domain.pixels import PixelCut
from astrolens.domain.sky import SkyPosition
from astrolens.domain.turnover import TriedCalibration
from astrolens.domain.why import WhyCard


class Control(Protocol):
    """The daemon as the API sees it. What takes long is given up when the daemon stops."""

    @property
    def views(self) -> Views:
        """What the views beside the flow show.

        Returns
        -------
        Views
            Of this daemon.
        """
        ...

    @property
    def promoter(self) -> Promoter:
        """What can be done about the encoder in use.

        Returns
        -------
        Promoter
            Of this daemon.
        """
        ...

    def state(self) -> str:
        """Word for what it does now.

        Returns
        -------
        str
            starting, running, paused, degraded or stopping.
        """
        ...

    def not_ready(self) -> Sequence[str]:
        """What stands in the way of work.

        Returns
        -------
        sequence of str
            Empty when it is ready.
        """
        ...

    def source_names(self) -> Sequence[str]:
        """Sources that are switched on.

        Returns
        -------
        sequence of str
            Their names.
        """
        ...

    async def status(self) -> StatusReply:
        """Everything that the overview shows.

        Returns
        -------
        StatusReply
            A consistent picture, at most a second old.
        """
        ...

    async def device(self) -> DeviceReply:
        """Where the network runs.

        Returns
        -------
        DeviceReply
            With the model in use.
        """
        ...

    async def metrics(self) -> str:
        """Counters and gauges.

        Returns
        -------
        str
            OpenMetrics text.
        """
        ...

    async def pause(self) -> None:
        """Start no new work."""
        ...

    async def resume(self) -> None:
        """Go on."""
        ...

    async def reload(self) -> Sequence[str]:
        """Read the configuration again; all or nothing.

        Returns
        -------
        sequence of str
            Changed keys that are used only at the next start.

        Raises
        ------
        ConfigError
            If the file is wrong; the old settings stay.
        """
        ...

    async def stop(self) -> None:
        """Begin to stop; returns at once."""
        ...

    async def poll_now(self, source: str) -> None:
        """Ask a source at the next chance.

        Parameters
        ----------
        source : str
            One of `source_names`.
        """
        ...

    async def recalibrate(self, source: str | None) -> None:
        """Fit and calibrate again, and judge what waits.

        Parameters
        ----------
        source : str or None
            One of `source_names`; None for all.

        Raises
        ------
        BadData
            If a source has too few pictures.
        """
        ...

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
        ...

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
        ...

    async def attached(self) -> None:
        """Somebody follows the events now and will ask for pictures soon; returns at once."""
        ...

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
        ...

    async def submit(self, file: Path, name: str) -> int:
        """Take a file into the flow.

        Parameters
        ----------
        file : Path
            A temporary file; it is moved away.
        name : str
            What the sender calls it, sanitised; never used as a path.

        Returns
        -------
        int
            Number of the new picture.
        """
        ...

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
        ...

    async def crossref(self, image_id: int) -> Sequence[CatalogAnswer]:
        """Ask the catalogues about a picture and store what they say.

        Parameters
        ----------
        image_id : int
            A picture with a position.

        Returns
        -------
        sequence of CatalogAnswer
            One for each catalogue.
        """
        ...

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

        Raises
        ------
        ConfigError
            If it is switched off.
        Unavailable
            If the model does not answer.
        """
        ...

    async def crossref_at(
        self, position: SkyPosition, radius_arcsec: float | None, epoch: datetime | None = None
    ) -> Sequence[CatalogAnswer]:
        """Ask the catalogues about a position; nothing is stored but the cache.

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
        ...

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
        ...
