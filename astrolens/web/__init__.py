"""The terminal in a browser of this machine."""
