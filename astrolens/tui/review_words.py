"""The words of the review: the line above the picture, what people say, and what a step did."""

from textwrap import wrap

from rich.text import Text

from astrolens.api.wire import CandidateRow, ImageDetail, LabelRow
from astrolens.api.wire_review import OpinionsReply, QueueOrder, QueueReply, StepReply
from astrolens.api.wire_verdict import WhyReply
from astrolens.domain.review import AskedBecause, LabelValue
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.facts import Facts
from astrolens.tui.live import Live
from astrolens.tui.marks import Mark, MarkState
from astrolens.tui.why_text import deciding, outliers

_REASONS = {
    AskedBecause.INTERESTING: "because it is odd",
    AskedBecause.AUDIT: "by chance, to measure what is missed",
    AskedBecause.DISPUTED: "because people do not agree",
    AskedBecause.CALIBRATION: "as one of its calibration's oddest",
    AskedBecause.CHOSEN: "because you came back to it",
}


def order_words(order: QueueOrder, audit_every: int) -> str:
    """Which queue this is."""
    if order is QueueOrder.AUDIT:
        return "drawn by chance only"
    if order is QueueOrder.DISPUTED:
        return "where people do not agree"
    if order is QueueOrder.CALIBRATION:
        return "the oddest of calibration samples"
    share = f", 1 in {audit_every} by chance" if audit_every and order is QueueOrder.MIXED else ""
    return f"interesting first{share}"


def head_parts(live: Live, reply: QueueReply | None, order: QueueOrder) -> list[tuple[int, Text]]:
    """Parts of the line above the picture, each with how soon it may go when the line is short."""
    palette = live.palette
    if reply is None:
        return [(0, Text("reading the queue", palette.quiet))]
    queue = Text("queue: ", palette.quiet).append(order_words(order, reply["audit_every"]), palette.text)
    counts = Text(f"{words.number(reply['today'])} today", palette.text)
    counts.append(f", {words.number(reply['waiting'])} wait", palette.quiet)
    mine = Text(f"{clean(reply['reviewer'], 24)}: ", palette.quiet)
    mine.append(f"{words.number(reply['labels'])} label{'' if reply['labels'] == 1 else 's'}", palette.text)
    mine.append(f", {words.number(reply['undo'])} can be undone", palette.quiet)
    parts = [(2, queue), (1, counts), (3, mine)]
    if live.marks.pending:
        parts.append((0, Text(f"{live.glyphs.waits} {live.marks.pending} on the way", palette.unsure)))
    return parts


def odds(row: CandidateRow) -> str:
    """How rare that is, in pictures."""
    chance = row["p_value"]
    if chance is None:
        return "not judged by the detectors yet"
    thousand = round(chance * 1000)
    many = "fewer than 1" if chance * 1000 < 1 else f"about {thousand:,}"
    return f"{many} in 1,000 normals {'look' if thousand > 1 else 'looks'} odder"


def own_line(live: Live, mark: Mark | None, interest: int | None, reason: str) -> list[Text]:
    """What this person said, and whether it is on the disk."""
    palette = live.palette
    if interest is not None:
        return [Text(f"interest {interest}: now say what it is, a n x or d", palette.unsure)]
    if mark is None:
        return []
    if mark.state is MarkState.REFUSED:
        return [Text(f"{live.glyphs.alarm} not saved: {clean(reason, 300)}", f"bold {palette.alarm}")]
    if mark.value is None:
        return []
    degree = "" if mark.interest is None else f" {mark.interest}"
    sign = live.glyphs.labels.get(mark.value, "?")
    line = Text("you say  ", palette.quiet).append(
        f"{sign} {clean(mark.value, 12)}{degree}", palette.of_label(mark.value)
    )
    pending = mark.state is MarkState.PENDING
    return [line.append(f"  {live.glyphs.waits} on its way" if pending else "  saved", palette.quiet)]


