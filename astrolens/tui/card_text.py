"""The words of the card: everything known of one picture, in the order in which a person asks."""

from textwrap import wrap

from rich.text import Text

from astrolens.api.wire import CandidateRow, ImageDetail, LabelRow
from astrolens.api.wire_verdict import WhyReply
from astrolens.domain.description import NOTICE
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.facts import Facts
from astrolens.tui.folding import folded
from astrolens.tui.live import Live
from astrolens.tui.marks import Mark, MarkState
from astrolens.tui.why_text import deciding, neighbours, outliers


def card_title(row: CandidateRow, mark: Mark | None, live: Live, interest: int | None) -> Text:
    """One line: verdict, where it came from, and what you said."""
    facts = Facts(live.palette, live.glyphs, 80)
    text = facts.verdict(row)
    text.append(f"   {clean(row['source'], 24)} ", live.palette.text)
    text.append(clean(row["key"], 80), live.palette.quiet)
    if mark is not None:
        text.append(f"   {live.other(mark) or 'you'}: ", live.palette.quiet)
        if mark.state is MarkState.REFUSED:
            text.append(f"{live.glyphs.alarm} not saved", f"bold {live.palette.alarm}")
        elif mark.value is not None:
            sign = live.glyphs.labels.get(mark.value, "?")
            said = f"{sign} {clean(mark.value, 12)}" + ("" if mark.interest is None else f" {mark.interest}")
            text.append(said, live.palette.of_label(mark.value))
            text.append(" (on its way)" if mark.state is MarkState.PENDING else "", live.palette.quiet)
    if interest is not None:
        text.append(f"   interest {interest}, now a n x d", live.palette.unsure)
    return text


def card_lines(
    row: CandidateRow,
    detail: ImageDetail | None,
    live: Live,
    width: int,
    reason: str,
    why: WhyReply | None = None,
) -> list[Text]:
    """All blocks, each below a quiet heading."""
    facts = Facts(live.palette, live.glyphs, width)
    lines = _verdict(facts, row, detail)
    if detail is None:
        waiting = clean(reason, 300) if reason else f"reading the rest {live.glyphs.waits}"
        return [*lines, Text(""), facts.heading(waiting)]
    for title, block in (
        ("why: share of normals less odd", facts.scores(detail, deciding=deciding(why))),
        ("odd shape", [] if why is None else outliers(facts, why)),
        ("nearest normals", [] if why is None else neighbours(facts, why["normals"])),
        ("nearest labelled", [] if why is None else neighbours(facts, why["labelled"])),
        ("catalogues", facts.answers(detail["answers"]) or [facts.catalogue(row)]),
        ("shape", _shape(facts, detail)),
        (NOTICE, _words(facts, detail)),
        ("classes", facts.shares(detail["classes"])),
        ("heads, log-odds", _heads(facts, detail)),
        ("labels", [_label(facts, label) for label in reversed(detail["labels"])]),
        ("raw scores", _raw(facts, detail)),
        ("picture", _picture(facts, detail)),
    ):
        if block:
            lines += [Text(""), facts.heading(title), *block]
    return lines


def _verdict(facts: Facts, row: CandidateRow, detail: ImageDetail | None) -> list[Text]:
    lines: list[Text] = []
    if row["extrapolated"]:
        lines.append(facts.heading("* beyond the calibration sample"))
    if detail is not None:
        if (budget := detail["budget_per_1000"]) is not None:
            lines += facts.lines("budget", f"{budget:g} false alarms per 1,000")
        lines += facts.lines("votes", f"{detail['votes']} of 3 alone would flag it")
        if detail["held_by"]:
            rule = clean(detail["held_by"], 30).replace("_", " ")
            lines += facts.lines("held back", f"by {rule}; it is inside the budget", facts.palette.unsure)
        if detail["former_model"]:
            lines += facts.lines("former model", "it will be measured again", facts.palette.unsure)
        if detail["in_calibration"]:
            of_sample = facts.heading("part of its own calibration sample; its p leaves it out")
            lines += folded(of_sample, facts.width)
        if truth := detail.get("truth"):
            lines.append(facts.line("planted", clean(truth, 60)))
    return lines


