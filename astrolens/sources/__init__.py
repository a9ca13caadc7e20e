"""Ask the plugins what exists."""
