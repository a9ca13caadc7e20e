"""Shapes of pictures that a person is shown, where the model's profile left them out at first."""

import numpy as np

from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.store.database import Database

_WAITING = """
SELECT image.id FROM images AS image CROSS JOIN analyses AS analysis ON analysis.image_id = image.id
WHERE image.decision IN ('anomaly', 'near_miss') AND analysis.model_id = ?
  AND analysis.morphology_flags & ? <> 0
ORDER BY image.id DESC LIMIT ?
"""
_PUT = "UPDATE analyses SET morphology = ?, morphology_flags = ? WHERE image_id = ? AND model_id = ?"


class ShapeTable:
    """Adds shapes to analyses that have none.

    Parameters
    ----------
    database : Database
        Holds analyses.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, model_id: str, limit: int) -> list[int]:
        """Flagged pictures whose shape was not asked for.

        Parameters
        ----------
        model_id : str
            The encoder in use.
        limit : int
            Most pictures.

        Returns
        -------
        list of int
            Newest first.
        """
        with self._database.read() as connection:
            rows = connection.execute(_WAITING, (model_id, int(MorphologyFlag.NOT_ASKED), limit)).fetchall()
        return [int(row["id"]) for row in rows]

    def put(self, image_id: int, model_id: str, morphology: Morphology) -> None:
        """Keep a shape; it is marked, so that detectors go on without it.

        Parameters
        ----------
        image_id : int
            A measured picture.
        model_id : str
            The encoder whose analysis it belongs to; of another one nothing changes.
        morphology : Morphology
            Of the picture.
        """
        numbers = np.asarray(morphology.numbers(), dtype="<f8").tobytes()
        flags = int((morphology.flags | MorphologyFlag.LATER) & ~MorphologyFlag.NOT_ASKED)
        self._database.execute(_PUT, (numbers, flags, image_id, model_id))
