"""The order of the stages; the only room that knows it."""
