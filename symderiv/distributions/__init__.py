"""Families of distributions, one file each: what is stated is a density and the law by which it is integrated, everything else is derived."""
