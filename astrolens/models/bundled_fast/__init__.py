"""The smaller encoder of the fast profile."""
