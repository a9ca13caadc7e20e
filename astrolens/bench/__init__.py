"""Benchmarks that anyone can run: each measures its reference in the same run and gives intervals."""
