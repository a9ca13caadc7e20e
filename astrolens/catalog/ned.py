"""NED: everything that is known beyond the Galaxy, and much that was merely detected."""

from typing import Any

from astrolens.catalog.cells import number, place, text
from astrolens.catalog.match import CatalogObject
from astrolens.catalog.question import Traits
from astrolens.catalog.tap_table import Batching, TapTable

_ERROR_ARCSEC = 0.5
_BARE = frozenset({"", "*", "G", "IrS", "UvS", "UvES", "RadioS", "SmmS", "XrayS", "GammaS", "VisS"})
_MEAN_PER_ARCSEC2 = 1.1e9 / 41_253.0 / 3600.0**2  # 1.1 billion objects


def ned_table(url: str) -> TapTable:
    """Describe NED's directory of objects.

    Parameters
    ----------
    url : str
        Base address of its table service, which takes about 100 cones joined by OR.

    Returns
    -------
    TapTable
        For `TapCatalogue`.
    """
    return TapTable(
        traits=Traits(name="ned", per_second=0.9, most_at_once=100),
        url=url,
        table="NEDTAP.objdir",
        ra="ra",
        dec="dec",
        columns=("prefname", "ra", "dec", "prefphytype", "z"),
        to_object=_object,
        mean_per_arcsec2=_MEAN_PER_ARCSEC2,
        frame="J2000",
        batching=Batching.CONES,
    )


def _object(row: dict[str, Any]) -> CatalogObject | None:
    position = place(row["ra"], row["dec"], _ERROR_ARCSEC)
    if position is None:
        return None
    kind, redshift = text(row["prefphytype"]), number(row["z"])
    return CatalogObject(
        name=text(row["prefname"]),
        object_type=kind,
        position=position,
        redshift=redshift,
        explains=redshift is not None or kind not in _BARE,
    )
