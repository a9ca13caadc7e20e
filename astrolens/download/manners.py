"""How often each well-known server is asked: what it publishes, and less where it publishes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Limits of one host.

    Attributes
    ----------
    per_minute : float
        Requests started in a minute, evenly spaced.
    at_once : int
        Requests in flight.
    """

    per_minute: float
    at_once: int


KNOWN: Mapping[str, Manners] = MappingProxyType(
    {
        # Published: 60 queries a minute for each client, pictures and searches together.
        "skyserver.sdss.org": Manners(per_minute=60, at_once=2),
        "data.sdss.org": Manners(per_minute=60, at_once=2),
        "www.legacysurvey.org": Manners(per_minute=150, at_once=2),
        "ps1images.stsci.edu": Manners(per_minute=120, at_once=2),
        "catalogs.mast.stsci.edu": Manners(per_minute=120, at_once=2),
        "mast.stsci.edu": Manners(per_minute=120, at_once=2),
        "hla.stsci.edu": Manners(per_minute=60, at_once=1),
        "irsa.ipac.caltech.edu": Manners(per_minute=120, at_once=4),
        "api.alerce.online": Manners(per_minute=60, at_once=2),
        "avro.alerce.online": Manners(per_minute=60, at_once=2),
        "api.nasa.gov": Manners(per_minute=30, at_once=1),
        "apod.nasa.gov": Manners(per_minute=30, at_once=1),
        "www.zooniverse.org": Manners(per_minute=60, at_once=1),
        "panoptes-uploads.zooniverse.org": Manners(per_minute=60, at_once=2),
        # Published in its answers: 10 in 60 seconds, shared by search and API; the catalogue tns has 4 of them.
        "www.wis-tns.org": Manners(per_minute=6, at_once=1),
        "skyview.gsfc.nasa.gov": Manners(per_minute=30, at_once=1),
        "alasky.cds.unistra.fr": Manners(per_minute=150, at_once=2),
        "alaskybis.cds.unistra.fr": Manners(per_minute=150, at_once=2),
        # SIMBAD shuts a client out above about 6 requests a second.
        "simbad.cds.unistra.fr": Manners(per_minute=240, at_once=2),
        "vizier.cds.unistra.fr": Manners(per_minute=240, at_once=2),
        "tapvizier.cds.unistra.fr": Manners(per_minute=240, at_once=2),
        "cdsxmatch.u-strasbg.fr": Manners(per_minute=12, at_once=1),
        "ned.ipac.caltech.edu": Manners(per_minute=54, at_once=1),
        "gea.esac.esa.int": Manners(per_minute=120, at_once=1),
        "ssp.imcce.fr": Manners(per_minute=60, at_once=1),
        "archive.eso.org": Manners(per_minute=30, at_once=1),
        "esahubble.org": Manners(per_minute=30, at_once=1),
        "cdn.esahubble.org": Manners(per_minute=30, at_once=1),
    }
)


def manners_of(host: str, *, own: Mapping[str, float], per_minute: float, at_once: int) -> Manners:
    """How a host is to be treated.

    Parameters
    ----------
    host : str
        Its name, lower case.
    own : Mapping of str to float
        Requests a minute that a person set for single hosts; they win.
    per_minute : float
        For a host of which nothing is known.
    at_once : int
        Most connections to any host.

    Returns
    -------
    Manners
        Its limits; what is known of a host never loosens ``at_once``.
    """
    known = KNOWN.get(host, Manners(per_minute=per_minute, at_once=at_once))
    return Manners(per_minute=own.get(host, known.per_minute), at_once=min(at_once, known.at_once))
