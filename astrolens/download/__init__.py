"""Bytes, then safe pixels."""
