"""Whom to ask about what, and what people say together: pure functions on records."""
