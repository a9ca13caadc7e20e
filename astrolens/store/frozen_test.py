"""Pictures that two encoders are compared on: what people labelled, and the calibration samples apart from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from astrolens.domain.review import LabelValue
from astrolens.store.database import Database

_SAMPLE = """
SELECT analysis.image_id FROM analyses AS analysis INDEXED BY analyses_of_source
CROSS JOIN verdicts AS verdict ON verdict.image_id = analysis.image_id
CROSS JOIN images AS image ON image.id = analysis.image_id
WHERE analysis.source = ? AND analysis.model_id = ? AND verdict.state_id = ? AND verdict.in_calibration = 1
  AND image.has_blob = 1 AND ifnull(image.label, '') NOT IN ('anomaly', 'artefact')
ORDER BY analysis.image_id DESC LIMIT ?
"""
_PICTURES = """
SELECT image.id, image.source, image.label FROM images AS image
CROSS JOIN analyses AS analysis ON analysis.image_id = image.id
CROSS JOIN verdicts AS verdict ON verdict.image_id = image.id
JOIN json_each(?) AS state ON state.key = image.source
WHERE image.label IS NOT NULL AND image.decision IS NOT NULL AND image.label IN ('anomaly', 'normal', 'artefact')
  AND image.has_blob = 1 AND analysis.model_id = ? AND NOT (verdict.in_calibration = 1 AND verdict.state_id = state.value)
ORDER BY image.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One picture that a person judged.

    Attributes
    ----------
    image_id : int
        Its number.
    source : str
        Where it comes from.
    label : LabelValue
        Anomaly, normal or artefact.
    """

    image_id: int
    source: str
    label: LabelValue


class FrozenTest:
    """Questions about pictures that nothing was fitted or calibrated on.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def sample(self, source: str, model_id: str, state_id: str, limit: int) -> list[int]:
        """The calibration sample of a source, as far as originals are kept.

        Parameters
        ----------
        source : str
            Which one.
        model_id : str
            The encoder in use.
        state_id : str
            The calibration in force.
        limit : int
            Most pictures.

        Returns
        -------
        list of int
            The newest, in rising order; without what people called odd since.
        """
        with self._database.read() as connection:
            rows = connection.execute(_SAMPLE, (source, model_id, state_id, limit)).fetchall()
        return sorted(row["image_id"] for row in rows)

    def pictures(self, model_id: str, states: Mapping[str, str], limit: int) -> list[LabelledPicture]:
        """Labelled pictures outside the calibration samples, measured by the encoder in use, with their originals.

        Parameters
        ----------
        model_id : str
            The encoder in use.
        states : Mapping of str to str
            The calibration in force of each source that is calibrated.
        limit : int
            Most pictures.

        Returns
        -------
        list of LabelledPicture
            The newest, newest first.
        """
        with self._database.read() as connection:
            rows = connection.execute(_PICTURES, (json.dumps(dict(states)), model_id, limit)).fetchall()
        return [
            LabelledPicture(image_id=row["id"], source=row["source"], label=LabelValue(row["label"]))
            for row in rows
        ]
