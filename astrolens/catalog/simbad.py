"""SIMBAD: known objects beyond the solar system."""

from collections.abc import Sequence

from astrolens.catalog.cells import above_zero, number, place, text
from astrolens.catalog.match import CatalogObject, Odds, rank
from astrolens.catalog.motion import ProperMotion
from astrolens.catalog.patience import call_within
from astrolens.catalog.question import EpochUse, Question, Reply, TooManyRows, Traits
from astrolens.config.settings import CatalogSettings
from astrolens.domain.sky import SkyPosition

_ROWS = 2_000
_ROWS_OF_MANY = 50_000
_EXTENDED_REACH_DEG = 0.35
_MEAN_PER_ARCSEC2 = 2.0e7 / 41_253.0 / 3600.0**2  # 20 million objects on the whole sphere
_BASIC = (
    "main_id", "ra", "dec", "otype_txt", "nbref", "rvz_redshift", "galdim_majaxis", "galdim_minaxis",
    "galdim_angle", "coo_err_maj", "pmra", "pmdec",
)  # fmt: skip
_COLUMNS = (*_BASIC, "v", "g")
_SELECTED = ", ".join([*(f"b.{column}" for column in _BASIC), 'f."V"', 'f."G"'])
_TABLES = "basic AS b LEFT JOIN allfluxes AS f ON b.oid = f.oidref"
_PLACE = "POINT('ICRS', b.ra, b.dec)"


