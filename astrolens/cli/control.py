"""Verbs that speak to a running daemon: status, pause, resume, reload, stop, calibrate."""

from typing import Annotated

import typer

from astrolens.api import orders, questions
from astrolens.api.sync_client import SyncClient
from astrolens.api.wire_status import SourceStatus, StatusReply
from astrolens.cli.profile import ConfigOption, JsonOption, connect, open_profile
from astrolens.cli.say import number, say, say_json, say_table
from astrolens.cli.why import say_trial


def status(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show what the daemon is doing."""
    reply = connect(config).ask(questions.status())
    if as_json:
        say_json(reply)
        return
    _say_status(reply)


def pause(config: ConfigOption = None) -> None:
    """Take nothing new; what is in work ends."""
    say(f"{connect(config).ask(orders.pause())['state']}")


def resume(config: ConfigOption = None) -> None:
    """Go on after a pause."""
    say(f"{connect(config).ask(orders.resume())['state']}")


def reload(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Read the configuration again; a bad file changes nothing."""
    reply = connect(config).ask(orders.reload())
    if as_json:
        say_json(reply)
        return
    say("configuration read again")
    if waiting := reply["needs_restart"]:
        say(f"used at the next start only: {', '.join(waiting)}")


def stop(config: ConfigOption = None) -> None:
    """Stop the daemon. Everything goes on where it was at the next start."""
    from astrolens.cli.background import wait_until_gone

    paths = open_profile(config).paths
    SyncClient(paths.socket).ask(orders.stop())  # of any version
    gone = wait_until_gone(paths.lock)  # so that 'stop' and 'up' may follow each other
    say("stopped" if gone else "stopping; it still finishes what is in work")


def calibrate(
    source: Annotated[str | None, typer.Argument(help="One source; all when left out.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say which verdicts a new calibration would change.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Calibrate anew, and judge again. Detectors, curves and thresholds are fitted to the normals seen so far."""
    if dry_run:
        reply = connect(config).ask(orders.try_calibration(source))
        if as_json:
            say_json(reply)
        else:
            say_trial(reply)
        return
    state = connect(config).ask(orders.recalibrate(source))
    if as_json:
        say_json(state)
    else:
        say(f"calibrating {source or 'every source'}")


def _say_status(reply: StatusReply) -> None:
    reasons = f" ({'; '.join(reply['reasons'])})" if reply["reasons"] else ""
    say(
        f"AstroLens {reply['version']}  {reply['state']}{reasons}  pid {reply['pid']}  model {reply['model_id']}"
    )
    say(
        f"budget {reply['budget_per_1000']:g} per 1,000   images {reply['images']:,}   "
        f"anomalies {reply['anomalies']:,}   near misses {reply['near_misses']:,}   parked {reply['parked']:,}   "
        f"labels {reply['labels']:,}"
    )
    say()
    say_table(
        ("stage", "waiting", "in work", "done", "refused", "per hour"),
        [
            (
                stage["name"],
                f"{stage['waiting']:,}",
                f"{stage['in_flight']:,}",
                f"{stage['done']:,}",
                f"{stage['refused']:,}",
                number(stage["per_hour"], ",.0f"),
            )
            for stage in reply["stages"]
        ],
        right=frozenset({1, 2, 3, 4, 5}),
    )
    say()
    say_table(
        ("source", "state", "images", "today", "errors", "calibration", "false alarms per 1,000"),
        [_source_cells(source) for source in reply["sources"]],
        right=frozenset({2, 3, 4, 6}),
    )
    for source in reply["sources"]:
        if source["reason"]:
            say(f"{source['name']}: {source['reason']}")


def _source_cells(source: SourceStatus) -> tuple[str, ...]:
    if source["calibrated"]:
        calibration = "done"
    else:
        calibration = f"{source['calibration_seen']:,} of {source['calibration_wanted']:,}"
    called = f"{number(source['realised_per_1000'])} (budget {source['budget_per_1000']:g})"
    return (
        source["name"],
        source["state"],
        f"{source['images']:,}",
        f"{source['today']:,}",
        f"{source['errors']:,}",
        calibration,
        called,
    )
