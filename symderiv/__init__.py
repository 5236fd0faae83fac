"""symderiv: derivations of machine-learning mathematics, derived, proved and checked at symbolic size.

How it is laid out, from the ground up; a package imports only from those named before it.

- `core`: the nouns. A text and a span in it, a problem that points, sizes and domains, steps, verdicts with their certificates.
- `algebra`: typed tensor expressions of symbolic size. Every vector or matrix is a scalar in index slots (`terms`); arithmetic is the normal
  form (`normal`) and its one operation, `contraction`; `calculus` differentiates, `densities` knows Gaussians and the product rule.
- `reading`: LaTeX to tokens to a tree to readings with a cost, against what is declared. `writing`: terms to notation to LaTeX, Typst, Unicode.
- `decide`: are two expressions equal: a proof, a refutation with a rigorous witness, or neither.
- `derive`: the verbs (inverse, jacobian, determinant, divergence, gradient, identity), each with its steps; maps as programs (`program`), solved
  by one elimination (`elimination`, line by line in `peeling`) and measured line by line (`mapping`, by structure in `volume`).
- `layers`: invertible layers, a file each: the forward map and what it is called; all else is derived. The registry finds the files by itself.
- `mistakes`: what turns the right value into the one that was given: normal forms side by side, then mistakes made on purpose and proved.
- `assignments`, `grading`, `report`: questions of a sheet, answers judged against what was derived, documents of both.
- `classroom`: a folder of submissions graded in killable children, by processes, threads or a cluster; marks, feedback, review, exports.
- `explore`: the Python API, the notebook and the REPL: a skin over all of this; `functions` names what acts entry by entry.
- `typeset`, `cli`: the edges; they alone read files, start processes and print.

The names below are loaded when one of them is first asked for.

Data flows one way: text, tree, readings, derivation, verdict, findings, report.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symderiv import functions as functions
    from symderiv.functions import diag as diag, exp as exp, eye as eye, log as log
    from symderiv.core.problems import Problem as Problem
    from symderiv.explore.densities import Normal as Normal, kl as kl
    from symderiv.explore.expression import Expression as Expression, expression as expression
    from symderiv.explore.layers import Layer as Layer
    from symderiv.explore.model import Model as Model
    from symderiv.explore.names import (
        Matrix as Matrix, Scalar as Scalar, ScalarFunction as ScalarFunction, Vector as Vector, VectorFunction as VectorFunction,
    )  # fmt: skip
    from symderiv.explore.session import load_ipython_extension as load_ipython_extension
    from symderiv.explore.verbs import gradient as gradient, jacobian as jacobian, logdet as logdet

#: Where each public name lives; more functions are in the module `functions`.
_HOMES = {
    "core.problems": "Problem",
    "explore.densities": "Normal kl",
    "explore.expression": "Expression expression",
    "functions": "diag exp eye log",
    "explore.layers": "Layer",
    "explore.model": "Model",
    "explore.names": "Matrix Scalar ScalarFunction Vector VectorFunction",
    "explore.verbs": "gradient jacobian logdet",
}
_PUBLIC = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = sorted([*_PUBLIC, "functions"])  # noqa: PLE0605  the names are said once, above


if not TYPE_CHECKING:  # a name that is not there is told by a type checker

    def __getattr__(name: str) -> Any:
        import importlib

        if name == "functions":
            return importlib.import_module(f"{__name__}.functions")
        home = "explore.session" if name == "load_ipython_extension" else _PUBLIC.get(name)  # IPython asks for it by this name
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__])
        value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
