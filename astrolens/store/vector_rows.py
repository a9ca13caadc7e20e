"""Embeddings as the database holds them."""

import json
import sqlite3
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_CHUNK = 20_000
_EMBEDDINGS = """
SELECT image_id, embedding FROM analyses
WHERE model_id = ? AND in_index = 1 AND image_id IN (SELECT value FROM json_each(?))
"""


def ids_of(connection: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> NDArray[np.int64]:
    """Read the first column of a query.

    Parameters
    ----------
    connection : sqlite3.Connection
        Open for reading.
    sql : str
        A query of our own.
    values : tuple
        Its parameters.

    Returns
    -------
    ndarray of int64, shape (n,)
        In the order of the query.
    """
    return np.fromiter((row[0] for row in connection.execute(sql, values)), dtype=np.int64)


def embeddings_of(
    connection: sqlite3.Connection, model_id: str, ids: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Read embeddings, a bounded number at a time.

    Parameters
    ----------
    connection : sqlite3.Connection
        Open for reading.
    model_id : str
        Only what this model measured.
    ids : ndarray of int64, shape (n,)
        Images.

    Yields
    ------
    ndarray of int64, shape (m,)
        Images that were found, m at most 20,000.
    ndarray of float32, shape (m, d)
        Their embeddings, as measured.
    """
    for start in range(0, len(ids), _CHUNK):
        wanted = json.dumps(ids[start : start + _CHUNK].tolist())
        rows = connection.execute(_EMBEDDINGS, (model_id, wanted)).fetchall()
        found = np.asarray([row["image_id"] for row in rows], dtype=np.int64)
        flat = np.frombuffer(b"".join(row["embedding"] for row in rows), dtype="<f4")
        yield found, flat.reshape(len(rows), -1).astype(np.float32, copy=False)


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bring vectors to length 1.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, d)
        Finite.

    Returns
    -------
    ndarray of float32, shape (n, d)
        C order; a vector of zeros stays one.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.ascontiguousarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)
