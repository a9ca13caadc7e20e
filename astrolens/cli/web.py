"""The terminal in a browser of this machine."""

import sys
from typing import Annotated

import typer

from astrolens.cli.profile import ConfigOption, open_profile
from astrolens.cli.say import say
from astrolens.domain.errors import ConfigError

PORT = 8617


def web(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option("--host", help="An address of this machine alone.")] = "127.0.0.1",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: nothing that is pressed changes anything.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Show the terminal in a browser of this machine, until Ctrl+C."""
    from astrolens.web.gate import checked_host
    from astrolens.web.serve import serve

    try:
        host = checked_host(host)
    except ConfigError as error:
        raise typer.BadParameter(str(error), param_hint="--host") from None
    open_profile(config)  # a mistake in it is told here, not in the browser
    command = [sys.executable, "-m", "astrolens", "tui"]
    if read_only:
        command.append("--read-only")
    if config is not None:
        command += ["--config", str(config.absolute())]
    serve(command, host=host, port=port, announce=_announce)


def _announce(address: str) -> None:
    say(f"Open {address}")
    say("Its token works once, in one browser of this machine. Ctrl+C ends this; the daemon goes on.")
    sys.stdout.flush()
