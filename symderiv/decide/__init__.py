"""Are two expressions equal: prove, refute, or say that neither was done."""
