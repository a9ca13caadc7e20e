"""What ``--aggressive`` does to the settings, in one place."""

from astrolens.config.settings import Settings

_WIDEST_PER_1000 = 200.0


def widened(settings: Settings) -> Settings:
    """The same settings with the false-alarm budget times ``detect.aggressive_factor``, at most 200 per 1,000."""
    detect = settings.detect
    budget = min(detect.budget_per_1000 * detect.aggressive_factor, _WIDEST_PER_1000)
    return settings.model_copy(update={"detect": detect.model_copy(update={"budget_per_1000": budget})})
