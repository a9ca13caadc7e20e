"""Questions about images: which are next, which are known, which lie here or look like this."""

import json
from collections.abc import Collection

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.image import ImageState
from astrolens.domain.sky import Cone
from astrolens.store import fingerprints, sky
from astrolens.store.database import Database
from astrolens.store.record import ImageRecord, record_of

_LARGEST_ID = (1 << 63) - 1

_NEXT = """
SELECT * FROM images WHERE state = ? AND due_at <= ? AND id NOT IN (SELECT value FROM json_each(?))
ORDER BY due_at, id LIMIT ?
"""
_NEXT_OF_SOURCE = """
SELECT * FROM images
WHERE state = ? AND source = ? AND due_at <= ? AND id NOT IN (SELECT value FROM json_each(?))
ORDER BY due_at, id LIMIT ?
"""
_PAGE = """
SELECT * FROM images WHERE id < ? AND (?2 IS NULL OR source = ?2) ORDER BY id DESC LIMIT ?3
"""
_PAGE_IN_STATE = """
SELECT * FROM images WHERE state = ?4 AND id < ?1 AND (?2 IS NULL OR source = ?2) ORDER BY id DESC LIMIT ?3
"""


class ImageLookup:
    """Reads rows of ``images``; `ImageTable` adds what changes them.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

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

    def find(self, source: str, key: str) -> int | None:
        """Number of an image by what its source calls it.

        Parameters
        ----------
        source, key : str
            As in `Offer`.

        Returns
        -------
        int or None
            None when it was never offered.
        """
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT id FROM images WHERE source = ? AND key = ?", (source, key)
            ).fetchone()
        return None if row is None else int(row["id"])

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
        return self.find(source, key) is not None

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

    def page(
        self,
        *,
        state: ImageState | None = None,
        source: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[ImageRecord]:
        """Images in the order in which they came, newest first.

        Parameters
        ----------
        state : ImageState, optional
            Only those in this state.
        source : str, optional
            Only this source's.
        before : int, optional
            Number of the last image of the page before.
        limit : int
            Most images.

        Returns
        -------
        list of ImageRecord
            Fewer than ``limit`` only at the end.
        """
        values = (_LARGEST_ID if before is None else before, source, limit)
        with self._database.read() as connection:
            if state is None:
                rows = connection.execute(_PAGE, values).fetchall()
            else:
                rows = connection.execute(_PAGE_IN_STATE, (*values, state)).fetchall()
        return [record_of(row) for row in rows]

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
