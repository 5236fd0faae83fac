"""A session: models and expressions built from Python or read from LaTeX, shown typeset, checked, evaluated, drawn.

A skin over the engine and nothing beside it: an `Expression` holds a term, a `Model` a scope, a `Derived` a derivation with its certificate.
"""
