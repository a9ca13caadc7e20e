"""Embeddings come back as they were stored."""

import numpy as np

from astrolens.store.store import Store
from astrolens.store.vector_rows import embeddings_of, ids_of, normalised
from tests.store.samples import analysed


def test_embeddings_are_those_of_the_analyses(store: Store) -> None:
    ids = analysed(store, 3)
    with store.database.read() as connection:
        found = ids_of(connection, "SELECT image_id FROM analyses ORDER BY image_id", ())
        assert found.tolist() == sorted(ids)
        model_id = str(connection.execute("SELECT model_id FROM analyses").fetchone()[0])
        ((some, embeddings),) = embeddings_of(connection, model_id, found)
        assert not list(embeddings_of(connection, model_id, found[:0]))
    expected = store.analyses.embeddings(some.tolist())
    np.testing.assert_array_equal(embeddings, expected)


def test_lengths_become_one_and_zeros_stay() -> None:
    vectors = np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)
    np.testing.assert_allclose(normalised(vectors), [[0.6, 0.8], [0.0, 0.0]], rtol=1e-6)
