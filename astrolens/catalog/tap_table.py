"""Any table with positions behind a TAP service: which columns mean what, and how many places at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from astrolens.catalog.match import CatalogObject, Odds, rank
from astrolens.catalog.nearby import Directions
from astrolens.catalog.patience import call_within
from astrolens.catalog.question import Question, Reply, Traits
from astrolens.config.settings import CatalogSettings

_ROWS = 100_000


class Batching(StrEnum):
    """How a service is asked about many places in one request."""

    UPLOAD = "upload"  # a join with an uploaded table
    CONES = "cones"  # cones joined by OR


@dataclass(frozen=True, slots=True, kw_only=True)
class TapTable:
    """One table of one service.

    Attributes
    ----------
    traits : Traits
        Name and manners.
    url : str
        Base address of the service.
    table : str
        As ADQL writes it, with quotes where it needs them.
    ra, dec : str
        Columns of the position, in degrees.
    columns : tuple of str
        All columns that are asked for, as ADQL writes them.
    to_object : Callable
        Turns one row, by lower-case column, into an object; None for what is no object.
    mean_per_arcsec2 : float
        Mean density over the sky.
    frame : str
        Word for the frame in ADQL.
    batching : Batching
        How many places are asked about.
    empty_field_means : str
        What a field without any row means for a survey that is dense wherever it looked; "" when an empty
        field proves that nothing is there.
    """

    traits: Traits
    url: str
    table: str
    ra: str
    dec: str
    columns: tuple[str, ...]
    to_object: Callable[[dict[str, Any]], CatalogObject | None]
    mean_per_arcsec2: float
    frame: str = "ICRS"
    batching: Batching = Batching.UPLOAD
    empty_field_means: str = ""


class TapCatalogue:
    """Asks one table.

    Parameters
    ----------
    table : TapTable
        Which one.
    settings : CatalogSettings
        Time limit and chance limit.
    user_agent : str
        Who asks.
    """

    def __init__(self, table: TapTable, settings: CatalogSettings, user_agent: str = "AstroLens") -> None:
        self._table = table
        self._settings = settings
        self._user_agent = user_agent

    @property
    def traits(self) -> Traits:
        """Name and manners.

        Returns
        -------
        Traits
            Of the table.
        """
        return self._table.traits

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Objects that explain what is seen at some places, by one request.

        Parameters
        ----------
        questions : sequence of Question
            At most ``traits.most_at_once``.

        Returns
        -------
        sequence of Reply
            One for each question.

        Raises
        ------
        Unavailable
            When the service did not answer, or not so that the answer can be believed.
        """
        return await call_within(
            lambda: self._search(questions), self._settings.timeout_s, self._table.traits.name
        )

    def _search(self, questions: Sequence[Question]) -> list[Reply]:
        from astrolens.catalog.tap import query

        table = self._table
        upload = table.batching is Batching.UPLOAD and len(questions) > 1
        found = query(
            table.url,
            adql_of(table, questions),
            columns=[column.strip('"').lower() for column in table.columns],
            rows=_ROWS,
            timeout_s=self._settings.timeout_s,
            user_agent=self._user_agent,
            places=questions if upload else (),
        )
        objects = {
            (one.name, one.position.ra_deg, one.position.dec_deg): one
            for row in found
            if (one := table.to_object(row)) is not None
        }
        return self._replies(questions, list(objects.values()))

    def _replies(self, questions: Sequence[Question], objects: Sequence[CatalogObject]) -> list[Reply]:
        odds = Odds(
            catalogue=self._table.traits.name,
            floor_per_arcsec2=self._table.mean_per_arcsec2,
            chance_limit=self._settings.chance_limit,
        )
        directions = Directions(np.array([one.position.unit_vector() for one in objects]).reshape(-1, 3))
        replies = []
        for question in questions:
            near = [objects[row] for row in directions.within(question.position, question.field_arcsec)]
            empty = self._table.empty_field_means if not near else ""
            replies.append(Reply(matches=rank(near, question, odds), reason=empty))
        return replies


def adql_of(table: TapTable, questions: Sequence[Question]) -> str:
    """The query for one place or many.

    Parameters
    ----------
    table : TapTable
        Where.
    questions : sequence of Question
        At least one.

    Returns
    -------
    str
        ADQL; for many places of a service that takes uploads, on ``TAP_UPLOAD.places``.
    """
    field = max(question.field_arcsec for question in questions) / 3600.0
    wanted = ", ".join(f"c.{column}" for column in table.columns)
    place = f"POINT('{table.frame}', c.{table.ra}, c.{table.dec})"
    if len(questions) > 1 and table.batching is Batching.UPLOAD:
        return (
            f"SELECT t.n, {wanted} FROM TAP_UPLOAD.places AS t JOIN {table.table} AS c "  # noqa: S608 - no words of strangers
            f"ON 1 = CONTAINS({place}, CIRCLE('{table.frame}', t.ra, t.dec, {field:.7f}))"
        )
    cones = " OR ".join(
        f"CONTAINS({place}, CIRCLE('{table.frame}', {one.position.ra_deg:.7f}, {one.position.dec_deg:.7f}, {field:.7f})) = 1"
        for one in questions
    )
    return f"SELECT {wanted} FROM {table.table} AS c WHERE {cones}"  # noqa: S608 - no words of strangers
