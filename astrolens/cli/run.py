"""Verbs that start a process: up, daemon, tui."""

import sys
from typing import Annotated

import typer

from astrolens.cli.attach import attach
from astrolens.cli.exits import Exit
from astrolens.cli.profile import ConfigOption, open_profile
from astrolens.cli.say import say
from astrolens.domain.errors import Unavailable


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
        raise typer.Exit(attach(profile))
    say(
        f"AstroLens runs; 'astrolens status' shows what it does, 'astrolens stop' ends it ({profile.paths.socket})"
    )


def daemon(
    config: ConfigOption = None,
) -> None:
    """Run the daemon in the foreground; this is what a service starts."""
    from astrolens.daemon.app import run_daemon
    from astrolens.daemon.lock import AlreadyRunning

    file = open_profile(config).paths.config_file
    try:
        raise typer.Exit(run_daemon(file))
    except AlreadyRunning as error:
        typer.echo(f"astrolens: {error}", err=True)
        raise typer.Exit(Exit.ALREADY_RUNNING) from error


def tui(config: ConfigOption = None) -> None:
    """Attach the terminal to a running daemon."""
    profile = open_profile(config)
    if not (sys.stdout.isatty() and sys.stdin.isatty()):
        raise Unavailable(
            "the terminal needs a terminal; use 'astrolens status' or 'astrolens candidates' in a pipe"
        )
    raise typer.Exit(attach(profile))
