"""The simulated sky on photographic plates: FITS files in one band, with a world coordinate system."""

from typing import ClassVar

from astrolens.plugin import SourceOptions
from astrolens_plugins.simulated.plugin import PlatesOptions
from astrolens_plugins.simulated.plugin import Source as SimulatedSource


class Source(SimulatedSource):  # type: ignore[misc] # plugins/ is checked under its own name
    """Large nearby galaxies, blurred and grainy."""

    name: ClassVar[str] = "simulated_plates"
    title: ClassVar[str] = "Simulated sky, photographic plates"
    Options: ClassVar[type[SourceOptions]] = PlatesOptions
