"""Survey catalogues at VizieR, and Gaia at its own archive: what was detected, and what it was found to be.

A bare detection says that something was seen before. It explains nothing, unless a spectrum, a parallax or a
proper motion says what it is.
"""

from collections.abc import Callable
from math import hypot
from typing import Any

from astrolens.catalog.cells import above_zero, number, place, text
from astrolens.catalog.match import CatalogObject
from astrolens.catalog.motion import ProperMotion
from astrolens.catalog.question import EpochUse, Traits
from astrolens.catalog.tap_table import TapTable

_SQUARE_DEGREE = 3600.0**2
_PER_SECOND = 2.0
_PARALLAX_SIGMAS = 5.0
_MOTION_MAS_YR = 10.0
_SDSS_KINDS = {3: "galaxy", 6: "star"}
_OUTSIDE = "holds nothing within the searched field: outside of its footprint"

Reader = Callable[[dict[str, Any]], CatalogObject | None]


def gaia_table(url: str) -> TapTable:
    """Describe Gaia DR3 at the archive of ESA.

    Parameters
    ----------
    url : str
        Base address of its table service.

    Returns
    -------
    TapTable
        For `TapCatalogue`.
    """
    return TapTable(
        traits=Traits(name="gaia", epochs=EpochUse.YEAR, per_second=_PER_SECOND, most_at_once=250),
        url=url,
        table="gaiadr3.gaia_source",
        ra="ra",
        dec="dec",
        columns=(
            "source_id", "ra", "dec", "ra_error", "parallax_over_error", "pmra", "pmdec", "phot_g_mean_mag",
        ),
        to_object=_gaia_object,
        mean_per_arcsec2=2_500.0 / _SQUARE_DEGREE,  # at the galactic poles; more is counted in the field
    )  # fmt: skip


def vizier_tables(url: str) -> dict[str, TapTable]:
    """Describe the survey tables that are asked at VizieR.

    Parameters
    ----------
    url : str
        Base address of its table service.

    Returns
    -------
    dict of str to TapTable
        By name; each density is that of the survey's own area, or for all-sky ones at the galactic poles.
    """

    def _survey(
        name: str, table: str, columns: tuple[str, ...], read: Reader, mean: float,
        *, frame: tuple[str, str] = ("RAJ2000", "DEJ2000"), epochs: EpochUse = EpochUse.NONE, dense: str = "",
    ) -> TapTable:  # fmt: skip
        return TapTable(
            traits=Traits(
                name=name, epochs=epochs, per_second=_PER_SECOND, most_at_once=250, parallel=2, server=url
            ),
            url=url,
            table=f'"{table}"',
            ra=frame[0],
            dec=frame[1],
            columns=(*frame, *columns),
            to_object=read,
            mean_per_arcsec2=mean / _SQUARE_DEGREE,
            empty_field_means=f"{dense} {_OUTSIDE}" if dense else "",
        )

    icrs = ("RA_ICRS", "DE_ICRS")
    tables = (
        _survey("sdss", "V/154/sdss16", ("SDSS16", "mode", '"class"', "rmag", "zsp", "spCl"), _sdss_object, 32_000.0, frame=icrs, dense="SDSS DR16"),
        _survey("gaia-vizier", "I/355/gaiadr3", ("Source", "RPlx", "pmRA", "pmDE", "Gmag"), _gaia_vizier_object, 2_500.0, frame=icrs, epochs=EpochUse.YEAR),
        _survey("panstarrs", "II/349/ps1", ("objID", "rmag"), _panstarrs_object, 60_000.0, dense="Pan-STARRS DR1"),
        _survey("galex", "II/335/galex_ais", ("NUVmag",), _galex_object, 3_700.0),
        _survey("twomass", "II/246/out", ('"2MASS"', "Jmag"), _twomass_object, 1_500.0),
    )  # fmt: skip
    return {one.traits.name: one for one in tables}


def _gaia_object(row: dict[str, Any]) -> CatalogObject | None:
    error_mas = above_zero(row["ra_error"]) or 1.0
    return _star(
        f"Gaia DR3 {text(row['source_id'])}", row["ra"], row["dec"], error_mas,
        row["parallax_over_error"], row["pmra"], row["pmdec"], row["phot_g_mean_mag"],
    )  # fmt: skip


def _gaia_vizier_object(row: dict[str, Any]) -> CatalogObject | None:
    return _star(
        f"Gaia DR3 {text(row['source'])}", row["ra_icrs"], row["de_icrs"], 1.0,
        row["rplx"], row["pmra"], row["pmde"], row["gmag"],
    )  # fmt: skip


def _star(
    name: str, ra: Any, dec: Any, error_mas: float, parallax: Any, east: Any, north: Any, magnitude: Any
) -> CatalogObject | None:
    position = place(ra, dec, error_mas / 1000.0)
    if position is None:
        return None
    along_ra, along_dec = number(east), number(north)
    motion = None
    if along_ra is not None and along_dec is not None:
        motion = ProperMotion(east_mas_yr=along_ra, north_mas_yr=along_dec, at_year=2016.0)
    moves = motion is not None and hypot(motion.east_mas_yr, motion.north_mas_yr) > _MOTION_MAS_YR
    is_star = moves or (number(parallax) or 0.0) > _PARALLAX_SIGMAS
    return CatalogObject(
        name=name,
        object_type="star" if is_star else "source",
        position=position,
        magnitude=number(magnitude),
        motion=motion,
        explains=is_star,
    )


def _sdss_object(row: dict[str, Any]) -> CatalogObject | None:
    position, mode = place(row["ra_icrs"], row["de_icrs"], 0.1), number(row["mode"])
    if position is None or mode != 1:  # 2 is a second look at the same object
        return None
    redshift = number(row["zsp"])
    kind = text(row["spcl"]).lower() or _SDSS_KINDS.get(int(number(row["class"]) or 0), "source")
    return CatalogObject(
        name=f"SDSS {text(row['sdss16']).removeprefix('SDSS ')}",
        object_type=kind,
        position=position,
        magnitude=number(row["rmag"]),
        redshift=redshift,
        explains=redshift is not None,
    )


def _panstarrs_object(row: dict[str, Any]) -> CatalogObject | None:
    return _detection(f"PS1 {text(row['objid'])}", row, number(row["rmag"]), 0.1)


def _galex_object(row: dict[str, Any]) -> CatalogObject | None:
    ra, dec = number(row["raj2000"]), number(row["dej2000"])
    return _detection(f"GALEX {ra or 0.0:.5f}{dec or 0.0:+.5f}", row, None, 0.5)


def _twomass_object(row: dict[str, Any]) -> CatalogObject | None:
    return _detection(f"2MASS J{text(row['2mass'])}", row, None, 0.1)


def _detection(name: str, row: dict[str, Any], magnitude: float | None, error: float) -> CatalogObject | None:
    position = place(row["raj2000"], row["dej2000"], error)
    if position is None:
        return None
    return CatalogObject(
        name=name, object_type="source", position=position, magnitude=magnitude, explains=False
    )
