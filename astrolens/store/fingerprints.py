"""Pictures that look alike, found by multi-index hashing of 64-bit perceptual hashes."""

import sqlite3
from itertools import combinations

from astrolens.store.record import signed, unsigned

BANDS = 4
BAND_BITS = 16
MOST_DISTANCE = 7
_MOST_PER_WORD = 2000
_BAND_MASK = (1 << BAND_BITS) - 1

_PROBE = """
SELECT image_id, phash FROM fingerprint_bands WHERE band = ? AND word = ? ORDER BY image_id LIMIT ?
"""


def band_words(phash: int) -> tuple[int, ...]:
    """Cut a hash into its four 16-bit words.

    Parameters
    ----------
    phash : int
        64 bits, unsigned.

    Returns
    -------
    tuple of int
        Lowest bits first.
    """
    return tuple((phash >> (BAND_BITS * band)) & _BAND_MASK for band in range(BANDS))


def nearest(
    connection: sqlite3.Connection, phash: int, *, exclude_id: int | None, max_distance: int
) -> int | None:
    """Find the picture whose hash differs least.

    Two hashes within ``d`` bits agree within ``d // 4`` bits in at least one of four bands (the pigeonhole
    principle of multi-index hashing), so only rows that share such a word are compared.

    Parameters
    ----------
    connection : sqlite3.Connection
        Reader or writer.
    phash : int
        64 bits, unsigned.
    exclude_id : int or None
        The picture itself.
    max_distance : int
        Most differing bits, in [0, 7].

    Returns
    -------
    int or None
        The oldest of the nearest; None when none is that near. At most 2,000 pictures per word are
        compared, the oldest ones, so that pictures that all look alike cannot make it slow.

    Raises
    ------
    ValueError
        If ``max_distance`` is outside its range.

    References
    ----------
    .. [1] Norouzi, Punjani, Fleet (2012), "Fast search in Hamming space with multi-index hashing", CVPR.
    """
    if not 0 <= max_distance <= MOST_DISTANCE:
        raise ValueError(f"max_distance is {max_distance}; it must be in [0, {MOST_DISTANCE}]")
    best: tuple[int, int] | None = None
    flips = _flips(max_distance // BANDS)
    for band, word in enumerate(band_words(phash)):
        for flip in flips:
            for image_id, stored in connection.execute(_PROBE, (band, word ^ flip, _MOST_PER_WORD)):
                distance = (unsigned(stored) ^ phash).bit_count()
                found = (distance, image_id)
                if distance <= max_distance and image_id != exclude_id and (best is None or found < best):
                    best = found
    return None if best is None else best[1]


def remember(connection: sqlite3.Connection, image_id: int, phash: int) -> None:
    """Store the words of a picture's hash, replacing earlier ones.

    Parameters
    ----------
    connection : sqlite3.Connection
        The writer.
    image_id : int
        The picture.
    phash : int
        64 bits, unsigned.
    """
    row = connection.execute("SELECT phash FROM images WHERE id = ?", (image_id,)).fetchone()
    if row is not None and row["phash"] is not None:
        connection.executemany(
            "DELETE FROM fingerprint_bands WHERE band = ? AND word = ? AND image_id = ?",
            [(band, word, image_id) for band, word in enumerate(band_words(unsigned(row["phash"])))],
        )
    connection.executemany(
        "INSERT INTO fingerprint_bands (band, word, image_id, phash) VALUES (?, ?, ?, ?)",
        [(band, word, image_id, signed(phash)) for band, word in enumerate(band_words(phash))],
    )


def _flips(most_bits: int) -> list[int]:
    """Masks of a 16-bit word with at most so many bits."""
    return [
        sum(1 << bit for bit in bits)
        for count in range(most_bits + 1)
        for bits in combinations(range(BAND_BITS), count)
    ]
