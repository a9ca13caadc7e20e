"""The terminal on a profile's daemon."""

from typing import TYPE_CHECKING

from astrolens.cli.profile import Profile

if TYPE_CHECKING:
    from astrolens.tui.attachment import Attachment


def attach(profile: Profile, attachment: "Attachment | None" = None) -> int:
    """Run the terminal until it is left."""
    from astrolens.tui.app import run_terminal

    return run_terminal(
        profile.paths.socket,
        profile.settings.ui,
        log_file=profile.paths.data / "terminal.log",
        attachment=attachment,
        keys=profile.settings.keys,
        reports=profile.paths.data / "reports",
        look=profile.paths.data / "look.json",
    )
