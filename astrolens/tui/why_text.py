"""The evidence for a verdict in the words of the card."""

from collections.abc import Iterable

from rich.text import Text

from astrolens.api.wire import SimilarRow
from astrolens.api.wire_verdict import OutlierRow, WhyReply
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.facts import NAME_WIDTH, SHAPE_NAMES, Facts


def deciding(why: WhyReply | None) -> frozenset[str] | None:
    """Detectors that the verdict rests on; None while that is not known."""
    if why is None:
        return None
    return frozenset(one["name"] for one in why["detectors"] if one["weight"] > 0) or None


def outliers(facts: Facts, why: WhyReply) -> list[Text]:
    """One line for each shape number that normals seldom have."""
    return [_outlier(facts, one) for one in why["outliers"][:6]]


def _outlier(facts: Facts, one: OutlierRow) -> Text:
    value = facts.measured(one["name"], one["value"])
    line = facts.line(SHAPE_NAMES.get(one["name"], one["name"]), f"{value:<5} ", facts.palette.anomaly)
    line.append(f"usual {words.measure(one['low'])}..{words.measure(one['high'])}", facts.palette.text)
    above = one["value"] > one["high"]
    share = one["percentile"] if above else 100.0 - one["percentile"]
    side = "above" if above else "below"
    told = f", {side} {min(share, 99.9):.1f} %"
    return line.append(told, facts.palette.quiet) if line.cell_len + len(told) <= facts.width else line


def neighbours(facts: Facts, rows: Iterable[SimilarRow]) -> list[Text]:
    """One line for each picture that looks alike: what it is, how much, its number and its name."""
    lines = []
    for row in rows:
        label, decision = row["label"], row["decision"]
        said = clean(label or decision, NAME_WIDTH - 2).replace("_", " ")
        sign = facts.glyphs.labels.get(label, "?") if label else facts.glyphs.decisions.get(decision, " ")
        colour = facts.palette.of_label(label) if label else facts.palette.of_decision(decision)
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(f"{sign} {said:<{NAME_WIDTH - 2}} ", colour)
        line.append(f"{row['similarity']:.3f} {row['id']:>7} ", facts.palette.text)
        lines.append(line.append(f"{clean(row['source'], 16)} {clean(row['key'], 60)}", facts.palette.quiet))
    return lines
