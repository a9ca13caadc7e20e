"""Ask a language model about stored pictures, one by one, and keep its words apart from every score."""

from datetime import timedelta
from typing import Protocol

from astrolens.describe.prompt import Subject
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.description import Description
from astrolens.domain.errors import BadData, ConfigError
from astrolens.domain.event import EventKind
from astrolens.pipeline.announce import Announcer
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store

_HOUR = timedelta(hours=1)
_SPARE = 100


class Describes(Protocol):
    """Whoever finds words for a picture."""

    async def describe(self, subject: Subject) -> Description:
        """Find words for a picture.

        Parameters
        ----------
        subject : Subject
            The picture and what was measured.

        Returns
        -------
        Description
            Words, or why there are none.
        """
        ...


class Describing:
    """Words for pictures, on request and by schedule.

    Parameters
    ----------
    store : Store
        Holds pictures and words.
    describer : Describes or None
        Who is asked; None when it is switched off.
    announcer : Announcer
        Hears of every answer.
    per_hour : int
        Most answers in an hour when nobody asked; 0 for none.
    """

    def __init__(
        self, store: Store, describer: Describes | None, announcer: Announcer, per_hour: int
    ) -> None:
        self._store = store
        self._describer = describer
        self._announcer = announcer
        self._per_hour = per_hour

    async def describe(self, image_id: int) -> Description:
        """Ask about one picture now, and keep the answer.

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
            If it is switched off, or the server wants another model or key.
        BadData
            If there is no such picture, or it has no thumbnail.
        Unavailable
            If the server does not answer; nothing is stored then.
        """
        if self._describer is None:
            raise ConfigError(
                "describe.enabled is false: no picture is sent to any model; set it in astrolens.toml and restart"
            )
        subject = await self._subject(image_id)
        description = await self._describer.describe(subject)
        await self._store.run(self._store.words.add, description)
        await self._announcer.tell(
            EventKind.DESCRIBED, image_id, {"described": description.described, "model": description.model}
        )
        return description

    async def sweep(self) -> int:
        """Ask about anomalies that nobody asked about, as many as the hour still allows.

        Returns
        -------
        int
            How many answers were kept.

        Raises
        ------
        Unavailable
            If the server does not answer; what is left waits for the next turn.
        ConfigError
            If the server wants another model or key.
        """
        if self._describer is None or not self._per_hour:
            return 0
        made = await self._store.run(self._store.words.made_since, iso(utc_now() - _HOUR))
        left = self._per_hour - made
        if left <= 0:
            return 0
        kept = 0
        for image_id in await self._store.run(self._store.words.without, left + _SPARE):
            if kept == left:
                break
            try:
                await self.describe(image_id)
            except BadData:
                continue  # its picture is gone or too large; the next one may do
            kept += 1
        return kept

    async def _subject(self, image_id: int) -> Subject:
        store = self._store
        record = await store.run(store.images.get, image_id)
        if record is None:
            raise BadData(f"there is no image {image_id}; 'astrolens candidates' lists those that are")
        jpeg = None if record.sha256 is None else await store.run(store.blobs.thumbnail, record.sha256)
        if jpeg is None:
            raise BadData(f"image {image_id} is {record.state.value} and has no thumbnail to be described")
        return await store.run(self._gather, record, jpeg)

    def _gather(self, record: ImageRecord, jpeg: bytes) -> Subject:
        analysis = self._store.analyses.get(record.image_id)
        return Subject(
            image_id=record.image_id,
            jpeg=jpeg,
            source=record.source,
            name=record.key,
            bands=record.offer.bands,
            width=record.width,
            height=record.height,
            pixel_scale_arcsec=record.offer.pixel_scale_arcsec,
            morphology=None if analysis is None else analysis.morphology,
            answers=self._store.crossref.get(record.image_id),
        )