class Simbad:
    """Asks SIMBAD's table service.

    Parameters
    ----------
    settings : CatalogSettings
        Address, time limit and chance limit.
    user_agent : str
        Who asks.
    """

    traits = Traits(name="simbad", epochs=EpochUse.YEAR, per_second=2.0, most_at_once=250, parallel=2)

    def __init__(self, settings: CatalogSettings, user_agent: str = "AstroLens") -> None:
        self._settings = settings
        self._user_agent = user_agent

    async def search(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """Objects that explain what is seen at some places.

        Parameters
        ----------
        questions : sequence of Question
            At most ``traits.most_at_once``: two requests, or one for a single place.

        Returns
        -------
        sequence of Reply
            One for each question; an empty one is a proof: SIMBAD searched and found nothing.

        Raises
        ------
        Unavailable
            When it did not answer, or not so that the answer can be believed.
        """
        timeout_s = self._settings.timeout_s * (1 if len(questions) == 1 else 2)
        return await call_within(lambda: self._search(questions), timeout_s, "SIMBAD")

    def _search(self, questions: Sequence[Question]) -> list[Reply]:
        near = [self._near(questions[0])] if len(questions) == 1 else self._near_many(questions)
        odds = Odds(
            catalogue=self.traits.name,
            floor_per_arcsec2=_MEAN_PER_ARCSEC2,
            chance_limit=self._settings.chance_limit,
        )
        return [
            Reply(matches=rank(objects, question, odds))
            for question, objects in zip(questions, near, strict=True)
        ]

    def _near(self, question: Question) -> list[CatalogObject]:
        found = self._query(adql_of(question.position, question.field_arcsec), _COLUMNS, 2 * _ROWS, ())
        if len(found) >= _ROWS:  # a density of what was cut off would be too low, and a coincidence too rare
            raise TooManyRows(f"SIMBAD holds more than {_ROWS} objects around this place")
        return [one for row in found if (one := _object(row)) is not None]

    def _near_many(self, questions: Sequence[Question]) -> list[list[CatalogObject]]:
        from astrolens.catalog.tap import Row

        field = max(question.field_arcsec for question in questions)
        rows: list[Row] = []
        for adql in adql_of_many(field):
            rows += self._query(adql, ("n", *_COLUMNS), _ROWS_OF_MANY, questions)
        near: list[list[CatalogObject]] = [[] for _ in questions]
        for row in rows:
            one, n = _object(row), number(row["n"])
            if one is not None and n is not None and 0 <= n < len(near):
                near[int(n)].append(one)
        return near

    def _query(
        self, adql: str, columns: Sequence[str], rows: int, places: Sequence[Question]
    ) -> "list[dict[str, object]]":
        from astrolens.catalog.tap import query

        return query(
            self._settings.simbad_url,
            adql,
            columns=columns,
            rows=rows,
            timeout_s=self._settings.timeout_s,
            user_agent=self._user_agent,
            places=places,
        )


def adql_of(position: SkyPosition, field_arcsec: float) -> str:
    """The query for one place: everything near, and galaxies whose own extent may reach here from further away.

    Parameters
    ----------
    position : SkyPosition
        Centre.
    field_arcsec : float
        Radius of the surroundings.

    Returns
    -------
    str
        ADQL, nearest first.
    """
    here = f"'ICRS', {position.ra_deg:.7f}, {position.dec_deg:.7f}"
    near = field_arcsec / 3600.0
    return (
        f"SELECT TOP {_ROWS} {_SELECTED}, DISTANCE({_PLACE}, POINT({here})) AS away "  # noqa: S608 - numbers only
        f"FROM {_TABLES} WHERE CONTAINS({_PLACE}, CIRCLE({here}, {near:.7f})) = 1 "
        f"OR (b.galdim_majaxis > {near * 120.0:.4f} "
        f"AND CONTAINS({_PLACE}, CIRCLE({here}, {_EXTENDED_REACH_DEG})) = 1 "
        f"AND DISTANCE({_PLACE}, POINT({here})) * 120 < b.galdim_majaxis) ORDER BY away"
    )


def adql_of_many(field_arcsec: float) -> tuple[str, str]:
    """The two queries for uploaded places: everything near, and the large galaxies that reach here.

    Parameters
    ----------
    field_arcsec : float
        Radius of the surroundings.

    Returns
    -------
    tuple of str
        ADQL on ``TAP_UPLOAD.places``; no row is in both answers.
    """
    near = field_arcsec / 3600.0
    here = "POINT('ICRS', t.ra, t.dec)"
    start = f"SELECT t.n, {_SELECTED} FROM TAP_UPLOAD.places AS t JOIN basic AS b ON CONTAINS({_PLACE}, "  # noqa: S608 - numbers only
    flux = "LEFT JOIN allfluxes AS f ON b.oid = f.oidref"
    everything = f"{start}CIRCLE('ICRS', t.ra, t.dec, {near:.7f})) = 1 {flux}"
    large = (
        f"{start}CIRCLE('ICRS', t.ra, t.dec, {_EXTENDED_REACH_DEG})) = 1 {flux} "
        f"WHERE b.galdim_majaxis > {near * 120.0:.4f} AND DISTANCE({_PLACE}, {here}) > {near:.7f} "
        f"AND DISTANCE({_PLACE}, {here}) * 120 < b.galdim_majaxis"
    )
    return everything, large


def _object(row: "dict[str, object]") -> CatalogObject | None:
    """One row with SIMBAD's units turned into ours; None for what has no position."""
    position = place(row["ra"], row["dec"], (above_zero(row["coo_err_maj"]) or 0.0) / 1000.0)
    if position is None:
        return None
    east, north, references = number(row["pmra"]), number(row["pmdec"]), number(row["nbref"])
    visual, gaia = number(row["v"]), number(row["g"])
    return CatalogObject(
        name=text(row["main_id"]),
        object_type=text(row["otype_txt"]),
        position=position,
        major_axis_arcsec=above_zero(row["galdim_majaxis"], 60.0),
        minor_axis_arcsec=above_zero(row["galdim_minaxis"], 60.0),
        angle_deg=number(row["galdim_angle"]),
        magnitude=visual if visual is not None else gaia,
        motion=None
        if east is None or north is None
        else ProperMotion(east_mas_yr=east, north_mas_yr=north, at_year=2000.0),
        redshift=number(row["rvz_redshift"]),
        references=None if references is None else int(references),
    )
