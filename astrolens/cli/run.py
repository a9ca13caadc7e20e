"""Verbs that start a process: up, daemon, tui."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from astrolens.cli.attach import attach
from astrolens.cli.exits import Exit
from astrolens.cli.profile import ConfigOption, ReviewerOption, as_reviewer, open_profile
from astrolens.cli.say import say
from astrolens.config.load import located
from astrolens.domain.errors import ConfigError, Unavailable

_SERVED = "TEXTUAL_DRIVER"


def up(
    demo: Annotated[
        bool, typer.Option("--demo", help="Simulated sky, throw-away profile, no network.")
    ] = False,
    seconds: Annotated[
        float, typer.Option(min=5, help="Without a terminal: longest time that the demo runs.")
    ] = 240.0,
    images: Annotated[
        int, typer.Option(min=80, help="Without a terminal: pictures that the demo shows.")
    ] = 900,
    reviewer: ReviewerOption = None,
    config: ConfigOption = None,
) -> None:
    """Start the daemon if none runs, and attach the terminal."""
    from astrolens.cli.background import start_and_wait

    if demo:
        from astrolens.cli.demo import run_demo

        raise typer.Exit(run_demo(seconds=seconds, images=images))
    profile = open_profile(config)
    start_and_wait(profile.paths, config)
    if sys.stdout.isatty() and sys.stdin.isatty():
        raise typer.Exit(attach(as_reviewer(profile, reviewer)))
    say(
        f"AstroLens runs; 'astrolens status' shows what it does, 'astrolens stop' ends it ({profile.paths.socket})"
    )


def daemon(
    config: ConfigOption = None,
) -> None:
    """Run the daemon in the foreground. This is what a service starts."""
    from astrolens.daemon.app import run_daemon
    from astrolens.daemon.lock import AlreadyRunning

    file = open_profile(config).paths.config_file
    try:
        raise typer.Exit(run_daemon(file))
    except ConfigError as error:
        raise ConfigError(located(str(error), file)) from error
    except AlreadyRunning as error:
        typer.echo(f"astrolens: {error}", err=True)
        raise typer.Exit(Exit.ALREADY_RUNNING) from error


def tui(
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: nothing that you press changes anything.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option("--record", dir_okay=False, help="Write what the daemon says to a new file."),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", exists=True, dir_okay=False, help="Show a recording; no daemon is needed."),
    ] = None,
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, max=1000.0, help="How fast a recording is shown.")
    ] = 1.0,
    reviewer: ReviewerOption = None,
    config: ConfigOption = None,
) -> None:
    """Attach the terminal to a running daemon."""
    from astrolens.tui.attachment import Attachment

    if record is not None and replay is not None:
        raise typer.BadParameter("a recording that is shown cannot be recorded; give --record or --replay")
    profile = open_profile(config)
    served = _SERVED in os.environ  # by 'astrolens web', whose pipes are the terminal
    if not served and not (sys.stdout.isatty() and sys.stdin.isatty()):
        raise Unavailable(
            "the terminal needs a terminal; use 'astrolens status' or 'astrolens candidates' in a pipe"
        )
    asked = Attachment(read_only=read_only, record=record, replay=replay, speed=speed)
    raise typer.Exit(attach(as_reviewer(profile, reviewer), asked))
