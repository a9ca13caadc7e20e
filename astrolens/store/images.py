"""The journey of every image: offered, fetched, ... done; what a restart reads to go on."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState, Offer
from astrolens.domain.sky import Cone
from astrolens.store import fingerprints, journey, sky
from astrolens.store.database import Database
from astrolens.store.record import ImageRecord, record_of

CRASHES_TO_PARK = 2
PARKED_BY_CRASHES = "in flight at two crashes"

_OFFER = """
INSERT INTO images (source, key, url, offered_at, changed_at, due_at, licence, credit, truth, observed_at,
                    ra_deg, dec_deg, error_arcsec, pixel_scale_arcsec, bands, catalogue)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (source, key) DO NOTHING RETURNING id
"""
_NEXT = """
SELECT * FROM images WHERE state = ? AND due_at <= ? AND id NOT IN (SELECT value FROM json_each(?))
ORDER BY due_at, id LIMIT ?
"""
_NEXT_OF_SOURCE = """
SELECT * FROM images
WHERE state = ? AND source = ? AND due_at <= ? AND id NOT IN (SELECT value FROM json_each(?))
ORDER BY due_at, id LIMIT ?
"""
_CRASHED = """
UPDATE images SET in_flight = 0, crashes = crashes + 1 WHERE in_flight = 1 RETURNING id, crashes
"""


class ImageTable:
    """Rows of ``images`` and the two indexes beside them; every change is one transaction.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def offer_many(self, offers: Sequence[Offer]) -> list[int]:
        """Store what a source offers; what is known already is left alone.

        Parameters
        ----------
        offers : sequence of Offer
            In the order of the source.

        Returns
        -------
        list of int
            Numbers of the new images, in that order.
        """
        now = iso(utc_now())

        def work(connection: sqlite3.Connection) -> list[int]:
            new: list[int] = []
            for offer in offers:
                for row in connection.execute(_OFFER, _offer_values(offer, now)).fetchall():
                    new.append(row["id"])
                    if offer.position is not None:
                        sky.place(connection, row["id"], offer.position)
            return new

        return self._database.write(work)

    def is_known(self, source: str, key: str) -> bool:
        """Whether this was offered before.

        Parameters
        ----------
        source, key : str
            As in `Offer`.

        Returns
        -------
        bool
            True when it has a row.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT 1 FROM images WHERE source = ? AND key = ?", (source, key)
            ).fetchone()
        return row is not None

    def get(self, image_id: int) -> ImageRecord | None:
        """One image.

        Parameters
        ----------
        image_id : int
            Its number.

        Returns
        -------
        ImageRecord or None
            None when there is no such image.
        """
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM images WHERE id = ?", (image_id,)).fetchone()
        return None if row is None else record_of(row)

    def next_in(
        self,
        state: ImageState,
        limit: int,
        *,
        now: str | None = None,
        exclude: Collection[int] = (),
        source: str | None = None,
    ) -> list[ImageRecord]:
        """Images in a state whose time has come, longest due first.

        Parameters
        ----------
        state : ImageState
            One of the states that wait for something.
        limit : int
            Most images.
        now : str, optional
            ISO 8601 UTC; the present when not given.
        exclude : collection of int
            Numbers to leave out, for example those in flight in this process.
        source : str, optional
            Only this source's.

        Returns
        -------
        list of ImageRecord
            Perhaps empty.
        """
        present = now or iso(utc_now())
        left_out = json.dumps(list(exclude))
        with self._database.read() as connection:
            if source is None:
                rows = connection.execute(_NEXT, (state, present, left_out, limit)).fetchall()
            else:
                values = (state, source, present, left_out, limit)
                rows = connection.execute(_NEXT_OF_SOURCE, values).fetchall()
        return [record_of(row) for row in rows]

    def claim(self, image_ids: Iterable[int]) -> None:
        """Say that work on these begins; a crash before their next state is counted.

        Parameters
        ----------
        image_ids : iterable of int
            Images in a waiting state; others are left alone.
        """
        self._mark(image_ids, in_flight=1)

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
        self._database.execute("UPDATE images SET in_flight = 0 WHERE in_flight = 1")

    def count_crashes(self) -> list[int]:
        """After a start: count a crash for what was in flight, park what was so at two crashes.

        Returns
        -------
        list of int
            Numbers of the images parked now.
        """
        now = iso(utc_now())

        def work(connection: sqlite3.Connection) -> list[int]:
            rows = connection.execute(_CRASHED).fetchall()
            parked = [row["id"] for row in rows if row["crashes"] >= CRASHES_TO_PARK]
            for image_id in parked:
                journey.park(connection, image_id, PARKED_BY_CRASHES, now)
            return parked

        return self._database.write(work)

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

        def work(connection: sqlite3.Connection) -> None:
            for image_id in wanted:
                state = journey.state_of(connection, image_id)
                if state not in {ImageState.JUDGED, ImageState.DONE}:
                    raise ValueError(f"image {image_id} is {state}; only a judged one can be done")
                if state is ImageState.JUDGED:
                    journey.advance(connection, image_id, ImageState.DONE, now)

        self._database.write(work)

    def known_hashes(self, hashes: Collection[str]) -> set[str]:
        """Which originals must be kept, for the sweep of the blob folder.

        Parameters
        ----------
        hashes : collection of str
            SHA-256 of files that are there.

        Returns
        -------
        set of str
            Those that an image names and still wants.
        """
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT sha256 FROM images WHERE sha256 IN (SELECT value FROM json_each(?))"
                " AND duplicate_of IS NULL AND has_blob = 1",
                (json.dumps(list(hashes)),),
            ).fetchall()
        return {row["sha256"] for row in rows}

    def near_duplicate(self, phash: int, exclude_id: int | None = None, max_distance: int = 3) -> int | None:
        """An earlier picture that looks the same.

        Parameters
        ----------
        phash : int
            64-bit perceptual hash, unsigned.
        exclude_id : int, optional
            The picture itself.
        max_distance : int
            Most differing bits, in [0, 7].

        Returns
        -------
        int or None
            The nearest, oldest first; see `fingerprints.nearest`.
        """
        with self._database.read() as connection:
            return fingerprints.nearest(connection, phash, exclude_id=exclude_id, max_distance=max_distance)

    def in_cone(self, cone: Cone) -> list[int]:
        """Images whose centre lies in a cone.

        Parameters
        ----------
        cone : Cone
            Centre and radius.

        Returns
        -------
        list of int
            Nearest first.
        """
        with self._database.read() as connection:
            return sky.inside(connection, cone)

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
