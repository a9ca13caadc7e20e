"""The card that travels with an encoder: data, split, recipe, what was measured, limits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from astrolens.config.recipe import Recipe
from astrolens.domain.text import clean
from astrolens.train.measure import Measurement
from astrolens.train.pack import Pack
from astrolens.train.pool import Pool

_LIMITS = """\
* The held-out objects come from the same sets as those trained on. What is said of them need not hold for another survey, framing or depth.
* Composites are made, not observed: how well they are told apart says little about real mergers and artefacts. Judge the encoder by
  `astrolens bench` on labelled objects that were marked for testing.
* Sets were not matched on the sky: an object may be in two of them under two names, on both sides of the split.
* Unlabelled pictures surely hold some of the oddities that are looked for.
* Scores are ranks against reference pictures, not probabilities, until they are calibrated on a source's own normals.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How a training went.

    Attributes
    ----------
    device : str
        Where the last part of it ran.
    steps : int
        Steps done.
    parameters : int
        Weights of the network.
    start : str
        What it began from; "" for random weights.
    """

    device: str
    steps: int
    parameters: int
    start: str


def write_card(recipe: Recipe, pool: Pool, story: Story, measured: Sequence[Measurement]) -> str:
    """Text of README.md, in Markdown.

    Parameters
    ----------
    recipe : Recipe
        What was asked for.
    pool : Pool
        What it was trained on.
    story : Story
        How it went.
    measured : sequence of Measurement
        On held-out objects.

    Returns
    -------
    str
        Ends with a line break.
    """
    shape = recipe.network
    lines = [
        f"# {recipe.name}",
        "",
        (
            f"A small Vision Transformer: {shape.size} px, patches of {shape.patch} px, width {shape.width}, {shape.depth} "
            f"layers, {shape.heads} heads, {story.parameters / 1e6:.2f} M parameters. Weights are stored as "
            f"{recipe.precision}. The embedding has {2 * shape.width} numbers: the class token, then the mean of the patch tokens."
        ),
        "",
        (
            f"Trained by `astrolens train encoder`, {story.steps:,} steps on {story.device}, from "
            f"{clean(story.start, 200) or 'random weights'}."
        ),
        "",
        "## Preprocessing",
        (
            f"The central square of {recipe.preprocessing.crop_fraction:g} of the shorter side, resized to {shape.size} px "
            f"({recipe.preprocessing.resampling}, antialiased), in [0, 1], less {list(recipe.preprocessing.mean)}, over "
            f"{list(recipe.preprocessing.std)}. The numbers are in `preprocessing.json`; training took the same steps."
        ),
        "",
        "## Data",
        "| set | pictures | crop | unreadable | not taken |",
        "|---|---|---|---|---|",
        *(_data_line(pack, recipe) for pack in pool.packs),
        "",
        (
            f"Rows marked test, here or under the same name in another set, were not read. {len(pool.training):,} pictures were trained on, "
            f"{len(pool.held_out):,} held out for the numbers below (by a hash of the object's name, seed {recipe.seed})."
        ),
        "",
        "## Heads",
        *_heads(pool),
        "",
        "## Measured on held-out objects",
        "| what | value | 95 % interval | pictures |",
        "|---|---|---|---|",
        *(
            f"| {one.name} | {one.value:.3f} | {one.low:.3f} to {one.high:.3f} | {one.pictures:,} |"
            for one in measured
        ),
        "" if measured else "\nNothing: too few pictures were held out.",
        "## Limits",
        _LIMITS,
        "## Recipe",
        "```json",
        json.dumps(recipe.model_dump(mode="json", exclude={"data"}), indent=1),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _data_line(pack: Pack, recipe: Recipe) -> str:
    crop = pack.data.recipe.crop_fraction or recipe.preprocessing.crop_fraction
    return (
        f"| {_cell(pack.data.name)} | {len(pack.rows):,} | {crop:g} | {_counts(pack.skipped)} | "
        f"{_counts(pack.data.left_out)} |"
    )


def _counts(reasons: Mapping[str, int]) -> str:
    return "; ".join(f"{count:,} {_cell(reason)}" for reason, count in reasons.items()) or "none"


def _cell(text: str) -> str:
    return clean(text, 80).replace("|", "/")


def _heads(pool: Pool) -> list[str]:
    lines = [
        f"* `{head}`: {', '.join(_cell(name) for name in names)}; {int((pool.targets.classes[head] >= 0).sum()):,} labels"
        for head, names in pool.targets.class_names.items()
    ]
    lines += [
        f"* `{head}`: one number; {int((values == values).sum()):,} labels"
        for head, values in pool.targets.numbers.items()
    ]
    return [
        *lines,
        (
            "* `pair`, `artefact`: log-odds of a second galaxy, of a fault, fitted on the finished network; `pair_joint`, "
            "`artefact_joint`: the same as they were trained with it"
        ),
        "* `composite`: clean, second galaxy, trail, star, edge, warp, band",
    ]
