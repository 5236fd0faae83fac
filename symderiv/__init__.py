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
- `assignments`, `grading`, `report`: questions of a sheet, answers judged against what was derived, documents of both.
- `classroom`: a folder of submissions graded in killable children, by processes, threads or a cluster; marks, feedback, review, exports.
- `typeset`, `cli`: the edges; they alone read files, start processes and print.

Data flows one way: text, tree, readings, derivation, verdict, findings, report.
"""