def _shape(facts: Facts, detail: ImageDetail) -> list[Text]:
    lines = facts.shape(detail)
    if detail["morphology_flags"]:
        flags = ", ".join(clean(flag, 40).replace("_", " ") for flag in detail["morphology_flags"][:8])
        lines.append(facts.line("careful", flags, facts.palette.unsure))
    return lines


def _words(facts: Facts, detail: ImageDetail) -> list[Text]:
    description = detail.get("description")
    if description is None:
        return []
    model = f"{clean(description['model'], 60)}, {words.ago(description['made_at'])}"
    if not description["described"]:
        return [facts.line("nothing", clean(description["reason"], 300)), facts.line("model", model)]
    told = wrap(clean(description["words"], 600), facts.width)
    sure = "" if description["confidence"] is None else f", says {description['confidence']:.2f}"
    return [
        *(Text(line, facts.palette.text) for line in told),
        *(
            facts.line("sees" if first else "", clean(one, 60))
            for first, one in _counted(description["features"])
        ),
        facts.line("takes it for", clean(description["suggested"] or words.UNKNOWN, 40) + sure),
        facts.line("model", model),
    ]


def _counted(features: list[str]) -> list[tuple[bool, str]]:
    return [(number == 0, feature) for number, feature in enumerate(features[:8])]


def _heads(facts: Facts, detail: ImageDetail) -> list[Text]:
    return [facts.line(name, words.measure(value)) for name, value in detail["heads"].items()]


def _raw(facts: Facts, detail: ImageDetail) -> list[Text]:
    lines = []
    for name, score in detail["scores"].items():
        chance = detail["p_values"].get(name)
        lines.append(facts.line(name, f"{words.measure(score, 4):>10}   p {words.p_value(chance)}"))
    return lines


def _label(facts: Facts, label: LabelRow) -> Text:
    value = clean(label["value"], 12)
    said = f"{facts.glyphs.labels.get(value, '?')} {value}"
    if label["interest"] is not None:
        said += f" {label['interest']}"
    said += f"  {words.ago(label['made_at'])}"
    if label["note"]:
        said += f"  {clean(label['note'], 120)}"
    if label["withdrawn"]:
        return facts.line(label["reviewer"], f"{said}  taken back", facts.palette.faint)
    return facts.line(label["reviewer"], said, facts.palette.of_label(value))


def _picture(facts: Facts, detail: ImageDetail) -> list[Text]:
    place = facts.where(detail)
    rows: list[tuple[str, str | None]] = [
        ("number", str(detail["id"])),
        (
            "state",
            clean(detail["state"], 20) + (f": {clean(detail['reason'], 160)}" if detail["reason"] else ""),
        ),
        ("found", words.ago(detail["found_at"])),
        ("observed", words.ago(detail["observed_at"]) if detail["observed_at"] else None),
        ("file", _file(detail)),
        ("careful", ", ".join(clean(flag, 40) for flag in detail["flags"][:8]) or None),
        ("copy of", _number(detail["duplicate_of"])),
        ("looks like", _number(detail["near_duplicate_of"])),
        ("from", clean(detail["url"], 300)),
        ("licence", clean(detail["licence"], 120) or None),
        ("credit", clean(detail["credit"], 200) or None),
        ("sha256", clean(detail["sha256"] or "", 64) or None),
        ("model", clean(detail["model_id"] or "", 64) or None),
        ("calibration", clean(detail["state_id"] or "", 64) or None),
    ]
    return [*place, *(facts.line(name, value) for name, value in rows if value)]


def _file(detail: ImageDetail) -> str | None:
    if detail["size_bytes"] is None:
        return None
    return f"{clean(detail['media_type'] or 'unknown type', 40)}, {words.size(detail['size_bytes'])}"


def _number(image_id: int | None) -> str | None:
    return None if image_id is None else f"picture {image_id}"
