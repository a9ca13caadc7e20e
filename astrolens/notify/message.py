"""The words of a notification: bounded, one meaning on every desktop, nothing that a desktop would obey."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from astrolens.domain.finding import CatalogOutcome, CatalogState, Finding
from astrolens.domain.text import clean

MOST_TITLE = 100
MOST_BODY = 300

_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "&": "＆"})
_STATES = {
    CatalogState.UNKNOWN: "in no catalogue that was asked",
    CatalogState.NOT_ANSWERED: "catalogues did not answer",
    CatalogState.NO_POSITION: "no position",
    CatalogState.NOT_ASKED: "catalogues not asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a person is told.

    Attributes
    ----------
    title : str
        At most 100 characters, no control characters, no leading dash, no markup.
    body : str
        At most 300 characters, no control characters, no leading dash; may hold markup to be escaped.
    """

    title: str
    body: str


def message_of(finding: Finding) -> Message:
    """Words for one finding.

    Parameters
    ----------
    finding : Finding
        What was found.

    Returns
    -------
    Message
        Its sigma, where it came from, what the catalogues say.
    """
    verdict = finding.verdict
    chance = f"p = {verdict.p_value:.1e}{' (extrapolated)' if verdict.extrapolated else ''}"
    words = [f"Image {finding.image_id}, key {clean(finding.key, 60)}", _said(finding), chance]
    if finding.position is not None:
        words.insert(1, f"RA {finding.position.ra_deg:.5f} Dec {finding.position.dec_deg:+.5f}")
    return _safe(f"{verdict.sigma:.1f} sigma in {finding.source}", "; ".join(words))


def digest_of(findings: Sequence[Finding]) -> Message:
    """Words for several findings at once.

    Parameters
    ----------
    findings : sequence of Finding
        What was held back, at least one.

    Returns
    -------
    Message
        How many, and the oddest of them.

    Raises
    ------
    ValueError
        When there is none.
    """
    if not findings:
        raise ValueError("a digest needs at least one finding")
    if len(findings) == 1:
        return message_of(findings[0])
    oddest = sorted(findings, key=lambda finding: -finding.verdict.sigma)
    unknown = sum(finding.catalogue is CatalogState.UNKNOWN for finding in findings)
    listed = ", ".join(
        f"{finding.image_id} ({finding.verdict.sigma:.1f} sigma, {finding.source})" for finding in oddest[:4]
    )
    return _safe(f"{len(findings)} findings", f"{unknown} in no catalogue that was asked; oddest: {listed}")


def as_markup(text: str) -> str:
    """The same words for a desktop that reads markup.

    Parameters
    ----------
    text : str
        Plain words.

    Returns
    -------
    str
        Words in which nothing is markup any more.
    """
    return escape(text, quote=True)


def plain(text: str, limit: int) -> str:
    """One line without control characters, leading dashes or blanks.

    Parameters
    ----------
    text : str
        Anything.
    limit : int
        Most characters.

    Returns
    -------
    str
        At most ``limit`` characters; "(empty)" when nothing is left.
    """
    return clean(clean(text, 4 * limit).lstrip("-‐‑‒–—− \N{REPLACEMENT CHARACTER}"), limit) or "(empty)"


def plain_title(text: str) -> str:
    """Words for a title, which some desktops read as markup and others do not.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        At most 100 characters; ``<``, ``>`` and ``&`` become characters that only look like them.
    """
    return plain(text.translate(_LOOKALIKES), MOST_TITLE)


def _safe(title: str, body: str) -> Message:
    return Message(title=plain_title(title), body=plain(body, MOST_BODY))


def _said(finding: Finding) -> str:
    for answer in finding.answers:
        if answer.outcome is CatalogOutcome.MATCH and answer.matches:
            best = answer.matches[0]
            return f"{best.name} ({best.object_type}) at {best.separation_arcsec:.1f} arcsec in {answer.catalogue}"
    return _STATES.get(finding.catalogue, "known")
