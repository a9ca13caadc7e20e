"""Measure one picture."""
