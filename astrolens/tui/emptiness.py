"""Why a list is empty, and what to do about it."""

from astrolens.api.wire_status import SourceStatus, StatusReply
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.live import Live
from astrolens.tui.pages import CandidatePages


def why_empty(live: Live, pages: CandidatePages, error: str) -> str:
    """One or two sentences for the place where rows would be."""
    if error:
        return f"The list could not be read: {clean(error, 300)}"
    if not pages.loaded:
        return "Reading the list."
    if filtered := pages.query.words():
        return f"No candidate passes the filter {clean(filtered, 120)}. Esc clears it."
    hidden = pages.near_misses
    if hidden and not pages.query.near_misses:
        noun = "near miss" if hidden == 1 else "near misses"
        return f"No anomaly yet. Press m for {words.number(hidden)} {noun}."
    stats = live.stats
    if stats is None:
        return "No daemon has answered yet."
    calibrating = [source for source in stats["sources"] if source["state"] == "calibrating"]
    if calibrating:
        return _calibrating(calibrating[0], stats)
    if not stats["images"]:
        return "No picture has come in yet. View 1 shows what the sources are doing."
    return (
        f"Nothing odd among {words.counted(stats['images'], 'picture')} inside a budget of "
        f"{stats['budget_per_1000']:g} false alarms per 1,000."
    )


def _calibrating(source: SourceStatus, stats: StatusReply) -> str:
    seen, wanted = source["calibration_seen"], source["calibration_wanted"]
    told = (
        f"No candidate yet: {words.number(seen)} of {words.number(wanted)} pictures of "
        f"{clean(source['name'], 40)} seen for calibration"
    )
    rates = [stage["per_hour"] for stage in stats["stages"] if stage["name"] == "measured"]
    rate = rates[0] if rates else None
    if rate:
        told += f", about {words.duration(max(0, wanted - seen) / rate * 3600)} to go"
    return told + "."
