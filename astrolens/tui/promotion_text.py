"""Changes of the encoder in use: those that were made, and the one that a person is asked about."""

from collections.abc import Sequence

from rich.text import Text

from astrolens.api.wire_models import ChoiceRow, ComparisonRow, PromotionRow
from astrolens.domain.promotion import Promotion, PromotionKind, Used, way_back
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.folding import folded
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette
from astrolens.tui.table import Cell, Column, table
from astrolens.tui.version_text import is_proven, numbers_of, outcome_words, short_name

WITHOUT_PROOF = "without proof"
NEWEST_SHOWN = 3
_INDENT = 2
_LONGEST_REASON = 500


def back_to(rows: Sequence[PromotionRow]) -> Used | None:
    """The encoder that a rollback would take up, by the changes newest first; None when there is none."""
    known = [row for row in rows if row["kind"] in list(PromotionKind)]
    way = way_back([_change(row) for row in reversed(known)])
    return way[-2] if len(way) > 1 else None


def _change(row: PromotionRow) -> Promotion:
    return Promotion(
        kind=PromotionKind(row["kind"]), model=row["model"], model_id=row["model_id"], former=row["former"],
        former_id=row["former_id"], configured="", by=row["by"], at=row["at"],
    )  # fmt: skip


# --------------------------------------------------------------------- made ones


def promotion_lines(rows: Sequence[PromotionRow], palette: Palette, glyphs: Glyphs, width: int) -> list[Text]:
    """Each change as a line of a table, and below it what it rested on."""
    if not rows:
        return folded(
            Text("None yet: the encoder in use is the one that analyse.model names.", palette.quiet), width
        )
    columns = (
        Column("when, UTC"),
        Column("", False, 1),
        Column("from", False, 3),
        Column("to"),
        Column("by", False, 2),
    )
    heading, *lines = table(columns, [_cells(row, palette, glyphs) for row in rows], width, palette.quiet)
    told = [heading]
    for row, line in zip(rows, lines, strict=True):
        told += [line, *folded(Text(_rested_on(row), palette.quiet), width, _INDENT)]
    return told


def _cells(row: PromotionRow, palette: Palette, glyphs: Glyphs) -> list[Cell]:
    when = words.moment(row["at"])
    marks: dict[str, tuple[str, str]] = {
        PromotionKind.PROMOTED: (f"{glyphs.ascending} promoted", palette.normal),
        PromotionKind.ROLLED_BACK: (f"{glyphs.descending} rolled back", palette.unsure),
        PromotionKind.CONFIGURED: (f"{glyphs.gear} configured", palette.text),
    }
    former, model = names_apart(row["former"], row["former_id"], row["model"], row["model_id"])
    return [
        (words.UNKNOWN if when is None else f"{when:%Y-%m-%d %H:%M}", palette.text),
        marks.get(row["kind"], (clean(row["kind"], 12), palette.quiet)),
        (former, palette.quiet),
        (model, palette.strong),
        ("" if row["kind"] == PromotionKind.CONFIGURED else clean(row["by"], 20), palette.text),
    ]


def names_apart(former: str, former_id: str, model: str, model_id: str) -> tuple[str, str]:
    """Names of two encoders; their hashes where the names are the same."""
    one, other = short_name(former), short_name(model)
    return (clean(former_id, 32), clean(model_id, 32)) if one == other else (one, other)


def _rested_on(row: PromotionRow) -> str:
    reason = clean(row["reason"], _LONGEST_REASON)
    if row["kind"] != PromotionKind.PROMOTED:
        return reason or (
            "analyse.model was changed" if row["kind"] == PromotionKind.CONFIGURED else "no reason was given"
        )
    comparison = row["comparison"]
    if comparison is None:
        proof = f"{WITHOUT_PROOF} that it is better"
    elif is_proven(comparison):
        proof = numbers_of(comparison)
    else:
        proof = f"{WITHOUT_PROOF}: {outcome_words(comparison)}; {numbers_of(comparison)}"
    return f"{proof}; {reason}" if reason else proof


# --------------------------------------------------------------------- asked ones


def promote_lines(
    choice: ChoiceRow,
    present: ChoiceRow | None,
    comparison: ComparisonRow | None,
    palette: Palette,
    width: int,
) -> list[Text]:
    """What a promotion would do, and on which numbers it rests."""
    lines = [Text("Put another model to use", f"bold {palette.strong}"), Text("")]
    if present is not None:
        former, model = names_apart(
            present["model"], present["model_id"], choice["model"], choice["model_id"]
        )
        lines += [_said("from", former, palette), _said("to", model, palette)]
    else:
        lines.append(_said("to", short_name(choice["model"]), palette))
    lines += [_said("", clean(choice["model_id"], 60), palette), Text("")]
    for said, style in _proof(comparison, palette):
        lines += folded(Text(said, style), width)
    after = (
        "The daemon opens anew with it: this terminal loses it for a moment and attaches again. Every source is "
        "calibrated for it before it is judged by it. u takes the former one up again."
    )
    return [*lines, Text(""), *folded(Text(after, palette.quiet), width)]


def _proof(comparison: ComparisonRow | None, palette: Palette) -> list[tuple[str, str]]:
    if comparison is None:
        return [
            ("There is no proof: it was never compared with the one in use.", f"bold {palette.alarm}"),
            ("Esc leaves; c then compares both on pictures that people judged.", palette.text),
        ]
    rests = f"The comparison of {words.ago(comparison['at'])}: {numbers_of(comparison)}."
    if is_proven(comparison):
        return [("A paired test shows that it is better.", f"bold {palette.normal}"), (rests, palette.text)]
    return [
        (f"There is no proof: {outcome_words(comparison)}.", f"bold {palette.alarm}"),
        (rests, palette.text),
    ]


def roll_back_lines(
    back: Used, present: ChoiceRow | None, since: PromotionRow | None, palette: Palette, width: int
) -> list[Text]:
    """What a rollback would bring back, and in place of what."""
    lines = [Text("Take the former model up again", f"bold {palette.strong}"), Text("")]
    model = short_name(back.model)
    if present is not None:
        former, model = names_apart(present["model"], present["model_id"], back.model, back.model_id)
        lines.append(_said("in use", former, palette))
    if since is not None:
        lines.append(_said("", f"since {words.ago(since['at'])}", palette))
    lines += [_said("comes back", model, palette), _said("", clean(back.model_id, 60), palette), Text("")]
    after = (
        "Its calibrations were kept, as long as they are not too old. The daemon opens anew with it: this terminal "
        "loses it for a moment and attaches again."
    )
    return [*lines, *folded(Text(after, palette.quiet), width)]


def _said(name: str, value: str, palette: Palette) -> Text:
    line = Text(f"{name:<11}", palette.quiet, no_wrap=True)
    return line.append(value, palette.text if not name else palette.strong)
