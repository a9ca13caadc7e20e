"""The four ways work can fail, and what each means for a retry."""


class AstroLensError(Exception):
    """Root of the errors that tell the flow what to do."""


class BadData(AstroLensError):
    """This item is unusable: park it with this reason, never try it again by itself."""


class Unavailable(AstroLensError):
    """Something outside did not answer: try the item again later.

    Parameters
    ----------
    message : str
        What was asked, what happened.
    retry_after_s : float or None
        Seconds that the other side asked us to wait, if it said so.
    """

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ConfigError(AstroLensError):
    """The configuration is wrong: tell the person, naming file and key."""


class PluginError(AstroLensError):
    """A plugin broke its contract: rest it and tell the person, naming the plugin."""
