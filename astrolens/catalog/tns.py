"""Transient Name Server: reported transients and what they were classified as. It needs a registered bot."""

import csv
import json
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO, TextIOWrapper
from typing import Any

import numpy as np

from astrolens.catalog.cells import number, place, text
from astrolens.catalog.match import CatalogObject, Odds, rank
from astrolens.catalog.nearby import Directions
from astrolens.catalog.patience import call_within
from astrolens.catalog.question import EpochUse, Question, Reply, Traits
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean

_MEAN_PER_ARCSEC2 = 2.0e5 / 41_253.0 / 3600.0**2  # 200,000 public objects
_ERROR_ARCSEC = 0.5
_FEW = 3
_DAY_S = 86_400.0
_LIMIT_BYTES = 100_000_000
_LIMIT_UNPACKED_BYTES = 400_000_000
_BEFORE_DISCOVERY_DAYS = 60.0
_WINDOW_S = 60.0
_MOST_IN_WINDOW = 4  # of the 10 that it allows; the source of the same name has the others
_NO_KEY = (
    "TNS answers registered bots only: set catalog.tns_bot_id, catalog.tns_bot_name and catalog.tns_api_key"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mirror:
    """Every public object, as of one day."""

    fetched_at: float
    transients: list[tuple[CatalogObject, datetime | None]]
    directions: Directions


class Tns:
    """Asks TNS: few places one by one, many through its daily list.

    Parameters
    ----------
    settings : CatalogSettings
        Address, bot, time limit and chance limit.
    clock : Callable
        Seconds that only grow.
    sleep : Callable
        Waits so many of them, in the thread that asks.
    """

    traits = Traits(
        name="tns", epochs=EpochUse.DAY, per_second=1.0 / 12.0, most_at_once=10_000, answer_days=1.0 / 96.0
    )

    def __init__(
        self,
        settings: CatalogSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._mirror: _Mirror | None = None
        self._turns = threading.Lock()
        self._asked_at: deque[float] = deque(maxlen=_MOST_IN_WINDOW)

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Transients that were reported there.

        Parameters
        ----------
        questions : sequence of Question
            Up to 3 are asked one by one; more are looked up in the list of all, which one request brings.

        Returns
        -------
        sequence of Reply
            One for each question.

        Raises
        ------
        Unavailable
            When it did not answer, or not so that the answer can be believed.
        """
        settings = self._settings
        if not (settings.tns_bot_id and settings.tns_bot_name and settings.tns_api_key.get_secret_value()):
            return [Reply(reason=_NO_KEY)] * len(questions)
        call = partial(self._from_list if len(questions) > _FEW else self._one_by_one, questions)
        seconds = self._settings.timeout_s * (1 + min(_FEW, len(questions))) + _WINDOW_S * len(
            questions[:_FEW]
        )
        return await call_within(call, seconds, "TNS")

    def _one_by_one(self, questions: Sequence[Question]) -> list[Reply]:
        deadline = self._clock() + (self._settings.timeout_s + _WINDOW_S) * len(questions)
        replies = []
        for one in questions:
            found = self._call(
                "search",
                {
                    "ra": f"{one.position.ra_deg:.7f}",
                    "dec": f"{one.position.dec_deg:.7f}",
                    "radius": f"{one.radius_arcsec:g}",
                    "units": "arcsec",
                },
            )
            if not isinstance(found, list):
                raise Unavailable("TNS sent no list of objects")
            transients = []
            for row in found[:10]:
                if self._clock() > deadline:
                    raise Unavailable("TNS did not answer in time")
                name = text(row.get("objname")) if isinstance(row, dict) else ""
                transients.append(_transient(self._call("object", {"objname": name}), "radeg", "decdeg"))
            replies.append(self._reply(one, [pair for pair in transients if pair is not None]))
        return replies

    def _from_list(self, questions: Sequence[Question]) -> list[Reply]:
        with self._lock:
            if self._mirror is None or self._clock() - self._mirror.fetched_at > _DAY_S:
                self._mirror = self._fetch()
            mirror = self._mirror
        return [
            self._reply(
                one,
                [mirror.transients[row] for row in mirror.directions.within(one.position, one.field_arcsec)],
            )
            for one in questions
        ]

    def _reply(self, question: Question, near: Sequence[tuple[CatalogObject, datetime | None]]) -> Reply:
        """Rank what had flared up by the time of the exposure, as far as that is known."""
        there = [one for one, found_at in near if not _later(found_at, question.epoch)]
        odds = Odds(
            catalogue=self.traits.name,
            floor_per_arcsec2=_MEAN_PER_ARCSEC2,
            chance_limit=self._settings.chance_limit,
        )
        return Reply(matches=rank(there, question, odds))

    def _call(self, what: str, data: dict[str, str]) -> Any:
        from astrolens.catalog.web import ask

        url = f"{self._settings.tns_url.rstrip('/')}/api/get/{what}"
        self._wait_turn()
        _, body = ask(
            url,
            form={"api_key": self._settings.tns_api_key.get_secret_value(), "data": json.dumps(data)},
            timeout_s=self._settings.timeout_s,
            user_agent=self._marker(),
        )
        try:
            parsed = json.loads(body)
        except ValueError as error:
            raise Unavailable(f"the reply of {url} is no JSON: {clean(error, 80)}") from error
        if not isinstance(parsed, dict) or parsed.get("id_code") != 200:
            raise Unavailable(f"the reply of {url} does not say that the query went well")
        inside = parsed.get("data")
        return inside["reply"] if isinstance(inside, dict) and "reply" in inside else inside

    def _fetch(self) -> _Mirror:
        from astrolens.catalog.web import ask

        url = (
            f"{self._settings.tns_url.rstrip('/')}/system/files/tns_public_objects/tns_public_objects.csv.zip"
        )
        self._wait_turn()
        _, body = ask(
            url,
            form={"api_key": self._settings.tns_api_key.get_secret_value()},
            timeout_s=self._settings.timeout_s * 2,
            user_agent=self._marker(),
            limit_bytes=_LIMIT_BYTES,
        )
        transients = list_of(body)
        vectors = np.array([one.position.unit_vector() for one, _ in transients]).reshape(-1, 3)
        return _Mirror(fetched_at=self._clock(), transients=transients, directions=Directions(vectors))

    def _wait_turn(self) -> None:
        """Keep to so many requests in any minute, whichever thread sends them."""
        with self._turns:
            now = self._clock()
            start = now if len(self._asked_at) < _MOST_IN_WINDOW else max(now, self._asked_at[0] + _WINDOW_S)
            self._asked_at.append(start)
        self._sleep(start - now)

    def _marker(self) -> str:
        """The one user agent that TNS accepts from a bot."""
        bot = {"tns_id": self._settings.tns_bot_id, "type": "bot", "name": self._settings.tns_bot_name}
        return f"tns_marker{json.dumps(bot, separators=(',', ':'))}"


def list_of(archive: bytes) -> list[tuple[CatalogObject, datetime | None]]:
    """Read the daily list of all public objects.

    Parameters
    ----------
    archive : bytes
        A zip with one CSV file, whose first line may be a date.

    Returns
    -------
    list of (CatalogObject, datetime or None)
        Transients, and when they were discovered.

    Raises
    ------
    Unavailable
        For what is no such file.
    """
    try:
        with zipfile.ZipFile(BytesIO(archive)) as packed:
            (name,) = [one for one in packed.namelist() if one.endswith(".csv")]
            if packed.getinfo(name).file_size > _LIMIT_UNPACKED_BYTES:
                raise Unavailable("the list of TNS is too large")
            with packed.open(name) as stream:
                lines = TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
                for line in lines:
                    if "declination" in line:
                        break
                else:
                    raise Unavailable("the list of TNS has no line of column names")
                header = next(csv.reader([line]))
                found = [
                    _transient(row, "ra", "declination") for row in csv.DictReader(lines, fieldnames=header)
                ]
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, csv.Error, NotImplementedError) as error:
        raise Unavailable(f"the list of TNS cannot be read: {clean(error, 80)}") from error
    return [pair for pair in found if pair is not None]


def _transient(row: Any, ra: str, dec: str) -> tuple[CatalogObject, datetime | None] | None:
    """One object of either form: the reply about one, or a line of the list."""
    if not isinstance(row, dict):
        raise Unavailable("TNS sent no object")
    position = place(row.get(ra), row.get(dec), _ERROR_ARCSEC)
    if position is None:
        return None
    kind = row.get("object_type", row.get("type"))
    kind = kind.get("name") if isinstance(kind, dict) else kind
    name = text(row.get("objname") or row.get("name"))
    prefix = text(row.get("name_prefix"))
    one = CatalogObject(
        name=f"{prefix} {name}".strip(),
        object_type=f"transient: {text(kind) or 'unclassified'}",
        position=position,
        redshift=number(row.get("redshift") or None),
    )
    return one, _time_of(row.get("discoverydate"))


def _time_of(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _later(found_at: datetime | None, epoch: datetime | None) -> bool:
    """Whether a transient was found so long after an exposure that it cannot be in it."""
    if found_at is None or epoch is None:
        return False
    return (found_at - epoch).total_seconds() > _BEFORE_DISCOVERY_DAYS * _DAY_S
