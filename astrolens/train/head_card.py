"""What a card says of heads that were fitted to labels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from astrolens.config.head_recipe import HeadsRecipe
from astrolens.domain.text import clean
from astrolens.train.material import HeadJob
from astrolens.train.measure import Measurement

CARD = "README.md"
_TITLE = "## Heads fitted to labels"
_LIMITS = """\
An interval is a bootstrap over the pictures. The pictures that were looked at for labels were not drawn by chance, and an object that two sets show
may have been on both sides of a fold, so these numbers say less than a test on other objects: `astrolens bench`, docs/benchmarks.md. That int8 finds as
much as float32 has to be measured anew with these heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsOutcome:
    """What a call came to.

    Attributes
    ----------
    model_id : str
        Name of the encoder with the new heads.
    former_id : str
        Name of the one that it was copied from.
    pictures : int
        Allowed pictures that were embedded.
    left_out : dict of str to int
        Pictures that were not taken, by reason.
    labels_left_out : dict of str to int
        Labels that were not used, by reason.
    fitted_on : dict of str to dict
        By head: how many pictures of each label, group or class.
    measured : tuple of Measurement
        By cross-validation.
    """

    model_id: str
    former_id: str
    pictures: int
    left_out: dict[str, int]
    labels_left_out: dict[str, int]
    fitted_on: dict[str, dict[str, int]]
    measured: tuple[Measurement, ...]


def with_section(card: str, recipe: HeadsRecipe, job: HeadJob, outcome: HeadsOutcome) -> str:
    """Put the section into a card, in place of an earlier one.

    Parameters
    ----------
    card : str
        Text of README.md, in Markdown.
    recipe : HeadsRecipe
        What was asked for.
    job : HeadJob
        Names of data and labels.
    outcome : HeadsOutcome
        What it came to.

    Returns
    -------
    str
        The new text.
    """
    before, found, rest = card.partition(f"{_TITLE}\n")
    after = ""
    if found:
        _, more, after = rest.partition("\n## ")
        after = f"\n## {after}" if more else ""
    return f"{before.rstrip()}\n\n{_section(recipe, job, outcome)}{after}"


def _section(recipe: HeadsRecipe, job: HeadJob, outcome: HeadsOutcome) -> str:
    data = ", ".join(_cell(path.resolve().name) for path in job.data)
    labels = f"labels from {_cell(job.labels.name)}; " if job.labels else ""
    lines = [
        _TITLE,
        (
            f"By `astrolens train heads` on the frozen embedding of `{outcome.former_id}`; network and other heads are as they were. "
            f"Data: {data}; {labels}{outcome.pictures:,} pictures."
        ),
        "",
        f"Left out: {_counts(outcome.left_out)}. Labels not used: {_counts(outcome.labels_left_out)}.",
        "",
        "| head | fitted on |",
        "|---|---|",
        *(f"| `{head}` | {_counts(counts)} |" for head, counts in outcome.fitted_on.items()),
        "",
        f"On pictures left out of the fit that scored them ({recipe.folds} folds):",
        "",
        "| what | value | 95 % interval | pictures |",
        "|---|---|---|---|",
        *(
            f"| {_cell(one.name)} | {one.value:.3f} | {one.low:.3f} to {one.high:.3f} | {one.pictures:,} |"
            for one in outcome.measured
        ),
        "",
        _LIMITS,
        "",
        "```json",
        json.dumps(recipe.model_dump(mode="json", exclude={"data"}, exclude_defaults=True)),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _counts(reasons: Mapping[str, int]) -> str:
    return "; ".join(f"{count:,} {_cell(reason)}" for reason, count in reasons.items()) or "none"


def _cell(text: str) -> str:
    return clean(text, 120).replace("|", "/")
