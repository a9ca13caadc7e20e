"""One event as a mark and a line of words."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from astrolens.api.wire import EventRow
from astrolens.domain.detection import Decision
from astrolens.domain.event import EventKind
from astrolens.domain.finding import CatalogState
from astrolens.domain.promotion import BY_THE_HOUSE
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette
from astrolens.tui.version_text import short_name

CATALOGUE_WORDS: Mapping[str, str] = {
    CatalogState.KNOWN: "known",
    CatalogState.UNKNOWN: "in no catalogue that answered",
    CatalogState.NOT_ANSWERED: "catalogues did not answer",
    CatalogState.NO_POSITION: "no position to look up",
    CatalogState.NOT_ASKED: "not looked up",
}


_OF_MODELS = frozenset({EventKind.MODEL_COMPARED, EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK})
_REASONED = (
    frozenset(
        {
            EventKind.IMAGE_PARKED,
            EventKind.SOURCE_CHANGED,
            EventKind.CALIBRATED,
            EventKind.DRIFT,
            EventKind.THRESHOLD_MOVED,
            EventKind.REJUDGED,
            EventKind.REMEASURED,
        }
    )
    | _OF_MODELS
)


def event_lines(event: EventRow, palette: Palette, glyphs: Glyphs) -> tuple[Text, Text | None]:
    """The line of an event, and a quiet second one when there is more to say."""
    mark, colour = _mark(event, palette, glyphs)
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{words.clock(event['at']):>6} ", palette.quiet)
    line.append(f"{mark} ", colour)
    if event["kind"] == EventKind.FINDING:
        return _finding(line, event["payload"], palette, glyphs)
    line.append(_what(event), palette.text)
    reason = event["payload"].get("reason") or _of_model(event)
    second = None
    if reason and event["kind"] in _REASONED:
        second = Text(" " * 9 + clean(reason), palette.quiet, no_wrap=True, overflow="ellipsis")
    return line, second


def _finding(
    line: Text, payload: Mapping[str, Any], palette: Palette, glyphs: Glyphs
) -> tuple[Text, Text | None]:
    decision = str(payload.get("decision", Decision.ANOMALY))
    sigma = payload.get("sigma")
    known_sigma = isinstance(sigma, int | float)
    line.append(
        f"{words.sigma(sigma) if known_sigma else words.UNKNOWN}{glyphs.sigma} ",
        f"bold {palette.of_decision(decision)}",
    )
    line.append(f"{clean(payload.get('source', ''), 24)} ", palette.text)
    line.append(clean(payload.get("key", ""), 60), palette.quiet)
    state = clean(payload.get("catalogue", ""), 30)
    said = CATALOGUE_WORDS.get(state, state)
    second = Text(" " * 9 + said, palette.quiet, no_wrap=True, overflow="ellipsis") if said else None
    return line, second


def _mark(event: EventRow, palette: Palette, glyphs: Glyphs) -> tuple[str, str]:
    kind, payload = event["kind"], event["payload"]
    if kind == EventKind.FINDING:
        decision = str(payload.get("decision", Decision.ANOMALY))
        return glyphs.decisions.get(decision, glyphs.anomaly), palette.of_decision(decision)
    if kind == EventKind.SOURCE_CHANGED:
        healthy = payload.get("state") == "ok"
        return (glyphs.running if healthy else glyphs.resting), palette.text
    if kind == EventKind.LABELLED:
        value = str(payload.get("value", ""))
        if payload.get("withdrawn"):
            return glyphs.dot, palette.quiet
        return glyphs.labels.get(value, glyphs.pen), palette.of_label(value)
    marks: dict[str, tuple[str, str]] = {
        EventKind.STARTED: (glyphs.running, palette.text),
        EventKind.RESUMED: (glyphs.running, palette.text),
        EventKind.STOPPING: (glyphs.paused, palette.quiet),
        EventKind.PAUSED: (glyphs.paused, palette.unsure),
        EventKind.CALIBRATED: (glyphs.gear, palette.text),
        EventKind.RELOADED: (glyphs.gear, palette.text),
        EventKind.REJUDGED: (glyphs.gear, palette.text),
        EventKind.REMEASURED: (glyphs.gear, palette.text),
        EventKind.THRESHOLD_MOVED: (glyphs.gear, palette.text),
        EventKind.DRIFT: (glyphs.flag, palette.unsure),
        EventKind.IMAGE_PARKED: (glyphs.alarm, palette.quiet),
        EventKind.NETWORK_CHANGED: (glyphs.half, palette.text),
        EventKind.MODEL_COMPARED: (glyphs.gear, palette.text),
        EventKind.MODEL_PROMOTED: (glyphs.gear, palette.normal),
        EventKind.MODEL_ROLLED_BACK: (glyphs.flag, palette.unsure),
    }
    return marks.get(kind, (glyphs.dot, palette.quiet))


def _what(event: EventRow) -> str:
    payload = event["payload"]
    about = clean(payload.get("source") or payload.get("key") or "", 40)
    if event["kind"] == EventKind.CALIBRATED:
        pictures = payload.get("pictures")
        return f"{about} calibrated" + (f" on {words.number(pictures)}" if isinstance(pictures, int) else "")
    if event["kind"] == EventKind.REJUDGED:
        return f"{about}: {_count(payload, 'new')} new among {_count(payload, 'pictures')} judged again"
    if event["kind"] == EventKind.REMEASURED:
        return f"{_count(payload, 'measured')} pictures measured again by the model in use"
    if event["kind"] == EventKind.DRIFT:
        return f"{about} drifts: {clean(payload.get('direction', 'changed'), 40)}"
    if event["kind"] == EventKind.THRESHOLD_MOVED:
        before, after = payload.get("from_per_1000"), payload.get("to_per_1000")
        known = isinstance(before, int | float) and isinstance(after, int | float)
        return f"threshold {about}" + (f" {before:.3g} to {after:.3g} per 1,000" if known else " moved")
    if event["kind"] == EventKind.SOURCE_CHANGED:
        return f"{about} is {clean(payload.get('state', 'changed'), 20)}"
    if event["kind"] == EventKind.LABELLED:
        who = clean(payload.get("reviewer", ""), 30)
        said = f"{clean(payload.get('value', 'label'), 20)}" + (f" by {who}" if who else "")
        about = f", picture {event['image_id']}" if event["image_id"] else ""
        return f"{'taken back: ' if payload.get('withdrawn') else ''}{said}{about}"
    if event["kind"] in _OF_MODELS:
        return _model(event)
    if event["kind"] == EventKind.IMAGE_PARKED:
        return f"parked {about or event['image_id'] or ''}".strip()
    plain = clean(event["kind"], 40).replace("_", " ")
    return f"{plain} {about}".strip()


def _model(event: EventRow) -> str:
    payload = event["payload"]
    name = short_name(str(payload.get("model") or payload.get("model_id") or "a model"))
    if event["kind"] == EventKind.MODEL_COMPARED:
        outcomes = {"better": "better", "not_better": "not better", "too_few": "too few labels"}
        outcome = outcomes.get(str(payload.get("outcome", "")), "")
        return f"{name} compared with the model in use" + (f": {outcome}" if outcome else "")
    if payload.get("by") == BY_THE_HOUSE:
        return f"{name} is in use again: the daemon could not open with the other model"
    done = "put to use" if event["kind"] == EventKind.MODEL_PROMOTED else "taken up again"
    who = clean(payload.get("by", ""), 30)
    return f"{name} {done}" + (f" by {who}" if who else "")


def _of_model(event: EventRow) -> object:
    """The outcome of a comparison, or what a promotion rests on."""
    return event["payload"].get("words") if event["kind"] in _OF_MODELS else None


def _count(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    return words.number(value) if isinstance(value, int) else words.UNKNOWN
