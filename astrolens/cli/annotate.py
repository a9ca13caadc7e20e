"""The verb annotate: words of a language model about one picture."""

from typing import Annotated

import typer

from astrolens.api import orders
from astrolens.api.wire import DescriptionRow
from astrolens.cli.exits import Exit
from astrolens.cli.profile import ConfigOption, JsonOption, connect
from astrolens.cli.say import number, say, say_json


def annotate(
    image: Annotated[int, typer.Argument(help="Number of the picture.", metavar="ID", min=1)],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a language model write what it sees in a picture. [describe] names it; scores stay as they are."""
    row = connect(config).ask(orders.annotate(image))
    if as_json:
        say_json(row)
    else:
        say_description(row)
    if not row["described"]:
        raise typer.Exit(Exit.FAILED)


def say_description(row: DescriptionRow) -> None:
    """The words, below what they are."""
    say(f"{row['notice']} ({row['model']}, prompt {row['prompt_version']}, {row['made_at']})")
    if not row["described"]:
        say(f"no description: {row['reason']}")
        return
    say(row["words"])
    for feature in row["features"]:
        say(f"  - {feature}")
    sure = number(row["confidence"], ".2f")
    say(f"takes it for: {row['suggested']} (its own confidence {sure}, not calibrated)")
