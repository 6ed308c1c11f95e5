"""Measurements of the package against other engines; not installed with it."""
