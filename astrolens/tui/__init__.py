"""The terminal: one screen full of what the daemon does, and keys to judge what it found."""
