"""Pages of other people about a place on the sky; their addresses are made of numbers alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from astrolens.domain.sky import SkyPosition

_FIELD_DEG = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One page."""

    key: str
    name: str
    address: str


def sites_at(place: SkyPosition) -> tuple[Site, ...]:
    """Pages about a place, the most useful one first."""
    ra, dec = f"{place.ra_deg:.6f}", f"{place.dec_deg:+.6f}"
    aladin = urlencode({"target": f"{ra} {dec}", "fov": f"{_FIELD_DEG:g}"})
    simbad = urlencode({"Coord": f"{ra} {dec}", "CooFrame": "ICRS", "Radius": "30", "Radius.unit": "arcsec"})
    legacy = urlencode({"ra": ra, "dec": f"{place.dec_deg:.6f}", "layer": "ls-dr10", "zoom": "15"})
    return (
        Site(key="a", name="Aladin Lite", address=f"https://aladin.cds.unistra.fr/AladinLite/?{aladin}"),
        Site(key="s", name="SIMBAD", address=f"https://simbad.cds.unistra.fr/simbad/sim-coo?{simbad}"),
        Site(key="l", name="Legacy Survey viewer", address=f"https://www.legacysurvey.org/viewer?{legacy}"),
    )


def has_browser(environment: Mapping[str, str], platform: str) -> bool:
    """Whether a browser of this person's screen can be opened: not over SSH, not without a screen."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    if platform in ("darwin", "win32"):
        return True
    return bool(
        environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or environment.get("BROWSER")
    )
