"""A big FITS archive on one's own disk: walked once, in an order that survives a restart."""

from astrolens_plugins.archive.plugin import Source as Source
