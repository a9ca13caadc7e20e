"""The encoders that could be put to use here, as rows, and what is known of one of them."""

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text

from astrolens.api.wire_models import ChoiceRow, ComparisonRow, ModelsReply, PromotionRow
from astrolens.domain.promotion import FEWEST_NORMALS, FEWEST_ODD, ChoiceKind, Outcome, PromotionKind
from astrolens.domain.text import clean
from astrolens.tui import words
from astrolens.tui.folding import folded
from astrolens.tui.glyphs import Glyphs
from astrolens.tui.palette import Palette
from astrolens.tui.table import Cell, Column

_LONGEST_NAME = 32
_PATHS = ("/", "~", "./", "../")


def short_name(model: str) -> str:
    """The last part of a folder's path; other names as they are."""
    said = clean(model, 300)
    if said.startswith(_PATHS):
        said = said.rstrip("/").rsplit("/", 1)[-1] or said
    return clean(said, _LONGEST_NAME)


def whole_reply(reply: ModelsReply) -> ModelsReply:
    """An answer in which nothing is missing: an older daemon or recording knows nothing of versions."""
    return ModelsReply(
        in_use=reply["in_use"], device=reply["device"], facts=reply["facts"],
        weights_sha256=reply["weights_sha256"], models=reply["models"], calibrations=reply["calibrations"],
        alarms=reply["alarms"], drift=reply["drift"], nights=reply["nights"], choices=reply.get("choices", []),
        promotions=reply.get("promotions", []), comparisons=reply.get("comparisons", []),
        comparing=reply.get("comparing", ""),
    )  # fmt: skip


def in_use_of(reply: ModelsReply) -> ChoiceRow | None:
    """The row of the encoder in use."""
    return next((row for row in reply["choices"] if row["in_use"]), None)


def comparison_of(reply: ModelsReply, choice: ChoiceRow) -> ComparisonRow | None:
    """Its newest comparison with the encoder in use."""
    present = in_use_of(reply)
    against = reply["in_use"] if present is None else present["model_id"]
    return next(
        (
            row
            for row in reply["comparisons"]
            if row["model_id"] == choice["model_id"] and row["former_id"] == against
        ),
        None,
    )


def is_proven(comparison: ComparisonRow | None) -> bool:
    """Whether a paired test says that it is better."""
    return comparison is not None and comparison["outcome"] == Outcome.BETTER


# -------------------------------------------------------------------------- rows


def version_columns(cells: Sequence[Sequence[Cell]]) -> tuple[Column, ...]:
    """What goes first where it is narrow: the hash, the kind, the one in use; what nobody has needs no title."""
    columns = (
        Column("version"), Column(""), Column("", False, 4), Column("AUROC", True, 3), Column("in use has", True, 5),
        Column("difference, 95 %", False, 2), Column("outcome", False, 1), Column("kind", False, 6),
        Column("id", False, 7),
    )  # fmt: skip
    return tuple(
        column if any(row[place][0] for row in cells) else replace(column, title="")
        for place, column in enumerate(columns)
    )


def version_row(choice: ChoiceRow, reply: ModelsReply, palette: Palette, glyphs: Glyphs) -> list[Cell]:
    """One encoder with its newest comparison."""
    comparison = comparison_of(reply, choice)
    compared = comparison is not None and comparison["auroc"] is not None
    busy = bool(reply["comparing"]) and reply["comparing"] == choice["model"]
    return [
        (short_name(choice["model"]), palette.strong if choice["in_use"] else palette.text),
        (f"{glyphs.running} in use" if choice["in_use"] else "", palette.normal),
        ("configured" if choice["configured"] else "", palette.text),
        (_share(comparison["auroc"]) if compared and comparison else "", palette.text),
        (_share(comparison["former_auroc"]) if compared and comparison else "", palette.quiet),
        (_difference(comparison) if comparison else "", palette.text),
        (f"{glyphs.half} comparing", palette.unsure)
        if busy
        else _outcome(choice, comparison, palette, glyphs),
        (clean(choice["kind"], 12), palette.quiet),
        (clean(choice["model_id"], 40), palette.quiet),
    ]


