"""Hypothesis runs the same examples every time, and prints what fails so that it can be run again."""

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, print_blob=True, deadline=None)
settings.load_profile("fixed")
