"""Typed tensor expressions of symbolic size in index normal form."""
