"""Cone search: an R*Tree over unit vectors, so that poles and RA 0 are places like any other."""

import sqlite3

from astrolens.domain.sky import Cone, SkyPosition, chord, separation_arcsec

_MARGIN = 2e-7  # the tree keeps 32-bit coordinates

_INSIDE = """
SELECT image.id, image.ra_deg, image.dec_deg
FROM sky JOIN images AS image ON image.id = sky.image_id
WHERE sky.x0 <= ? AND sky.x1 >= ? AND sky.y0 <= ? AND sky.y1 >= ? AND sky.z0 <= ? AND sky.z1 >= ?
"""


def place(connection: sqlite3.Connection, image_id: int, position: SkyPosition) -> None:
    """Put a picture on the sky, or move it.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        The picture.
    position : SkyPosition
        Of its centre.
    """
    x, y, z = position.unit_vector()
    connection.execute(
        "INSERT OR REPLACE INTO sky (image_id, x0, x1, y0, y1, z0, z1) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (image_id, x, x, y, y, z, z),
    )


def inside(connection: sqlite3.Connection, cone: Cone) -> list[int]:
    """Pictures whose centre lies in a cone.

    Parameters
    ----------
    connection : sqlite3.Connection
        Reader or writer.
    cone : Cone
        Centre and radius; the edge belongs to it.

    Returns
    -------
    list of int
        Nearest first.

    Raises
    ------
    ValueError
        If the radius is not in (0, 648000] arcsec.
    """
    if not 0.0 < cone.radius_arcsec <= 648_000.0:
        raise ValueError(f"radius_arcsec is {cone.radius_arcsec}; it must be in (0, 648000]")
    box = box_around(cone)
    found: list[tuple[float, int]] = []
    for image_id, ra_deg, dec_deg in connection.execute(_INSIDE, box):
        distance = separation_arcsec(cone.centre, SkyPosition(ra_deg=ra_deg, dec_deg=dec_deg))
        if distance <= cone.radius_arcsec:
            found.append((distance, image_id))
    return [image_id for _, image_id in sorted(found)]


def box_around(cone: Cone) -> tuple[float, ...]:
    """A box of the tree that surely holds a cone.

    Parameters
    ----------
    cone : Cone
        Centre and radius.

    Returns
    -------
    tuple of float
        Upper and lower limit of each axis, in the order of the search.
    """
    half = chord(cone.radius_arcsec) + _MARGIN
    return tuple(limit for axis in cone.centre.unit_vector() for limit in (axis + half, axis - half))
