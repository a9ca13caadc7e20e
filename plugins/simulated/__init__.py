"""The simulated sky: galaxies that could be real, with rare planted oddities whose truth is known."""

from astrolens_plugins.simulated.plugin import Source as Source
