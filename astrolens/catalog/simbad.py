"""SIMBAD: known objects beyond the solar system."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

from astrolens.catalog.match import CONTROL_RADIUS_ARCSEC, CatalogObject, rank
from astrolens.catalog.patience import call_within
from astrolens.catalog.question import Question
from astrolens.config.settings import CatalogSettings
from astrolens.domain.errors import Unavailable
from astrolens.domain.finding import CatalogMatch
from astrolens.domain.sky import SkyPosition

_NAME = "simbad"
_ROWS = 300
_EXTENDED_REACH_DEG = 0.35
_EXTENDED_FROM_ARCMIN = 0.25
_MEAN_PER_ARCSEC2 = 2.0e7 / 41_253.0 / 3600.0**2  # 20 million objects on the whole sphere
_COLUMNS = (
    "main_id", "ra", "dec", "otype_txt", "nbref", "rvz_redshift", "galdim_majaxis", "coo_err_maj",
)  # fmt: skip


class Simbad:
    """Asks SIMBAD's table service.

    Parameters
    ----------
    settings : CatalogSettings
        Address, time limit and chance limit.
    user_agent : str
        Who asks.
    """

    name = _NAME
    follows_time = False

    def __init__(self, settings: CatalogSettings, user_agent: str = "AstroLens") -> None:
        self._settings = settings
        self._user_agent = user_agent

    async def matches(self, question: Question) -> tuple[CatalogMatch, ...]:
        """Objects that explain what is seen there.

        Parameters
        ----------
        question : Question
            Where and how far.

        Returns
        -------
        tuple of CatalogMatch
            Best first. Empty is a proof: SIMBAD searched and found nothing.

        Raises
        ------
        Unavailable
            When it did not answer, or not so that the answer can be believed.
        """
        timeout_s = self._settings.timeout_s
        rows = await call_within(lambda: self._rows(question), timeout_s, "SIMBAD")
        return rank(
            rows,
            catalogue=_NAME,
            position=question.position,
            radius_arcsec=question.radius_arcsec,
            floor_per_arcsec2=_MEAN_PER_ARCSEC2,
            chance_limit=self._settings.chance_limit,
        )

    def _rows(self, question: Question) -> list[CatalogObject]:
        from astrolens.catalog.tap import query

        table = query(
            self._settings.simbad_url,
            adql_of(question.position, question.radius_arcsec),
            rows=2 * _ROWS,
            timeout_s=self._settings.timeout_s,
            user_agent=self._user_agent,
        )
        missing = [column for column in _COLUMNS if column not in table.colnames]
        if missing:
            raise Unavailable(f"the reply of SIMBAD lacks the columns {', '.join(missing)}")
        found = (_object({column: row[column] for column in _COLUMNS}) for row in table)
        return [one for one in found if one is not None]


def adql_of(position: SkyPosition, radius_arcsec: float) -> str:
    """The query: everything near, and galaxies from further away whose own extent may reach here.

    Parameters
    ----------
    position : SkyPosition
        Centre.
    radius_arcsec : float
        Match radius; the surroundings are always searched as well, to count their density.

    Returns
    -------
    str
        ADQL, nearest first.
    """
    here = f"'ICRS', {position.ra_deg:.7f}, {position.dec_deg:.7f}"
    near = max(CONTROL_RADIUS_ARCSEC, radius_arcsec) / 3600.0
    place = "POINT('ICRS', b.ra, b.dec)"
    columns = ", ".join(f"b.{column}" for column in _COLUMNS)
    return (
        f"SELECT TOP {_ROWS} {columns}, DISTANCE({place}, POINT({here})) AS away "  # noqa: S608 - numbers only
        f"FROM basic AS b WHERE CONTAINS({place}, CIRCLE({here}, {near:.7f})) = 1 "
        f"OR (b.galdim_majaxis > {_EXTENDED_FROM_ARCMIN} "
        f"AND CONTAINS({place}, CIRCLE({here}, {_EXTENDED_REACH_DEG})) = 1 "
        f"AND DISTANCE({place}, POINT({here})) * 120 < b.galdim_majaxis) ORDER BY away"
    )


def _object(row: Mapping[str, Any]) -> CatalogObject | None:
    """One row with SIMBAD's units turned into ours; None for what has no position."""
    ra, dec = _number(row["ra"]), _number(row["dec"])
    if ra is None or dec is None or not -90.0 <= dec <= 90.0:
        return None
    error_mas, axis_arcmin = _number(row["coo_err_maj"]), _number(row["galdim_majaxis"])
    references = _number(row["nbref"])
    position = SkyPosition(ra_deg=ra % 360.0, dec_deg=dec, error_arcsec=max(0.0, error_mas or 0.0) / 1000.0)
    return CatalogObject(
        name=str(row["main_id"]),
        object_type=str(row["otype_txt"]),
        position=position,
        major_axis_arcsec=axis_arcmin * 60.0 if axis_arcmin and axis_arcmin > 0 else None,
        redshift=_number(row["rvz_redshift"]),
        references=None if references is None else int(references),
    )


def _number(value: Any) -> float | None:
    """A finite number, or None for a masked or missing one."""
    try:
        number = float("nan") if getattr(value, "mask", False) else float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None
