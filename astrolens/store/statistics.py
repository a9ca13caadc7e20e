"""Numbers for the status page, all from kept counters or covering indexes."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from astrolens.domain.clock import iso, utc_now
from astrolens.domain.detection import Decision
from astrolens.domain.image import ImageState
from astrolens.store.database import Database

HOURS = 24
DAYS = 30
_WAITING = (ImageState.OFFERED, ImageState.FETCHED, ImageState.ANALYSED, ImageState.JUDGED)

STATE_COUNTS = "SELECT source, state, images FROM state_counts"
DECISION_COUNTS = "SELECT source, decision, sum(images) AS n FROM tallies GROUP BY source, decision"
UNLABELLED = "SELECT ifnull(sum(images), 0) FROM tallies WHERE decision = 'anomaly' AND label = ''"
ACTIVITY = """
SELECT hour, source, sum(images) AS n FROM activity WHERE hour >= ? AND state = 'analysed' GROUP BY hour, source
"""
ANOMALIES_BY_DAY = """
SELECT substr(found_at, 1, 10) AS day, count(*) AS n FROM images
WHERE decision = 'anomaly' AND found_at >= ? GROUP BY day
"""
TRUTHS = """
SELECT image.id AS image_id, ifnull(image.truth, '') AS truth, verdict.decision, verdict.p_value
FROM verdicts AS verdict JOIN images AS image ON image.id = verdict.image_id
"""
OLDEST = "SELECT min(due_at) FROM images WHERE state = ? AND due_at IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the status page counts, at one moment.

    Attributes
    ----------
    states : dict of str to dict of ImageState to int
        Images of each source in each state, without zeros.
    decisions : dict of str to dict of Decision to int
        Verdicts of each source, without zeros.
    today : dict of str to int
        Images of each source measured since midnight UTC.
    unlabelled_anomalies : int
        Anomalies that nobody has labelled.
    labels : int
        Labels that hold.
    images_per_hour : list of int
        Measured in each of the last 24 hours, oldest first; the last is the running hour.
    anomalies_per_day : list of int
        Found on each of the last 30 days UTC, oldest first; the last is today.
    oldest_waiting : dict of ImageState to str
        When the one waiting longest in each state became due, ISO 8601 UTC.
    """

    states: dict[str, dict[ImageState, int]]
    decisions: dict[str, dict[Decision, int]]
    today: dict[str, int]
    unlabelled_anomalies: int
    labels: int
    images_per_hour: list[int]
    anomalies_per_day: list[int]
    oldest_waiting: dict[ImageState, str]

    def in_state(self, state: ImageState) -> int:
        """Images in a state, of all sources.

        Parameters
        ----------
        state : ImageState
            Which.

        Returns
        -------
        int
            0 or more.
        """
        return sum(counts.get(state, 0) for counts in self.states.values())

    def decided(self, decision: Decision) -> int:
        """Images with a decision, of all sources.

        Parameters
        ----------
        decision : Decision
            Which.

        Returns
        -------
        int
            0 or more.
        """
        return sum(counts.get(decision, 0) for counts in self.decisions.values())

    def images(self, source: str | None = None) -> int:
        """Images in any state.

        Parameters
        ----------
        source : str, optional
            Only this source's; all when not given.

        Returns
        -------
        int
            0 or more.
        """
        wanted = self.states.values() if source is None else (self.states.get(source, {}),)
        return sum(sum(counts.values()) for counts in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What was planted in a judged image, and what was decided about it.

    Attributes
    ----------
    image_id : int
        The image.
    truth : str
        What its source planted; "" when it said nothing.
    decision : str
        The verdict.
    p_value : float
        In (0, 1].
    """

    image_id: int
    truth: str
    decision: str
    p_value: float


class Statistics:
    """Reads counters; nothing here grows with the number of images.

    Parameters
    ----------
    database : Database
        Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def overview(self, now: datetime | None = None) -> Overview:
        """Everything at one moment.

        Parameters
        ----------
        now : datetime, optional
            Aware; the present when not given.

        Returns
        -------
        Overview
            One consistent reading.
        """
        moment = now or utc_now()
        with self._database.read() as connection:
            labels = connection.execute("SELECT count(*) FROM labels WHERE withdrawn_at IS NULL").fetchone()
            activity = _activity(connection, moment)
            today = iso(moment)[:10]
            seen_today: dict[str, int] = {}
            for (hour, source), images in activity.items():
                if hour.startswith(today):
                    seen_today[source] = seen_today.get(source, 0) + images
            return Overview(
                states=_by_state(connection),
                decisions=_by_decision(connection),
                today=seen_today,
                unlabelled_anomalies=int(connection.execute(UNLABELLED).fetchone()[0]),
                labels=int(labels[0]),
                images_per_hour=_by_hour(activity, moment),
                anomalies_per_day=_by_day(connection, moment),
                oldest_waiting=_oldest(connection),
            )

    def by_state(self) -> dict[ImageState, int]:
        """Images in each state.

        Returns
        -------
        dict of ImageState to int
            Every state.
        """
        with self._database.read() as connection:
            counts = _by_state(connection)
        return {state: sum(each.get(state, 0) for each in counts.values()) for state in ImageState}

    def by_source(self) -> dict[str, int]:
        """Images of each source, in any state.

        Returns
        -------
        dict of str to int
            Sources that ever offered something.
        """
        with self._database.read() as connection:
            return {source: sum(each.values()) for source, each in _by_state(connection).items()}

    def images(self) -> int:
        """Images of all sources, in any state.

        Returns
        -------
        int
            0 or more.
        """
        return sum(self.by_source().values())

    def of_source(self, source: str) -> dict[str, int]:
        """What became of one source's images.

        Parameters
        ----------
        source : str
            The source.

        Returns
        -------
        dict of str to int
            ``images``, and the number in each state and with each decision that occurs.
        """
        with self._database.read() as connection:
            states = _by_state(connection).get(source, {})
            decisions = _by_decision(connection).get(source, {})
        named = {str(word): images for word, images in (*states.items(), *decisions.items())}
        return {"images": sum(states.values()), **named}

    def truths(self) -> list[Truth]:
        """What was planted, beside what was decided.

        Returns
        -------
        list of Truth
            Every judged image; ``truth`` is "" where its source said nothing.
        """
        with self._database.read() as connection:
            return [Truth(**dict(row)) for row in connection.execute(TRUTHS)]

    def prune(self, now: datetime | None = None) -> int:
        """Forget hourly counts that no page shows any more.

        Parameters
        ----------
        now : datetime, optional
            Aware; the present when not given.

        Returns
        -------
        int
            Rows forgotten.
        """
        oldest = iso((now or utc_now()) - timedelta(days=DAYS + 1))[:13]
        return self._database.execute("DELETE FROM activity WHERE hour < ?", (oldest,))


def _by_state(connection: sqlite3.Connection) -> dict[str, dict[ImageState, int]]:
    counts: dict[str, dict[ImageState, int]] = {}
    for source, state, images in connection.execute(STATE_COUNTS):
        if images:
            counts.setdefault(source, {})[ImageState(state)] = images
    return counts


def _by_decision(connection: sqlite3.Connection) -> dict[str, dict[Decision, int]]:
    counts: dict[str, dict[Decision, int]] = {}
    for source, decision, images in connection.execute(DECISION_COUNTS):
        if images:
            counts.setdefault(source, {})[Decision(decision)] = images
    return counts


def _activity(connection: sqlite3.Connection, moment: datetime) -> dict[tuple[str, str], int]:
    oldest = iso(moment - timedelta(hours=HOURS))[:13]
    return {(hour, source): images for hour, source, images in connection.execute(ACTIVITY, (oldest,))}


def _by_hour(activity: dict[tuple[str, str], int], moment: datetime) -> list[int]:
    totals: dict[str, int] = {}
    for (hour, _), images in activity.items():
        totals[hour] = totals.get(hour, 0) + images
    hours = [iso(moment - timedelta(hours=back))[:13] for back in range(HOURS - 1, -1, -1)]
    return [totals.get(hour, 0) for hour in hours]


def _by_day(connection: sqlite3.Connection, moment: datetime) -> list[int]:
    days = [iso(moment - timedelta(days=back))[:10] for back in range(DAYS - 1, -1, -1)]
    found = dict(connection.execute(ANOMALIES_BY_DAY, (days[0],)).fetchall())
    return [found.get(day, 0) for day in days]


def _oldest(connection: sqlite3.Connection) -> dict[ImageState, str]:
    found = {state: connection.execute(OLDEST, (state,)).fetchone()[0] for state in _WAITING}
    return {state: due_at for state, due_at in found.items() if due_at is not None}
