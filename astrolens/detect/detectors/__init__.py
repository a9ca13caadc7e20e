"""One outlier detector per file, each with ``fit`` and ``score``."""
