"""The built-in image sources, one file or folder each."""
