"""Tell a person."""
