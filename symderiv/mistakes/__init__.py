"""Misconceptions, one file each."""
