"""Assignments: what is given, what is asked and what it is worth, read from TOML files or built in."""
