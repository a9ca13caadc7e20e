"""SkyBoT: which bodies of the solar system stood in a field at the time of an exposure.

References
----------
.. [1] Berthier et al. (2006), ASP Conf. Ser. 351, 367.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from math import hypot
from typing import Any

from astrolens.catalog.cells import number, place, text
from astrolens.catalog.match import CatalogObject, Odds, rank
from astrolens.catalog.patience import call_within
from astrolens.catalog.question import EpochUse, Question, Reply, Traits
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.sky import ARCSEC_PER_DEGREE, separation_arcsec
from astrolens.domain.text import clean

_FIELD_ARCSEC = 300.0
_WIDEST_ARCSEC = 3600.0
_APART_S = 1.0
_MEAN_PER_ARCSEC2 = 1.4e6 / 41_253.0 / 3600.0**2  # 1.4 million numbered and unnumbered bodies
_MINUTE_OF_MOTION = 1.0 / 120.0  # half a minute of an hourly rate: times are rounded to the minute
_COLUMNS = ("name", "class", "magV", "errpos", "dracosdec", "ddec", "_raj2000", "_decj2000")
_PATH = "/webservices/skybot/api/conesearch.php"


class SkyBot:
    """Asks SkyBoT, one cone for each exposure.

    Parameters
    ----------
    settings : CatalogSettings
        Address, observatory, time limit and chance limit.
    user_agent : str
        Who asks.
    """

    traits = Traits(
        name="skybot", epochs=EpochUse.MINUTE, needs_epoch=True, per_second=1.0, most_at_once=1000
    )

    def __init__(self, settings: CatalogSettings, user_agent: str = "AstroLens") -> None:
        self._settings = settings
        self._user_agent = user_agent

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Bodies that stood there at the time.

        Parameters
        ----------
        questions : sequence of Question
            Those of one exposure, within a degree, share one request; without an epoch there is no answer.

        Returns
        -------
        sequence of Reply
            One for each question.

        Raises
        ------
        Unavailable
            When not one exposure was answered.
        """
        exposures = _exposures(questions)
        seconds = (self._settings.timeout_s + _APART_S) * max(1, len(exposures))
        return await call_within(lambda: self._search(questions, exposures), seconds, "SkyBoT")

    def _search(self, questions: Sequence[Question], exposures: Sequence[Sequence[int]]) -> list[Reply]:
        replies = [Reply(reason="the picture has no epoch; what moves cannot be told")] * len(questions)
        failure: Unavailable | None = None
        for turn, rows in enumerate(exposures):
            asked = [questions[row] for row in rows]
            if failure is None:
                time.sleep(_APART_S if turn else 0.0)
                try:
                    answers = self._exposure(asked)
                except Unavailable as error:
                    if turn == 0:
                        raise
                    failure = error
            if failure is not None:
                answers = [Reply(reason=str(failure))] * len(rows)
            for row, answer in zip(rows, answers, strict=True):
                replies[row] = answer
        return replies

    def _exposure(self, questions: Sequence[Question]) -> list[Reply]:
        """One cone that covers all places of one exposure, around the first of them."""
        centre = questions[0].position
        reach = max(
            separation_arcsec(centre, one.position) + max(one.field_arcsec, _FIELD_ARCSEC)
            for one in questions
        )
        bodies = self._cone(questions[0], reach)
        odds = Odds(
            catalogue=self.traits.name,
            floor_per_arcsec2=_MEAN_PER_ARCSEC2,
            chance_limit=self._settings.chance_limit,
        )
        return [Reply(matches=rank(bodies, one, odds)) for one in questions]

    def _cone(self, question: Question, reach_arcsec: float) -> list[CatalogObject]:
        from astrolens.catalog.web import ask

        epoch = question.epoch
        if epoch is None:
            raise ValueError("SkyBoT needs an epoch")
        url = self._settings.skybot_url.rstrip("/") + _PATH
        status, body = ask(
            url,
            params={
                "-ra": f"{question.position.ra_deg:.7f}",
                "-dec": f"{question.position.dec_deg:.7f}",
                "-rd": f"{reach_arcsec / ARCSEC_PER_DEGREE:.6f}",
                "-ep": f"{_julian_day(epoch):.6f}",
                "-loc": self._settings.observatory,
                "-filter": "120",
                "-objFilter": "111",
                "-refsys": "EQJ2000",
                "-output": "all",
                "-mime": "votable",
                "-from": "AstroLens",
            },
            timeout_s=self._settings.timeout_s,
            user_agent=self._user_agent,
        )
        if status == 204:  # its documented way to say that no body was there
            if body:
                raise Unavailable(f"{url} sent {len(body)} bytes with status 204")
            return []
        if status != 200:
            raise Unavailable(f"{url} answered with status {status}")
        return bodies_of(body)


def bodies_of(votable: bytes) -> list[CatalogObject]:
    """Read SkyBoT's table.

    Parameters
    ----------
    votable : bytes
        Its reply.

    Returns
    -------
    list of CatalogObject
        Bodies with a position.

    Raises
    ------
    Unavailable
        For what is no whole table of SkyBoT that says of itself that the query went well.
    """
    from astropy.io.votable import parse

    try:
        document = parse(BytesIO(votable), verify="ignore")
        infos = [info for part in (document, *document.resources) for info in part.infos]
        table = document.get_first_table().to_table(use_names_over_ids=False)
    except (ValueError, TypeError, IndexError, KeyError, OSError, AttributeError) as error:
        raise Unavailable(f"the reply of SkyBoT is no table: {clean(error, 120)}") from error
    said = {str(info.value).upper() for info in infos if str(info.name).upper() == "QUERY_STATUS"}
    if said != {"OK"}:
        raise Unavailable(
            f"the reply of SkyBoT has the status {clean(', '.join(sorted(said)) or 'none', 40)}"
        )
    if missing := [name for name in _COLUMNS if name not in table.colnames]:
        raise Unavailable(f"the reply of SkyBoT lacks the columns {', '.join(missing)}")
    rows = zip(*(table[name].tolist() for name in _COLUMNS), strict=True)
    found = (_body(dict(zip(_COLUMNS, values, strict=True))) for values in rows)
    return [one for one in found if one is not None]


def _body(row: dict[str, Any]) -> CatalogObject | None:
    walked = hypot(number(row["dracosdec"]) or 0.0, number(row["ddec"]) or 0.0) * _MINUTE_OF_MOTION
    position = place(row["_raj2000"], row["_decj2000"], hypot(number(row["errpos"]) or 0.0, walked))
    if position is None:
        return None
    return CatalogObject(
        name=text(row["name"]),
        object_type=f"solar system: {text(row['class'])}",
        position=position,
        magnitude=number(row["magV"]),
    )


def _exposures(questions: Sequence[Question]) -> list[list[int]]:
    """Row numbers by exposure: the same minute, and near enough for one cone."""
    groups: list[tuple[str, Question, list[int]]] = []
    for row, one in enumerate(questions):
        if one.epoch is None:
            continue
        minute = one.epoch.strftime(EpochUse.MINUTE.value)
        for said, first, rows in groups:
            if said == minute and separation_arcsec(first.position, one.position) < _WIDEST_ARCSEC:
                rows.append(row)
                break
        else:
            groups.append((minute, one, [row]))
    return [rows for _, _, rows in groups]


def _julian_day(epoch: datetime) -> float:
    return epoch.timestamp() / 86_400.0 + 2_440_587.5
