"""What a file is, and which earlier picture looks the same; stored together with its analysis."""

import json
import sqlite3

from astrolens.domain.finding import CatalogState
from astrolens.store import fingerprints, sky
from astrolens.store.record import MeasuredFacts, signed

NEAR_DUPLICATE_DISTANCE = 3

_FACTS = """
UPDATE images SET width = ?, height = ?, media_type = ?, flags = ?, phash = ?, near_duplicate_of = ?,
       bands = CASE bands WHEN '[]' THEN ifnull(?, bands) ELSE bands END, pixel_scale_arcsec = ifnull(?, pixel_scale_arcsec)
WHERE id = ?
"""
_PLACED = """
UPDATE images SET ra_deg = ?, dec_deg = ?, error_arcsec = ?,
       catalogue = CASE catalogue WHEN ? THEN ? ELSE catalogue END
WHERE id = ?
"""


def store_facts(connection: sqlite3.Connection, image_id: int, measured: MeasuredFacts) -> int | None:
    """Store what a file is, and where it looks.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        Its image.
    measured : MeasuredFacts
        What was read from it; what the source said holds where the file is silent.

    Returns
    -------
    int or None
        The earlier picture that looks the same, if there is one; for a picture that is measured once more, as the first
        time.
    """
    twin = measured.near_duplicate_of
    before = connection.execute(
        "SELECT phash, near_duplicate_of FROM images WHERE id = ?", (image_id,)
    ).fetchone()
    if before["phash"] == signed(measured.phash):
        twin = before["near_duplicate_of"]  # measured again: what came after it is no earlier picture
    else:
        if twin is None:
            twin = fingerprints.nearest(
                connection, measured.phash, exclude_id=image_id, max_distance=NEAR_DUPLICATE_DISTANCE
            )
        fingerprints.remember(connection, image_id, measured.phash)
    connection.execute(
        _FACTS,
        (
            measured.width,
            measured.height,
            measured.media_type,
            int(measured.flags),
            signed(measured.phash),
            twin,
            json.dumps(measured.bands) if measured.bands else None,
            measured.pixel_scale_arcsec,
            image_id,
        ),
    )
    place = measured.position
    if place is not None:
        sky.place(connection, image_id, place)
        changed = (CatalogState.NO_POSITION, CatalogState.NOT_ASKED)
        connection.execute(_PLACED, (place.ra_deg, place.dec_deg, place.error_arcsec, *changed, image_id))
    return twin
