"""Encoders and calibrations that were in use here, and what nights and people say of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from astrolens.domain.clock import utc_now
from astrolens.store.database import Database

_MODELS = "SELECT model_id, sum(images) AS pictures FROM model_counts WHERE images > 0 GROUP BY model_id"
_STATES = """
SELECT model_id, count(*) AS states, max(made_at) AS newest FROM detector_states INDEXED BY detector_states_briefly
GROUP BY model_id
"""
_NEWEST = """
SELECT source, state_id, model_id, fitted, calibrated, made_at, max(id) FROM detector_states INDEXED BY detector_states_briefly
GROUP BY source ORDER BY source
"""  # with max, SQLite takes the other columns from the row that holds it
_NIGHTS = """
SELECT night, judged, (SELECT count(*) FROM night_pictures AS odd WHERE odd.night = nights.night
    AND odd.p_value <= ?) AS odd
FROM nights ORDER BY night DESC LIMIT 30
"""
_FOUND = """
SELECT date(found_at, '-12 hours') AS night, count(*) AS n FROM images INDEXED BY images_by_found
WHERE decision = ? AND found_at >= ? GROUP BY night
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerModel:
    """One encoder.

    Attributes
    ----------
    model_id : str
        Its name.
    pictures : int
        Measured by it, and by no later one.
    calibrations : int
        Detector states that are still kept.
    newest : str
        When the newest of them was made, ISO 8601; "" for none.
    """

    model_id: str
    pictures: int
    calibrations: int
    newest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The newest detector state of one source, without its numbers.

    Attributes
    ----------
    source, state_id, model_id : str
        Whose it is.
    fitted, calibrated : int
        Normals in its two parts.
    made_at : str
        ISO 8601 UTC.
    """

    source: str
    state_id: str
    model_id: str
    fitted: int
    calibrated: int
    made_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night.

    Attributes
    ----------
    night : str
        Date of its evening.
    judged, odd : int
        Pictures judged, and those of them within the budget asked for.
    """

    night: str
    judged: int
    odd: int


class ModelHistory:
    """Reads what other tables keep.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def models(self) -> list[FormerModel]:
        """Every encoder that measured or calibrated something.

        Returns
        -------
        list of FormerModel
            Most pictures first; from kept counters.
        """
        with self._database.read() as connection:
            pictures = {row["model_id"]: row["pictures"] for row in connection.execute(_MODELS)}
            states = {row["model_id"]: row for row in connection.execute(_STATES)}
        out = [
            FormerModel(
                model_id=model_id,
                pictures=pictures.get(model_id, 0),
                calibrations=states[model_id]["states"] if model_id in states else 0,
                newest=states[model_id]["newest"] if model_id in states else "",
            )
            for model_id in pictures.keys() | states.keys()
        ]
        return sorted(out, key=lambda one: (-one.pictures, one.model_id))

    def calibrations(self) -> list[Calibration]:
        """The newest calibration of each source.

        Returns
        -------
        list of Calibration
            By source.
        """
        with self._database.read() as connection:
            return [
                Calibration(
                    source=row["source"], state_id=row["state_id"], model_id=row["model_id"], fitted=row["fitted"],
                    calibrated=row["calibrated"], made_at=row["made_at"],
                )
                for row in connection.execute(_NEWEST)
            ]  # fmt: skip

    def nights(self, budget_per_1000: float) -> list[Night]:
        """The last nights.

        Parameters
        ----------
        budget_per_1000 : float
            Pictures with a p-value within it are counted as odd.

        Returns
        -------
        list of Night
            Oldest first, at most 30.
        """
        with self._database.read() as connection:
            rows = connection.execute(_NIGHTS, (budget_per_1000 / 1000.0,)).fetchall()
        return [Night(**dict(row)) for row in reversed(rows)]

    def found_by_night(self, decision: str, nights: int = 30, now: datetime | None = None) -> list[int]:
        """Findings in each of the last nights, from noon to noon UTC.

        Parameters
        ----------
        decision : str
            anomaly or near_miss.
        nights : int
            How many.
        now : datetime, optional
            Aware; the present when not given.

        Returns
        -------
        list of int
            Oldest first; the last is the running night. Reads a range of an index.
        """
        tonight = ((now or utc_now()) - timedelta(hours=12)).date()
        days = [(tonight - timedelta(days=back)).isoformat() for back in range(nights - 1, -1, -1)]
        with self._database.read() as connection:
            found = dict(connection.execute(_FOUND, (decision, f"{days[0]}T12:00:00")).fetchall())
        return [found.get(day, 0) for day in days]
