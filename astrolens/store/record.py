"""The row of an image as a record, and the facts that measuring adds to it."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from astrolens.domain.detection import Decision
from astrolens.domain.finding import CatalogState
from astrolens.domain.image import ImageState, MediaType, Offer, QualityFlag
from astrolens.domain.sky import SkyPosition

_SIGN_BIT = 1 << 63
_WORD = 1 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFacts:
    """What decoding and measuring found out about the file itself.

    Attributes
    ----------
    width, height : int
        Pixels.
    bands : tuple of str
        Names of the planes; kept where the source named none.
    media_type : MediaType
        What the first bytes said.
    flags : QualityFlag
        What to be careful about.
    position : SkyPosition or None
        From the file's WCS; None keeps what the source said.
    pixel_scale_arcsec : float or None
        None keeps what the source said.
    phash : int
        64-bit perceptual hash, unsigned.
    near_duplicate_of : int or None
        An earlier picture that looks the same; None lets the store look it up in the same transaction.
    """

    width: int
    height: int
    media_type: MediaType
    phash: int
    bands: tuple[str, ...] = ()
    flags: QualityFlag = QualityFlag.NONE
    position: SkyPosition | None = None
    pixel_scale_arcsec: float | None = None
    near_duplicate_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """One image as stored.

    Attributes
    ----------
    image_id : int
        Its number.
    offer : Offer
        What the source said, with position and pixel scale of the file once they are measured.
    state : ImageState
        Where it is on its journey.
    offered_at, changed_at : str
        ISO 8601 UTC.
    due_at : str or None
        Not to be worked on before this; None at the end of the journey.
    attempts : int
        Times that something outside did not answer in this state.
    suspect : bool
        True when it was in flight as the process died; it should then be worked on alone.
    crashes : int
        Times that the process died while this image alone was in flight in this state.
    in_flight : bool
        True when claimed.
    reason : str
        Why it waits or is parked.
    sha256 : str or None
        None before it is fetched.
    size_bytes : int or None
        Length of the original.
    has_blob : bool
        True while the original is kept.
    etag, last_modified : str or None
        What the server said.
    duplicate_of, near_duplicate_of : int or None
        An earlier image with the same bytes, or that looks the same.
    media_type : MediaType or None
        None before it is measured.
    width, height : int or None
        Pixels.
    flags : QualityFlag
        What to be careful about.
    phash : int or None
        64-bit perceptual hash, unsigned.
    decision : Decision or None
        None before the verdict.
    sigma, p_value : float or None
        None before the verdict.
    catalogue : CatalogState
        What the catalogues say together.
    label : str or None
        Newest label that was not withdrawn.
    """

    image_id: int
    offer: Offer
    state: ImageState
    offered_at: str
    changed_at: str
    due_at: str | None
    attempts: int
    suspect: bool
    crashes: int
    in_flight: bool
    reason: str
    sha256: str | None
    size_bytes: int | None
    has_blob: bool
    etag: str | None
    last_modified: str | None
    duplicate_of: int | None
    near_duplicate_of: int | None
    media_type: MediaType | None
    width: int | None
    height: int | None
    flags: QualityFlag
    phash: int | None
    decision: Decision | None
    sigma: float | None
    p_value: float | None
    catalogue: CatalogState
    label: str | None

    @property
    def source(self) -> str:
        """Name of its source.

        Returns
        -------
        str
            As in the offer.
        """
        return self.offer.source

    @property
    def key(self) -> str:
        """What its source calls it.

        Returns
        -------
        str
            As in the offer.
        """
        return self.offer.key

    @property
    def position(self) -> SkyPosition | None:
        """Where it is on the sky.

        Returns
        -------
        SkyPosition or None
            From the file when it says so, else from the source.
        """
        return self.offer.position


def record_of(row: sqlite3.Row) -> ImageRecord:
    """Turn a full row of ``images`` into a record.

    Parameters
    ----------
    row : sqlite3.Row
        All columns.

    Returns
    -------
    ImageRecord
        The same, typed.
    """
    return ImageRecord(
        image_id=row["id"],
        offer=_offer_of(row),
        state=ImageState(row["state"]),
        offered_at=row["offered_at"],
        changed_at=row["changed_at"],
        due_at=row["due_at"],
        attempts=row["attempts"],
        suspect=bool(row["suspect"]),
        crashes=row["crashes"],
        in_flight=bool(row["in_flight"]),
        reason=row["reason"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        has_blob=bool(row["has_blob"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        duplicate_of=row["duplicate_of"],
        near_duplicate_of=row["near_duplicate_of"],
        media_type=MediaType(row["media_type"]) if row["media_type"] else None,
        width=row["width"],
        height=row["height"],
        flags=QualityFlag(row["flags"]),
        phash=None if row["phash"] is None else unsigned(row["phash"]),
        decision=Decision(row["decision"]) if row["decision"] else None,
        sigma=row["sigma"],
        p_value=None if row["oddness"] is None else -row["oddness"],
        catalogue=CatalogState(row["catalogue"]),
        label=row["label"],
    )


def _offer_of(row: sqlite3.Row) -> Offer:
    observed = row["observed_at"]
    return Offer(
        source=row["source"],
        key=row["key"],
        url=row["url"],
        position=position_of(row),
        pixel_scale_arcsec=row["pixel_scale_arcsec"],
        observed_at=datetime.fromisoformat(observed) if observed else None,
        bands=tuple(json.loads(row["bands"])),
        licence=row["licence"],
        credit=row["credit"],
        truth=row["truth"],
    )


def position_of(row: sqlite3.Row) -> SkyPosition | None:
    """Position in a row of ``images``.

    Parameters
    ----------
    row : sqlite3.Row
        Holds ``ra_deg``, ``dec_deg`` and ``error_arcsec``.

    Returns
    -------
    SkyPosition or None
        None when unknown.
    """
    if row["ra_deg"] is None:
        return None
    return SkyPosition(ra_deg=row["ra_deg"], dec_deg=row["dec_deg"], error_arcsec=row["error_arcsec"] or 0.0)


def signed(word: int) -> int:
    """Write an unsigned 64-bit word as SQLite's signed integer.

    Parameters
    ----------
    word : int
        In [0, 2**64).

    Returns
    -------
    int
        In [-2**63, 2**63).

    Raises
    ------
    ValueError
        If it does not fit.
    """
    if not 0 <= word < _WORD:
        raise ValueError(f"phash is {word}; it must be an unsigned 64-bit number")
    return word - _WORD if word >= _SIGN_BIT else word


def unsigned(stored: int) -> int:
    """Read an unsigned 64-bit word back; the inverse of `signed`.

    Parameters
    ----------
    stored : int
        In [-2**63, 2**63).

    Returns
    -------
    int
        In [0, 2**64).
    """
    return stored % _WORD
