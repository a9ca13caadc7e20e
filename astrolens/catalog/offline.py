"""NGC, IC and bright addenda (OpenNGC) inside this installation: it answers first, and without a network.

References
----------
.. [1] Verga, OpenNGC, CC BY-SA 4.0, through the package pyongc.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from functools import partial
from math import degrees
from typing import Any

import numpy as np

from astrolens.catalog.cells import above_zero, number, place, text
from astrolens.catalog.match import CatalogObject, Odds, rank
from astrolens.catalog.nearby import Directions
from astrolens.catalog.question import Question, Reply, Traits
from astrolens.config.settings import CatalogSettings

OFFLINE_NAME = "openngc-offline"
_ERROR_ARCSEC = 1.0
_MEAN_PER_ARCSEC2 = 14_000.0 / 41_253.0 / 3600.0**2
_NOT_THERE = ("NonEx", "Dup")
_LARGEST_AT_ONCE = 10_000
_SIZE_STEPS_ARCSEC = (
    120.0,
    900.0,
    14_400.0,
)  # small, large, and the few giants are searched one after another
_LOOSE = ("OCl", "*Ass", "Cl+N", "Other", "*", "**", "Nova")  # their outline holds mostly other things
_SELECT = (
    "SELECT name, type, ra, dec, majax, minax, pa, vmag, bmag, redshift, messier, ngc, ic FROM objects "
    "WHERE ra IS NOT NULL AND dec IS NOT NULL"
)


class OfflineCatalogue:
    """Looks up bright galaxies, clusters and nebulae in a list that is loaded once.

    Parameters
    ----------
    settings : CatalogSettings
        Chance limit.
    """

    traits = Traits(name=OFFLINE_NAME, most_at_once=_LARGEST_AT_ONCE, offline=True)

    def __init__(self, settings: CatalogSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._steps: list[tuple[float, list[CatalogObject], Directions]] = []

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Objects that explain what is seen at some places.

        Parameters
        ----------
        questions : sequence of Question
            Any number; the first call reads the list.

        Returns
        -------
        sequence of Reply
            One for each question; an empty one means no bright object, not an unknown one.
        """
        return await asyncio.to_thread(partial(self._search, questions))

    def _search(self, questions: Sequence[Question]) -> list[Reply]:
        with self._lock:
            if not self._steps:
                self._steps = _steps(objects())
        odds = Odds(
            catalogue=OFFLINE_NAME,
            floor_per_arcsec2=_MEAN_PER_ARCSEC2,
            chance_limit=self._settings.chance_limit,
        )
        return [Reply(matches=rank(self._near(one), one, odds)) for one in questions]

    def _near(self, question: Question) -> list[CatalogObject]:
        near: list[CatalogObject] = []
        for largest, held, directions in self._steps:
            reach = max(question.field_arcsec, largest / 2.0)
            near += [held[row] for row in directions.within(question.position, reach)]
        return near


def objects() -> list[CatalogObject]:
    """Read the list from the package that brings it.

    Returns
    -------
    list of CatalogObject
        About 13,000, in the order of the list. The package's own objects take 2 s to build, this 0.1 s.
    """
    from pyongc import DBPATH

    connection = sqlite3.connect(f"file:{DBPATH}?mode=ro&immutable=1", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(_SELECT)]
    finally:
        connection.close()
    return [one for row in rows if (one := _object(row)) is not None]


def _object(row: dict[str, Any]) -> CatalogObject | None:
    position = place(degrees(row["ra"]), degrees(row["dec"]), _ERROR_ARCSEC)
    if position is None or text(row["type"]) in _NOT_THERE:
        return None
    visual, major = number(row["vmag"]), above_zero(row["majax"], 60.0)
    if text(row["type"]) in _LOOSE or (major or 0.0) > _SIZE_STEPS_ARCSEC[-1]:  # the Magellanic Clouds
        major = None
    names = [text(row["name"]), f"M{text(row['messier']).lstrip('0')}" if text(row["messier"]) else ""]
    return CatalogObject(
        name=" = ".join(name for name in names if name),
        object_type=text(row["type"]),
        position=position,
        major_axis_arcsec=major,
        minor_axis_arcsec=above_zero(row["minax"], 60.0),
        angle_deg=number(row["pa"]),
        magnitude=visual if visual is not None else number(row["bmag"]),
        redshift=number(row["redshift"]),
    )


def _steps(found: Sequence[CatalogObject]) -> list[tuple[float, list[CatalogObject], Directions]]:
    """The list in classes of size, so that only giants are sought far away."""
    steps, smallest = [], -1.0
    for largest in _SIZE_STEPS_ARCSEC:
        held = [one for one in found if smallest < (one.major_axis_arcsec or 0.0) <= largest]
        steps.append(
            (
                largest,
                held,
                Directions(np.array([one.position.unit_vector() for one in held]).reshape(-1, 3)),
            )
        )
        smallest = largest
    return steps
