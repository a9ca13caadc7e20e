"""What crosses the socket about transients.

The branch that finds them is not installed in this version: the list is empty and says so. The shapes are here so
that a terminal of this version can show the transients of a daemon of a later one.
"""

from typing import TypedDict


class TransientRow(TypedDict):
    """One line of the list."""

    id: int
    name: str
    source: str
    observed_at: str
    band: str
    snr: float | None
    p_real: float | None
    p_real_error: float | None
    kind: str  # for example supernova, "" when nothing was said
    p_kind: float | None
    ra_deg: float
    dec_deg: float
    label: str | None


class TransientPage(TypedDict):
    """GET /transients."""

    rows: list[TransientRow]
    installed: bool
    reason: str  # why there are none, else ""


class LightPoint(TypedDict):
    """One point of a light curve."""

    mjd: float
    mag: float
    error: float | None
    limit: bool  # nothing was seen: mag is a limit
    band: str


class TransientDetail(TransientRow):
    """GET /transients/{id}."""

    facts: list[list[str]]  # name and value: position error, host, minor planets, flags
    light: list[LightPoint]


class StampsReply(TypedDict):
    """GET /transients/{id}/stamps: three pictures on one grid as PNG in base64; None where there is none."""

    science: str | None
    reference: str | None
    difference: str | None
    captions: list[str]  # one a picture