def _outcome(
    choice: ChoiceRow, comparison: ComparisonRow | None, palette: Palette, glyphs: Glyphs
) -> tuple[str, str]:
    if choice["in_use"]:
        return "", palette.quiet
    if comparison is None:
        return f"{glyphs.dot} not compared", palette.quiet
    said: dict[str, tuple[str, str]] = {
        Outcome.BETTER: (f"{glyphs.ascending} better", palette.normal),
        Outcome.NOT_BETTER: ("= not better", palette.text),
        Outcome.TOO_FEW: ("? too few labels", palette.unsure),
    }
    return said.get(comparison["outcome"], (words.UNKNOWN, palette.quiet))


def _share(value: float | None) -> str:
    return words.UNKNOWN if value is None else f"{value:.3f}"


def _difference(comparison: ComparisonRow) -> str:
    auroc, former = comparison["auroc"], comparison["former_auroc"]
    low, high = comparison["low"], comparison["high"]
    if auroc is None or former is None:
        return ""
    said = f"{auroc - former:+.3f}"
    return said if low is None or high is None else f"{said} ({low:+.3f} to {high:+.3f})"


# ------------------------------------------------------------------------- words


def numbers_of(comparison: ComparisonRow) -> str:
    """What was measured, on how many pictures."""
    pictures = (
        f"{words.number(comparison['odd'])} odd and {words.number(comparison['normals'])} normal pictures"
    )
    if comparison["auroc"] is None:
        return f"people judged {pictures} that it could be compared on; {FEWEST_ODD} and {FEWEST_NORMALS} are needed"
    low, high = comparison["low"], comparison["high"]
    between = "" if low is None or high is None else f", 95 % {low:+.3f} to {high:+.3f}"
    difference = _difference(comparison).split(" ")[0] or words.UNKNOWN
    return (
        f"AUROC {_share(comparison['auroc'])} against {_share(comparison['former_auroc'])} of the one in use: "
        f"{difference}{between}, on {pictures}"
    )


def outcome_words(comparison: ComparisonRow) -> str:
    """The outcome in plain words."""
    said: dict[str, str] = {
        Outcome.BETTER: "better",
        Outcome.NOT_BETTER: "not shown to be better",
        Outcome.TOO_FEW: "too few labels to say",
    }
    return said.get(comparison["outcome"], words.UNKNOWN)


def version_detail(
    choice: ChoiceRow, reply: ModelsReply, since: PromotionRow | None, palette: Palette, width: int
) -> list[Text]:
    """Everything about the encoder under the cursor: its name in full, why it is in use, its comparison."""
    name = Text(f"{clean(choice['model'], 300)}  {clean(choice['model_id'], 60)}", palette.quiet)
    measured = next((row["pictures"] for row in reply["models"] if row["model_id"] == choice["model_id"]), 0)
    kinds: dict[str, str] = {
        ChoiceKind.SHIPPED: "comes with AstroLens",
        ChoiceKind.TRAINED: "a folder on this machine",
        ChoiceKind.FORMER: "in use before",
    }
    said = [kinds.get(choice["kind"], clean(choice["kind"], 20))]
    if measured:
        said.append(f"measured {words.counted(measured, 'picture')}")
    if choice["configured"]:
        said.append("analyse.model names it")
    lines = folded(name, width)
    if choice["in_use"]:
        said.append(_why_in_use(since))
        return [*lines, *folded(Text(", ".join(said), palette.text), width)]
    lines += folded(Text(", ".join(said), palette.text), width)
    comparison = comparison_of(reply, choice)
    if comparison is None:
        told = "Not compared with the one in use: c compares both on pictures that people judged; P asks for its use."
        return [*lines, *folded(Text(told, palette.text), width)]
    outcome = outcome_words(comparison)
    told = f"{outcome[:1].upper()}{outcome[1:]}: {numbers_of(comparison)}. Compared {words.ago(comparison['at'])}."
    return [*lines, *folded(Text(told, palette.text), width)]


def _why_in_use(since: PromotionRow | None) -> str:
    if since is None:
        return "in use as configured"
    done: dict[str, str] = {
        PromotionKind.PROMOTED: "promoted",
        PromotionKind.ROLLED_BACK: "taken up again",
        PromotionKind.CONFIGURED: "configured",
    }
    how = done.get(since["kind"], "put to use")
    return f"{how} {words.ago(since['at'])} by {clean(since['by'], 30)}"


def newest_of(rows: Sequence[PromotionRow], choice: ChoiceRow | None) -> PromotionRow | None:
    """The change that brought the encoder in use."""
    if choice is None or not rows or rows[0]["model_id"] != choice["model_id"]:
        return None
    return rows[0]
