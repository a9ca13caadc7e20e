"""The steps between the states of an image, each inside the transaction of its caller."""

import sqlite3

from astrolens.domain.image import ImageState

_FETCHED = """
UPDATE images SET state = ?, duplicate_of = ?, sha256 = ?, size_bytes = ?, etag = ?, last_modified = ?,
       has_blob = ?, changed_at = ?, due_at = ?, in_flight = 0, suspect = 0, crashes = 0, attempts = 0, reason = ''
WHERE id = ?
"""
_TWIN = "SELECT id FROM images WHERE sha256 = ? AND duplicate_of IS NULL AND id <> ?"


def state_of(connection: sqlite3.Connection, image_id: int) -> ImageState:
    """Where an image is.

    Parameters
    ----------
    connection : sqlite3.Connection
        Reader or writer.
    image_id : int
        Its number.

    Returns
    -------
    ImageState
        As stored.

    Raises
    ------
    ValueError
        If there is no such image.
    """
    row = connection.execute("SELECT state FROM images WHERE id = ?", (image_id,)).fetchone()
    if row is None:
        raise ValueError(f"there is no image {image_id}; see `astrolens candidates` for those that are")
    return ImageState(row["state"])


def advance(connection: sqlite3.Connection, image_id: int, state: ImageState, now: str) -> None:
    """Move an image to its next state; its claim, crashes and attempts end here.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        Its number.
    state : ImageState
        The next one.
    now : str
        ISO 8601 UTC.
    """
    due_at = now if state in {ImageState.FETCHED, ImageState.ANALYSED, ImageState.JUDGED} else None
    connection.execute(
        "UPDATE images SET state = ?, changed_at = ?, due_at = ?, in_flight = 0, suspect = 0, crashes = 0, attempts = 0,"
        " reason = '' WHERE id = ?",
        (state, now, due_at, image_id),
    )


def park(connection: sqlite3.Connection, image_id: int, reason: str, now: str) -> None:
    """Give an image up, unless it is at its end already.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        Its number.
    reason : str
        Why, in words for a person.
    now : str
        ISO 8601 UTC.
    """
    connection.execute(
        "UPDATE images SET state = ?, changed_at = ?, due_at = NULL, in_flight = 0, reason = ?"
        " WHERE id = ? AND due_at IS NOT NULL",
        (ImageState.PARKED, now, reason, image_id),
    )


def arrive(
    connection: sqlite3.Connection,
    image_id: int,
    sha256: str,
    size_bytes: int,
    served: tuple[str | None, str | None],
    now: str,
) -> ImageState:
    """Move an offered image to FETCHED, or to DUPLICATE when its bytes are known.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        Its number.
    sha256 : str
        Of the bytes.
    size_bytes : int
        Length.
    served : tuple of (str or None, str or None)
        ETag and Last-Modified.
    now : str
        ISO 8601 UTC.

    Returns
    -------
    ImageState
        Its state now; an image that was further on keeps its own.

    Raises
    ------
    ValueError
        If there is no such image.
    """
    before = state_of(connection, image_id)
    if before is not ImageState.OFFERED:
        return before
    twin = connection.execute(_TWIN, (sha256, image_id)).fetchone()
    new = twin is None
    state = ImageState.FETCHED if new else ImageState.DUPLICATE
    original = None if new else twin["id"]
    due_at = now if new else None
    connection.execute(
        _FETCHED, (state, original, sha256, size_bytes, *served, int(new), now, due_at, image_id)
    )
    return state
