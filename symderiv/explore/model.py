r"""A model in the words of the language: what is given, as LaTeX, and the questions asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from symderiv.algebra import tensors as T
from symderiv.algebra.densities import Gaussian
from symderiv.algebra.terms import Tensor
from symderiv.core.problems import AnswerProblem, AuthorProblem, nearest
from symderiv.core.text import Source
from symderiv.derive.answers import Answer, answer
from symderiv.derive.question import as_written
from symderiv.explore.checked import Checked, checked_text
from symderiv.explore.densities import Normal
from symderiv.explore.derived import Derived
from symderiv.explore.display import formula_markdown
from symderiv.explore.expression import Expression, fitting
from symderiv.explore.layers import Layer
from symderiv.explore.naming import known_as, latex_text
from symderiv.explore.names import SmoothFunction, Variable
from symderiv.explore.program import edges_of
from symderiv.explore.values import BlockMatrix, Decision, Solution, Value
from symderiv.explore.verbs import blocks_of
from symderiv.reading.asks import Asked, Decide, Find, Invert, Show, read_decide, read_find, read_reference, read_show
from symderiv.reading import tree
from symderiv.reading.given import read_given, statement_spans
from symderiv.reading.meaning import Reader
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope, block_value, key
from symderiv.reading.values import Blocks
from symderiv.reading.values import Value as Read
from symderiv.writing.notation import Notation
from symderiv.writing.unicode import unicode

if TYPE_CHECKING:
    from symderiv.explore.picture import Picture


#: What LaTeX has around names and Python has not.
_LATEX = re.compile(r"[\\{}\s]")

_READERS = {"find": read_find, "show": read_show, "decide": read_decide, "reference": read_reference}


class Model:
    r"""What is given, one statement a line, and what can be asked of it.

    Raises `AuthorProblem`, with a caret, where a statement or a question cannot be read.

    >>> from symderiv import Model
    >>> model = Model(r'''
    ... x_1, x_2, s \in \mathbb{R}^{d/2}
    ... F, G : \mathbb{R}^{d/2} \to \mathbb{R}^{d/2}
    ... y_1 = \exp(G(x_2)) \circ x_1 + F(x_2)
    ... y_2 = \exp(s) \circ x_2
    ... x = (x_1, x_2)
    ... y = (y_1, y_2)
    ... ''')
    >>> print(model.find(r"\det \frac{\partial y}{\partial x}").value)
    exp(∑ᵢ₌₁^{d/2} (G(x₂)ᵢ + sᵢ))
    >>> model.inverse("x", "y").value["x_2"]
    exp(-s) ∘ y₂
    >>> print(model.check(r"\det \frac{\partial y}{\partial x}", r"\prod_i \exp(G(x_2)_i + s_i)"))
    ✓ correct: proved
      read as   ∏ᵢ₌₁^{d/2} exp(G(x₂)ᵢ + sᵢ)
    """

    def __init__(self, given: str) -> None:
        self.source = Source(latex_text(given, "what is given"), "given")
        self.scope: Scope = read_given(self.source)

    @property
    def given(self) -> str:
        """The text of what is given."""
        return self.source.text

    def and_given(self, more: str) -> Model:
        """The same with more statements."""
        return Model(f"{self.given.rstrip()}\n{more.lstrip()}")

    # --- questions --------------------------------------------------------------------------------------------------------

    def find(self, ask: str, in_terms_of: str | None = None) -> Derived[Value]:
        r"""A closed form: ``find(r"D_{KL}(q \,\|\, p)")``; ``find("x_1, x_2", "y_1, y_2")`` is the inverse map."""
        return derived(self.asked(ask, "find", in_terms_of))

    def inverse(self, unknowns: str, knowns: str) -> Derived[Solution]:
        """Unknowns by what is defined from them. Either is a list of names, or a block that stands for its parts."""
        scope, wanted, known = self.scope, self._parts(unknowns), self._parts(knowns)
        for n in wanted:
            if n not in scope.symbols:
                raise AuthorProblem(f"{n} is not declared, so nothing is solved for it", hint=_like(n, scope.symbols))
        for n in known:
            if n not in scope.definitions:
                raise AuthorProblem(f"{n} is not defined by an equation of the model", hint=_like(n, scope.definitions))
        ask = Invert(tuple(scope.symbols[n] for n in wanted), tuple(known))
        return cast("Derived[Solution]", derived(Asked(scope, ask, Source(", ".join(wanted), "find"))))

    def jacobian(self, outputs: str, inputs: str) -> Derived[Value]:
        """The derivative of a name by a name, by blocks where they are blocks."""
        return self.find(rf"\frac{{\partial {outputs}}}{{\partial {inputs}}}")

    def logdet(self, outputs: str, inputs: str) -> Derived[Expression]:
        """``log |det ∂outputs/∂inputs|``."""
        found = self.find(rf"\log \left| \det \frac{{\partial {outputs}}}{{\partial {inputs}}} \right|")
        return cast("Derived[Expression]", found)

    def gradient(self, of: str, by: str) -> Derived[Value]:
        """The gradient of a scalar by names, separated by commas."""
        return self.find(rf"\nabla_{{({by})}} {of}" if "," in by else rf"\nabla_{{{by}}} {of}")

    def kl(self, q: str, p: str) -> Derived[Expression]:
        """``D_KL(q ‖ p)`` of two declared densities."""
        return cast("Derived[Expression]", self.find(rf"D_{{KL}}({q} \,\|\, {p})"))

    def show(self, claim: str) -> Derived[Decision]:
        """A proof of ``left = right`` by the rules of probability and algebra. Raises `AuthorProblem` where none is found."""
        return cast("Derived[Decision]", derived(self.asked(claim, "show")))

    def decide(self, statement: str) -> Derived[Decision]:
        """Whether ``left = right`` holds always, is refuted by a witness, or holds exactly under a condition."""
        return cast("Derived[Decision]", derived(self.asked(statement, "decide")))

    def check(self, ask: str, answer: object, in_terms_of: str | None = None, *, kind: str = "find") -> Checked:
        """The judgement on an answer: LaTeX, or an expression of ours or of SymPy.

        ``kind``: what is asked, ``find``, ``show``, ``decide``, or ``reference`` where ``ask`` is itself the right answer.
        """
        asked = self.asked(ask, kind, in_terms_of)
        return checked_text(asked, answer) if isinstance(answer, str) else derived(asked).check(answer)

    def asked(self, ask: str, kind: str = "find", in_terms_of: str | None = None) -> Asked:
        """A question read against what is given."""
        if kind not in _READERS:
            raise AuthorProblem(f"{kind!r} is no kind of question", hint=f"one of {', '.join(_READERS)}")
        if in_terms_of is not None:
            if kind != "find":
                raise AuthorProblem("only what is to be found can be asked for in terms of other names")
            known = Source(latex_text(in_terms_of, "what it is asked in terms of"), "in_terms_of")
            return read_find(self.scope, Source(latex_text(ask, "a question"), kind), known)
        ask = latex_text(ask, "a question")
        return _READERS[kind](self.scope, Source(ask, kind))

    # --- names ------------------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Expression | BlockMatrix | SmoothFunction | Normal:
        r"""What is declared under a name, as in LaTeX (``\mu_1``) or as in Python (``mu1``): a variable, a function, a definition's value, a
        vector of blocks, a normal density.
        """
        scope, known = self.scope, self._known(name)
        if known in scope.definitions:
            return _value(scope.definitions[known])
        if known in scope.symbols:
            return Variable(scope.symbols[known])
        if known in scope.functions:
            return SmoothFunction(scope.functions[known])
        if known in scope.blocks:
            return _value(block_value(scope, known))
        density = scope.densities.get(known)
        if isinstance(density, Gaussian):
            return Normal(Expression(density.mean), Expression(density.covariance), density.variable.name)
        if known in scope.names():
            raise AuthorProblem(f"{name} is given, and has no value by itself", hint="model.find(…) asks for what has one")
        raise AuthorProblem(f"nothing is called {name} here", hint=_like(known, scope.names()))

    def _known(self, name: str) -> str:
        """The key of a name, written as in Python or as in LaTeX."""
        names = self.scope.names()
        return next(
            (n for n in (name, known_as(name), name.replace("\\", ""), _LATEX.sub("", name)) if n in names), known_as(name)
        )

    def _ipython_key_completions_(self) -> list[str]:
        scope = self.scope
        return sorted({*scope.definitions, *scope.symbols, *scope.functions, *scope.blocks})

    def expression(self, latex: str) -> Expression | BlockMatrix:
        """A formula read against what is given, under its cheapest reading; nothing is derived."""
        source = Source(latex_text(latex, "a formula"), "expression")
        try:
            return _value(Reader(self.scope, source).read(parse(source))[0].value)
        except AnswerProblem as problem:
            raise AuthorProblem(problem.message, problem.span, problem.source or source, problem.hint) from None

    @fitting
    def layer(self, outputs: str, inputs: str) -> Layer:
        """The map from names (or blocks) to names as a `Layer`, to be composed, evaluated and drawn."""
        forward = {n: self[n] for n in self._parts(outputs)}
        variables = [self[n] for n in self._parts(inputs)]
        wrong = [n for n, x in forward.items() if not isinstance(x, Expression)]
        wrong += [str(x) for x in variables if not isinstance(x, Variable)]
        if wrong:
            raise T.ShapeMismatch(f"{', '.join(wrong)} cannot stand in a layer: inputs are declared names, outputs defined ones")
        return Layer(cast("list[Variable]", variables), cast("dict[str, Expression]", forward))

    def _parts(self, names: str) -> Sequence[str]:
        """The names in a list, blocks by their parts."""
        source = Source(latex_text(names, "a list of names"), "names")
        listed = [self._known(n.strip()) for n in names.split(",")]
        if not all(n in self.scope.names() for n in listed):
            node = parse(source)
            listed = []
            for item in node.items if isinstance(node, tree.Listed) else (node,):
                name = key(item)
                if name is None:
                    raise AuthorProblem("this is no name", item.span, source)
                listed.append(name)
        return [part for n in listed for part in self.scope.blocks.get(n, (n,))]

    # --- looks ------------------------------------------------------------------------------------------------------------

    def _statements(self) -> list[Notation]:
        return [as_written(parse(self.source, span=span)) for span in statement_spans(self.source)]

    def __repr__(self) -> str:
        return "\n".join(unicode(s) for s in self._statements())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("…" if cycle else repr(self))

    def _repr_markdown_(self) -> str:
        return "<br>".join(map(formula_markdown, self._statements()))

    def plot(self) -> Picture:
        """Which name is made of which others: declared ones shaded on the left. Needs matplotlib."""
        from symderiv.explore.pictures import dependencies

        return dependencies(edges_of(self.source, self.scope.names() - self.scope.dimensions))


def _like(name: str, known: Iterable[str]) -> str:
    """What was probably meant, or all that there is."""
    names = sorted(known)
    like = nearest(name, names)
    return f"did you mean {like}?" if like else f"known are {', '.join(names)}" if names else ""


def _value(v: Read | None) -> Expression | BlockMatrix:
    if isinstance(v, Tensor):
        return Expression(v)
    if isinstance(v, Blocks) and all(isinstance(x, Tensor) for r in v.rows for x in r):
        return BlockMatrix(cast("tuple[tuple[Tensor, ...], ...]", v.rows), v.column)
    raise AuthorProblem("this has no value of one shape by itself")


def derived(asked: Asked) -> Derived[Value]:
    """The answer to a question. Raises `AuthorProblem` where no rule gives one."""
    found = answer(asked)
    jacobian = found.jacobian
    return Derived(
        _value_of(asked, found),
        found.derivation,
        lambda: found.checks,
        (lambda: jacobian) if jacobian is not None else None,
        asked,
    )


def _value_of(asked: Asked, found: Answer) -> Value:
    match asked.ask:
        case Invert():
            return Solution({s.name: Expression(x) for s, x in found.solved})
        case Show():
            assert found.verdict is not None
            return Decision(as_written(parse(asked.source)), found.verdict, None)
        case Decide(node=node):
            assert found.verdict is not None
            condition = Expression(found.condition) if found.condition is not None else None
            return Decision(as_written(node), found.verdict, condition)
        case Find():
            if found.jacobian is not None and isinstance(found.value, Blocks):
                forward = {n: asked.scope.definitions.get(n) or T.whole(asked.scope.symbols[n]) for n in found.jacobian.outputs}
                return blocks_of({n: x for n, x in forward.items() if isinstance(x, Tensor)}, found.jacobian)
            return _value(found.value)
