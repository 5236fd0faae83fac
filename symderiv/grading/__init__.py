"""Answers found, compared, judged and credited."""
