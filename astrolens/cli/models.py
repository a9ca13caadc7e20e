"""The verbs below models: which encoder is in use, and which other one could be."""

from typing import Annotated

import typer

from astrolens.api import orders, view_calls
from astrolens.api.wire_models import ModelsReply
from astrolens.cli.profile import ConfigOption, JsonOption, connect
from astrolens.cli.say import say, say_json, say_table, words

ModelArgument = Annotated[
    str, typer.Argument(help="bundled, bundled-fast, bundled-whole, a folder, or a name in the hub's cache.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Kept on record.")]
NameOption = Annotated[
    str | None, typer.Option("--reviewer", help="Your name on record; else your login name.")
]
_TAKEN_UP = "the daemon opens anew with it; pictures are measured again in the background"


def models_app() -> typer.Typer:
    """The verbs below ``astrolens models``."""
    app = typer.Typer(
        help="Show encoders, compare them, put one to use, and take it back.", rich_markup_mode=None
    )
    app.callback(invoke_without_command=True)(models)
    app.command("list")(listing)
    app.command("compare")(compare)
    app.command("promote")(promote)
    app.command("rollback")(rollback)
    return app


def models(context: typer.Context, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show encoders, compare them, put one to use, and take it back."""
    if context.invoked_subcommand is None:
        listing(config, as_json)


def listing(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show which encoder is in use, which others are here, comparisons and changes."""
    reply = connect(config).ask(view_calls.models())
    if as_json:
        say_json(reply)
    else:
        _say_models(reply)


def compare(model: ModelArgument, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Compare an encoder with the one in use, on pictures that people labelled; this takes minutes."""
    found = connect(config).ask(orders.compare_model(_absolute(model)))
    if as_json:
        say_json(found)
    else:
        say(found["words"])


def promote(
    model: ModelArgument,
    without_proof: Annotated[
        bool, typer.Option("--without-proof", help="Although no comparison showed it to be better.")
    ] = False,
    reason: ReasonOption = "",
    reviewer: NameOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put an encoder to use that a comparison showed to be better."""
    done = connect(config).ask(
        orders.promote_model(_absolute(model), reviewer=reviewer, reason=reason, without_proof=without_proof)
    )
    if as_json:
        say_json(done)
    else:
        say(f"{done['model_id']} is in use in place of {done['former_id']}; {_TAKEN_UP}")


def rollback(
    reason: ReasonOption = "",
    reviewer: NameOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take up the encoder that was in use before the newest change."""
    done = connect(config).ask(orders.roll_back_model(reviewer=reviewer, reason=reason))
    if as_json:
        say_json(done)
    else:
        say(f"{done['model_id']} is in use again in place of {done['former_id']}; {_TAKEN_UP}")


def _absolute(model: str) -> str:
    """A folder of the caller as the daemon can find it."""
    from astrolens.models.folder import absolute_name

    return absolute_name(model)


def _say_models(reply: ModelsReply) -> None:
    pictures = {one["model_id"]: one["pictures"] for one in reply["models"]}
    say_table(
        ("", "encoder", "pictures", "kind", "name"),
        [
            (
                "in use" if one["in_use"] else "",
                one["model_id"],
                f"{pictures.get(one['model_id'], 0):,}",
                f"{one['kind']}{', configured' if one['configured'] else ''}",
                one["model"],
            )
            for one in reply["choices"]
        ],
        right=frozenset({2}),
    )
    if reply["comparing"]:
        say(f"\n{reply['comparing']} is being compared")
    if reply["comparisons"]:
        say()
        for comparison in reply["comparisons"]:
            say(f"{comparison['at'][:16]}  {comparison['words']}")
    if reply["promotions"]:
        say()
        say_table(
            ("when", "what", "encoder", "in place of", "by", "reason"),
            [
                (
                    one["at"][:16],
                    words(one["kind"])
                    + ("" if one["comparison"] or one["kind"] != "promoted" else " without proof"),
                    one["model_id"],
                    one["former_id"],
                    one["by"],
                    one["reason"],
                )
                for one in reply["promotions"]
            ],
        )