def people(facts: Facts, said: OpinionsReply) -> list[Text]:
    """The word of each person, whether they agree, tags and notes."""
    lines: list[Text] = []
    if said["disputed"]:
        counts = ", ".join(
            f"{count} {clean(value, 12)}"
            for value, count in said["counts"].items()
            if value in set(LabelValue)
        )
        lines.append(Text(f"people do not agree: {counts}", f"bold {facts.palette.unsure}"))
    lines += [_opinion(facts, label) for label in said["opinions"][-6:]]
    tags = [clean(one["words"], 40) for one in said["remarks"] if one["kind"] == "tag"]
    if tags:
        lines.append(facts.line("tags", "  ".join(tags[:12])))
    for one in [one for one in said["remarks"] if one["kind"] == "note"][-3:]:
        lines.append(facts.line(f"{clean(one['reviewer'], 12)} notes", clean(one["words"], 300)))
    return lines


def _opinion(facts: Facts, label: LabelRow) -> Text:
    value = clean(label["value"], 12)
    degree = "" if label["interest"] is None else f" {label['interest']}"
    sign = facts.glyphs.labels.get(value, "?")
    line = facts.line(clean(label["reviewer"], 13), f"{sign} {value}{degree}", facts.palette.of_label(value))
    return line.append(f"  {words.ago(label['made_at'])}", facts.palette.quiet)


def review_lines(
    facts: Facts,
    row: CandidateRow,
    because: AskedBecause,
    own: list[Text],
    detail: ImageDetail | None,
    why: WhyReply | None,
    said: OpinionsReply | None,
) -> list[Text]:
    """Everything beside the picture, the most important first: a short column is cut at its end."""
    lines = [facts.verdict(row), facts.heading(odds(row))]
    lines.append(facts.heading(f"asked {_REASONS[because]}"))
    lines += own
    if said is not None and (told := people(facts, said)):
        lines += [Text(""), *told]
    if detail is None:
        return lines
    lines += [Text(""), facts.heading("why: share of normals less odd")]
    lines += facts.scores(detail, most=5, deciding=deciding(why))
    if why is not None and (odd := outliers(facts, why)[:3]):
        lines += [Text(""), facts.heading("odd shape"), *odd]
    lines += [
        Text(""),
        facts.heading("catalogues"),
        *(facts.answers(detail["answers"]) or [facts.catalogue(row)]),
    ]
    lines += _annotation(facts, detail)
    if flags := detail["flags"]:
        lines += [Text(""), facts.line("careful", ", ".join(clean(flag, 40) for flag in flags[:6]))]
    return [*lines, Text(""), *facts.where(detail)]


def _annotation(facts: Facts, detail: ImageDetail) -> list[Text]:
    description = detail.get("description")
    if description is None or not description["described"]:
        return []
    told = wrap(f'"{clean(description["words"], 400)}"', facts.width)[:4]
    heading = facts.heading(f"{clean(description['model'], 30)} writes (AI, unverified)")
    return [Text(""), heading, *(Text(line, facts.palette.text) for line in told)]


def label_words(done: str, label: LabelRow, of: int) -> str:
    """What became of a label, and of how many pictures in one step."""
    degree = label["interest"] if done == "saved" else None
    said = f"{done}: {label['value']}" + ("" if degree is None else f", interest {degree}")
    return said + (f" ({of} pictures)" if of > 1 else "")


def step_words(step: StepReply, *, redone: bool) -> str:
    """What an undo or a redo did."""
    if not step["done"]:
        return "nothing to redo" if redone else "nothing to undo"
    said = [label["value"] for label in step["labels"][:1]] + [
        f"{one['kind']} {one['words']}" for one in step["remarks"][:1]
    ]
    many = len(step["labels"]) + len(step["remarks"])
    count = f" ({many} pictures)" if many > 1 else ""
    return f"{'again' if redone else 'taken back'}: {said[0] if said else 'a step'}{count}"
