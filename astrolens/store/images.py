"""The journey of every image: offered, fetched, ... done; what a restart reads to go on."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState, Offer
from astrolens.store import journey, sky
from astrolens.store import state as named
from astrolens.store.lookup import ImageLookup

CRASHES_TO_PARK = 2
PARKED_BY_CRASHES = "in flight at two crashes"

_OFFER = """
INSERT INTO images (source, key, url, offered_at, changed_at, due_at, licence, credit, truth, observed_at,
                    ra_deg, dec_deg, error_arcsec, pixel_scale_arcsec, bands, catalogue)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, key) DO NOTHING RETURNING id
"""
_CRASHED = """
UPDATE images SET suspect = 1, crashes = crashes + (in_flight = 2), in_flight = 0
WHERE in_flight > 0 RETURNING id, crashes
"""


class ImageTable(ImageLookup):
    """Rows of ``images`` and the two indexes beside them; every change is one transaction."""

    def offer_many(
        self, offers: Sequence[Offer], cursor_name: str | None = None, cursor: object = None
    ) -> list[int]:
        """Store what a source offers; what is known already is left alone.

        Parameters
        ----------
        offers : sequence of Offer
            In the order of the source.
        cursor_name : str, optional
            Name of a value in `StateTable` to put in the same transaction.
        cursor : object
            That value: where the source goes on. A kill leaves both or neither.

        Returns
        -------
        list of int
            Numbers of the new images, in that order.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> list[int]:
            new: list[int] = []
            for offer in offers:
                for row in connection.execute(_OFFER, _offer_values(offer, now)).fetchall():
                    new.append(row["id"])
                    if offer.position is not None:
                        sky.place(connection, row["id"], offer.position)
            if cursor_name is not None:
                named.put_value(connection, cursor_name, cursor, now)
            return new

        return self._database.write(_work)

    def claim(self, image_ids: Iterable[int], *, alone: bool = False) -> None:
        """Say that work on these begins; if the process dies before their next state, they are suspects.

        Parameters
        ----------
        image_ids : iterable of int
            Images in a waiting state; others are left alone.
        alone : bool
            True when nothing else is in work: then a death of the process counts against this image.
        """
        self._mark(image_ids, in_flight=2 if alone else 1)

    def release(self, image_ids: Iterable[int]) -> None:
        """Take a claim back: work stopped in good order, nothing is counted.

        Parameters
        ----------
        image_ids : iterable of int
            Any images.
        """
        self._mark(image_ids, in_flight=0)

    def release_all(self) -> None:
        """Take every claim back, when the house closes in good order."""
        self._database.execute("UPDATE images SET in_flight = 0 WHERE in_flight > 0")

    def count_crashes(self) -> list[int]:
        """After a start: what was in flight is suspect; what was so alone at two crashes is parked.

        Returns
        -------
        list of int
            Numbers of the images parked now.
        """
        now = iso(utc_now())

        def _work(connection: sqlite3.Connection) -> list[int]:
            rows = connection.execute(_CRASHED).fetchall()
            parked = [row["id"] for row in rows if row["crashes"] >= CRASHES_TO_PARK]
            for image_id in parked:
                journey.park(connection, image_id, PARKED_BY_CRASHES, now)
            return parked

        return self._database.write(_work)

    def fetched(
        self,
        image_id: int,
        *,
        sha256: str,
        size_bytes: int,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> ImageState:
        """Say that the bytes are in the blob folder.

        Parameters
        ----------
        image_id : int
            An image that was offered; a second call for the same image changes nothing.
        sha256 : str
            Of the bytes.
        size_bytes : int
            Length.
        etag, last_modified : str, optional
            What the server said.

        Returns
        -------
        ImageState
            FETCHED, or DUPLICATE when an earlier image has the same bytes; the state it already has when
            it was further on.

        Raises
        ------
        ValueError
            If there is no such image.
        """
        now = iso(utc_now())
        served = (etag, last_modified)
        return self._database.write(
            lambda connection: journey.arrive(connection, image_id, sha256, size_bytes, served, now)
        )

    def parked(self, image_id: int, reason: str) -> None:
        """Give an image up, for good.

        Parameters
        ----------
        image_id : int
            An image on its way; one at its end is left alone.
        reason : str
            Why, in words for a person.
        """
        now = iso(utc_now())
        self._database.write(lambda connection: journey.park(connection, image_id, reason, now))

    def waits(self, image_id: int, reason: str, due_at: str) -> None:
        """Put an image off; it stays in its state.

        Parameters
        ----------
        image_id : int
            An image on its way; one at its end is left alone.
        reason : str
            What did not answer.
        due_at : str
            ISO 8601 UTC; not to be tried before this.
        """
        self._database.execute(
            "UPDATE images SET in_flight = 0, attempts = attempts + 1, reason = ?, due_at = ?"
            " WHERE id = ? AND due_at IS NOT NULL",
            (reason, due_at, image_id),
        )

    def postpone(self, image_ids: Iterable[int], due_at: str) -> None:
        """Put images off for no fault of their own: it counts as no attempt.

        Parameters
        ----------
        image_ids : iterable of int
            Images on their way; those at their end are left alone.
        due_at : str
            ISO 8601 UTC; not to be tried before this.
        """
        rows = [(due_at, image_id) for image_id in image_ids]
        statement = "UPDATE images SET due_at = ? WHERE id = ? AND due_at IS NOT NULL"
        self._database.write(lambda connection: connection.executemany(statement, rows))

    def hasten(self, state: ImageState, source: str) -> None:
        """Make every image of a source in one state due now.

        Parameters
        ----------
        state : ImageState
            A state that waits for something.
        source : str
            The source.
        """
        now = iso(utc_now())
        self._database.execute(
            "UPDATE images SET due_at = ? WHERE state = ? AND source = ? AND due_at > ?",
            (now, state, source, now),
        )

    def done(self, image_id: int) -> None:
        """Say that nothing is left to do.

        Parameters
        ----------
        image_id : int
            A judged image; one that is done already is left alone.

        Raises
        ------
        ValueError
            If it is unknown or not yet judged.
        """
        self.done_many((image_id,))

    def done_many(self, image_ids: Iterable[int]) -> None:
        """Say of several that nothing is left to do, in one transaction.

        Parameters
        ----------
        image_ids : iterable of int
            Judged images; those that are done already are left alone.

        Raises
        ------
        ValueError
            If one is unknown or not yet judged; then none is changed.
        """
        now = iso(utc_now())
        wanted = list(image_ids)

        def _work(connection: sqlite3.Connection) -> None:
            for image_id in wanted:
                state = journey.state_of(connection, image_id)
                if state not in {ImageState.JUDGED, ImageState.DONE}:
                    raise ValueError(f"image {image_id} is {state}; only a judged one can be done")
                if state is ImageState.JUDGED:
                    journey.advance(connection, image_id, ImageState.DONE, now)

        self._database.write(_work)

    def newest_measured(self, source: str, model_id: str, place: int) -> int:
        """Number of the image that so many of its source end with.

        Parameters
        ----------
        source : str
            The source.
        model_id : str
            The encoder that measured them.
        place : int
            1 for the newest one.

        Returns
        -------
        int
            0 when there are fewer.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT image_id FROM analyses WHERE source = ? AND model_id = ?"
                " ORDER BY image_id DESC LIMIT 1 OFFSET ?",
                (source, model_id, place - 1),
            ).fetchone()
        return 0 if row is None else int(row["image_id"])

    def _mark(self, image_ids: Iterable[int], *, in_flight: int) -> None:
        self._database.execute(
            "UPDATE images SET in_flight = ? WHERE id IN (SELECT value FROM json_each(?))"
            " AND due_at IS NOT NULL AND in_flight <> ?",
            (in_flight, json.dumps(list(image_ids)), in_flight),
        )


def _offer_values(offer: Offer, now: str) -> tuple[object, ...]:
    place = offer.position
    return (
        offer.source,
        offer.key,
        offer.url,
        now,
        now,
        now,
        offer.licence,
        offer.credit,
        offer.truth,
        None if offer.observed_at is None else iso(offer.observed_at),
        None if place is None else place.ra_deg,
        None if place is None else place.dec_deg,
        None if place is None else place.error_arcsec,
        offer.pixel_scale_arcsec,
        json.dumps(offer.bands),
        CatalogState.NO_POSITION if place is None else CatalogState.NOT_ASKED,
    )
