"""The parts of a view."""
