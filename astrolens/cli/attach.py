"""The terminal on a profile's daemon."""

from astrolens.cli.profile import Profile


def attach(profile: Profile) -> int:
    """Run the terminal until it is left."""
    from astrolens.tui.app import run_terminal

    return run_terminal(
        profile.paths.socket, profile.settings.ui, log_file=profile.paths.data / "terminal.log"
    )
