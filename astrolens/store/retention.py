"""Originals that may go: old, normal, and nobody ever said a word about them."""

import json
from dataclasses import dataclass

from astrolens.store.database import Database
from astrolens.store.files import BlobFolder

_REMOVABLE = """
SELECT id, sha256, size_bytes FROM images AS image INDEXED BY images_removable
WHERE decision = 'normal' AND label IS NULL AND has_blob = 1 AND state = 'done' AND changed_at < ?
  AND NOT EXISTS (SELECT 1 FROM images AS twin WHERE twin.duplicate_of = image.id AND twin.label IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM labels WHERE labels.image_id = image.id)
ORDER BY changed_at, id LIMIT ?
"""
_FORGET = """
UPDATE images SET has_blob = 0
WHERE id IN (SELECT value FROM json_each(?)) AND decision = 'normal' AND label IS NULL AND state = 'done'
RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removable:
    """One original that may go.

    Attributes
    ----------
    image_id : int
        Its image; row, thumbnail and numbers stay.
    sha256 : str
        Its name in the blob folder.
    size_bytes : int
        What becomes free.
    """

    image_id: int
    sha256: str
    size_bytes: int


class Retention:
    """Frees space without touching anything that a person or a verdict pointed at.

    Parameters
    ----------
    database : Database
        Where the rows are.
    blobs : BlobFolder
        Where the originals are.
    """

    def __init__(self, database: Database, blobs: BlobFolder) -> None:
        self._database = database
        self._blobs = blobs

    def removable(self, before: str, limit: int = 1000) -> list[Removable]:
        """Originals of normal pictures that were never labelled and were done long ago.

        Parameters
        ----------
        before : str
            ISO 8601 UTC; done before this.
        limit : int
            Most originals.

        Returns
        -------
        list of Removable
            Oldest first. Anomalies, near misses and anything ever labelled, itself or as a duplicate,
            are never among them.
        """
        with self._database.read() as connection:
            rows = connection.execute(_REMOVABLE, (before, limit)).fetchall()
        return [
            Removable(image_id=row["id"], sha256=row["sha256"], size_bytes=row["size_bytes"] or 0)
            for row in rows
        ]

    def remove(self, before: str, limit: int = 1000) -> int:
        """Remove what `removable` names.

        Parameters
        ----------
        before : str
            ISO 8601 UTC.
        limit : int
            Most originals.

        Returns
        -------
        int
            Bytes that became free.
        """
        chosen = {item.image_id: item for item in self.removable(before, limit)}
        ids = json.dumps(list(chosen))
        # Rows first: a kill in between leaves a file that the sweep finds, never a row without its file.
        rows = self._database.write(lambda connection: connection.execute(_FORGET, (ids,)).fetchall())
        return sum(self._blobs.remove(chosen[row["id"]].sha256) for row in rows)
