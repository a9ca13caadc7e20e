"""Find out whether it is already known."""
