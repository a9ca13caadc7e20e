"""The simulated sky seen by a shallow, wide survey: its own source, so that it has its own calibration."""

from typing import ClassVar

from astrolens.plugin import SourceOptions
from astrolens_plugins.simulated.plugin import Source as SimulatedSource
from astrolens_plugins.simulated.plugin import WideOptions


class Source(SimulatedSource):  # type: ignore[misc] # plugins/ is checked under its own name
    """Brighter noise, worse seeing, another stretch."""

    name: ClassVar[str] = "simulated_wide"
    title: ClassVar[str] = "Simulated sky, wide survey"
    Options: ClassVar[type[SourceOptions]] = WideOptions
