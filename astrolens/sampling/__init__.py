"""Where to look next: footprints, fields without repeats, lists of targets, revisits."""
