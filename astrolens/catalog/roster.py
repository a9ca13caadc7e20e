"""Every catalogue by its name in the settings, ready to be asked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from astrolens.catalog.enquiry import Enquiry
from astrolens.catalog.limits import Door
from astrolens.catalog.ned import ned_table
from astrolens.catalog.offline import OFFLINE_NAME, OfflineCatalogue
from astrolens.catalog.question import Catalogue
from astrolens.catalog.simbad import Simbad
from astrolens.catalog.skybot import SkyBot
from astrolens.catalog.surveys import gaia_table, vizier_tables
from astrolens.catalog.tap_table import TapCatalogue
from astrolens.catalog.tns import Tns
from astrolens.config.settings import CatalogSettings
from astrolens.domain.clock import utc_now

REMOTE_NAMES = (
    "simbad", "ned", "gaia", "gaia-vizier", "sdss", "panstarrs", "galex", "twomass", "skybot", "tns",
)  # fmt: skip
NAMES = (OFFLINE_NAME, *REMOTE_NAMES)
NEEDING_EPOCH = frozenset({"skybot"})


def build(name: str, *, user_agent: str = "AstroLens", **options: Any) -> Enquiry:
    """Make one catalogue, to be asked by ``await build(...).look_up(question)``.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    user_agent : str
        Who asks.
    **options : object
        Any `CatalogSettings`, for example its address.

    Returns
    -------
    Enquiry
        With a gate of its own.

    Raises
    ------
    ValueError
        If there is no such catalogue, or an option is wrong.
    """
    settings = CatalogSettings(**options)
    return Enquiry(catalogue(name, settings, user_agent), most_per_second=settings.requests_per_second)


def enquiries(
    settings: CatalogSettings, user_agent: str = "AstroLens", *, now: Callable[[], datetime] = utc_now
) -> tuple[Enquiry, ...]:
    """Make every catalogue that the settings ask.

    Parameters
    ----------
    settings : CatalogSettings
        Whom to ask, and how.
    user_agent : str
        Who asks.
    now : Callable
        The clock: aware UTC.

    Returns
    -------
    tuple of Enquiry
        In the order of ``settings.ask``, each once.
    """
    doors: dict[str, Door] = {}
    most = settings.requests_per_second
    return tuple(
        Enquiry(catalogue(name, settings, user_agent), most_per_second=most, now=now, doors=doors)
        for name in dict.fromkeys(settings.ask)
    )


def catalogue(name: str, settings: CatalogSettings, user_agent: str = "AstroLens") -> Catalogue:
    """Make one catalogue without a gate.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    settings : CatalogSettings
        Addresses and limits.
    user_agent : str
        Who asks.

    Returns
    -------
    Catalogue
        It opens nothing before it is asked.

    Raises
    ------
    ValueError
        If there is no such catalogue.
    """
    match name:
        case "openngc-offline":
            return OfflineCatalogue(settings)
        case "simbad":
            return Simbad(settings, user_agent)
        case "skybot":
            return SkyBot(settings, user_agent)
        case "tns":
            return Tns(settings)
        case "ned":
            return TapCatalogue(ned_table(settings.ned_url), settings, user_agent)
        case "gaia":
            return TapCatalogue(gaia_table(settings.gaia_url), settings, user_agent)
    tables = vizier_tables(settings.vizier_url)
    if name not in tables:
        raise ValueError(f"there is no catalogue {name!r}; choose from {', '.join(NAMES)}")
    return TapCatalogue(tables[name], settings, user_agent)


def answerable(required: tuple[str, ...], epoch: datetime | None) -> tuple[str, ...]:
    """Those of the required catalogues that can say anything about a picture.

    Parameters
    ----------
    required : tuple of str
        Names of catalogues.
    epoch : datetime or None
        Time of the exposure; None for a co-add.

    Returns
    -------
    tuple of str
        Without those that need an epoch where there is none.
    """
    return required if epoch is not None else tuple(name for name in required if name not in NEEDING_EPOCH)
