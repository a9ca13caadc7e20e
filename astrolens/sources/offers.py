"""Is this offer what its plugin may offer? Strangers' words are made safe here."""

import hashlib
import os
from dataclasses import replace
from math import isfinite
from urllib.parse import quote_from_bytes, urlsplit

from astrolens.domain.errors import BadData, PluginError
from astrolens.domain.image import Offer
from astrolens.domain.sky import SkyPosition
from astrolens.domain.text import clean
from astrolens.plugin import ByteSource
from astrolens.sources.loader import LoadedSource

LONGEST_KEY = 1_000
LONGEST_URL = 16_000
_MOST_BANDS = 16


def safe_key(key: str) -> str:
    """Key without characters that a database or a terminal cannot hold.

    Parameters
    ----------
    key : str
        What the plugin calls a picture; may hold lone surrogates of an undecodable file name.

    Returns
    -------
    str
        The same text when every character is printable; else those that are not percent-encoded, with a
        digest at the end that keeps different keys different.
    """
    if key.isprintable():
        return key
    quoted = "".join(c if c.isprintable() else quote_from_bytes(_encoded(c), safe="") for c in key)
    digest = hashlib.sha1(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    return f"{quoted}~{digest[:10]}"


def _encoded(character: str) -> bytes:
    try:
        return os.fsencode(character)
    except UnicodeEncodeError:
        return character.encode("utf-8", "surrogatepass")


def checked(offer: object, loaded: LoadedSource) -> Offer:
    """The offer with its words made safe.

    Parameters
    ----------
    offer : object
        What the plugin yielded.
    loaded : LoadedSource
        The source that yielded it.

    Returns
    -------
    Offer
        Fit for the store and the download.

    Raises
    ------
    PluginError
        If it is no `Offer` at all, or of another source: the plugin is wrong.
    BadData
        If this one cannot be taken: the rest may be fine.
    """
    if not isinstance(offer, Offer):
        raise PluginError(f"source {loaded.name} yielded {clean(type(offer).__name__, 60)}; want Offer")
    if offer.source != loaded.name:
        raise PluginError(f"source {loaded.name} yielded an offer of {clean(repr(offer.source), 60)}")
    _check_key(offer)
    _check_url(offer, loaded)
    _check_numbers(offer)
    return replace(
        offer,
        key=safe_key(offer.key),
        bands=_bands(offer.bands),
        licence=clean(offer.licence, 200),
        credit=clean(offer.credit, 500),
        truth=None if offer.truth is None else clean(offer.truth, 200),
    )


def _check_key(offer: Offer) -> None:
    key: object = offer.key
    if not isinstance(key, str) or not key.strip():
        raise BadData(f"key is {clean(repr(key), 60)}; want text")
    if len(safe_key(key)) > LONGEST_KEY:
        raise BadData(f"key {clean(key, 60)} has {len(key)} characters; at most {LONGEST_KEY} are kept")


def _check_url(offer: Offer, loaded: LoadedSource) -> None:
    url: object = offer.url
    if not isinstance(url, str) or len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise BadData(f"key {clean(offer.key, 60)}: url {clean(repr(url), 80)} is no address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadData(f"key {clean(offer.key, 60)}: url {clean(url, 80)}: {error}") from error
    if parts.scheme in {"https", "http"}:
        _check_web(url, parts.scheme, parts.hostname or "", port, parts.username, loaded)
    elif parts.scheme == "file":
        if loaded.hosts or parts.netloc or not parts.path.startswith("/"):
            raise BadData(f"{clean(url, 80)}: only a source without hosts may offer file:///absolute/path")
    elif not parts.scheme or not isinstance(loaded.plugin, ByteSource):
        raise BadData(f"{clean(url, 80)}: nobody reads this scheme; give the plugin a read()")


def _check_web(
    url: str, scheme: str, host: str, port: int | None, user: str | None, loaded: LoadedSource
) -> None:
    own = any(url.startswith((f"{address}/", f"{address}?")) for address in loaded.base_urls if address)
    if host.lower() not in loaded.hosts:
        allowed = ", ".join(loaded.hosts) or "none"
        raise BadData(f"{clean(url, 80)}: host is not declared; allowed: {allowed}")
    if user is not None or (not own and (scheme != "https" or port not in {None, 443})):
        raise BadData(f"{clean(url, 80)}: want https:// on the usual port, without a user name")


def _check_numbers(offer: Offer) -> None:
    name = clean(offer.key, 60)
    if offer.position is not None and not isinstance(offer.position, SkyPosition):
        raise BadData(f"key {name}: position is no SkyPosition")
    scale: object = offer.pixel_scale_arcsec
    if scale is not None and not (isinstance(scale, int | float) and isfinite(scale) and scale > 0):
        raise BadData(f"key {name}: pixel_scale_arcsec is {clean(repr(scale), 40)}; want a positive number")
    if offer.observed_at is not None and getattr(offer.observed_at, "tzinfo", None) is None:
        raise BadData(f"key {name}: observed_at is no aware time")


def _bands(bands: object) -> tuple[str, ...]:
    if not isinstance(bands, tuple) or len(bands) > _MOST_BANDS:
        raise BadData(f"bands is {clean(repr(bands), 60)}; want a tuple of at most {_MOST_BANDS} names")
    return tuple(clean(band, 20) for band in bands)
