"""The typed meanings of a formula's tree against what is declared.

`Reader.read` gives every meaning of a node, cheapest first, at most a dozen, or raises an `AnswerProblem` that points at what
cannot be meant. Juxtaposition is read in `juxtaposition`, scripts in `scripted`, heads that take arguments in
`heads`, derivatives in `derivatives`, densities and expectations in `probability`, integrals in `integrals`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from symderiv.algebra import tensors as T
from symderiv.algebra import terms as t
from symderiv.algebra.polynomials import Budget
from symderiv.algebra.tensors import ShapeMismatch
from symderiv.algebra.terms import Index, Slot, Tensor, scalar
from symderiv.core.problems import AnswerProblem
from symderiv.core.size import Size
from symderiv.core.text import Source, Span
from symderiv.reading import combine, constants, tree
from symderiv.reading.scope import Scope, block_value, key, subscript
from symderiv.reading.sizes import Running, shifted, subscript_pieces
from symderiv.reading.unknown import unknown
from symderiv.reading.values import LEFT_OPEN, Blocks, Note, Reading, Readings, Unread, Value, cheapest, combinations

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reader:
    """Reads formulas of one source in one scope. ``free`` collects index letters that nothing binds (``for each i``)."""

    def __init__(self, scope: Scope, source: Source) -> None:
        self.scope, self.source = scope, source
        self.indices: Mapping[str, Running] = {}
        self.free: dict[str, Running] = {letter: Running(letter, index) for letter, index in scope.letters.items()}

    @property
    def letters(self) -> Mapping[str, Index]:
        """The index letters that nothing bound so far, with the indices that they stand for."""
        return {letter: r.index for letter, r in self.free.items() if r.index is not None}

    # --- entry points -----------------------------------------------------------------------------------------------------

    def read(self, node: tree.Node) -> Readings:
        """Every meaning of a node."""
        rule = _rules().get(type(node))
        if rule is None:
            named = _SIGNS.get(node.name) if isinstance(node, tree.Sign) else None
            message, hint = named or _MEANINGLESS.get(type(node), ("this has no meaning here", ""))
            raise self.problem(message, node.span, hint)
        try:
            return cheapest(rule(self, node))
        except t.Undefined as nowhere:
            raise self.problem(f"this has no value anywhere: {nowhere}", node.span) from nowhere
        except ShapeMismatch as mismatch:
            raise self.problem(str(mismatch), node.span, kind="shape mismatch") from None
        except Budget as spent:
            raise self.problem(str(spent), node.span, kind="too large") from None

    def problem(self, message: str, span: Span, hint: str = "", kind: str = "unreadable") -> AnswerProblem:
        """A problem in this source."""
        return AnswerProblem(message, span, self.source, hint, kind)

    def each(self, f: Callable[..., Reading[Value]], span: Span, *operands: Readings) -> Readings:
        """``f`` on every combination of meanings that fits; the problem of the first combination where none does."""
        only = [o[0] for o in operands if len(o) == 1]
        if len(only) == len(operands):  # as it mostly is
            try:
                result = f(*[r.value for r in only])
            except (ShapeMismatch, t.Undefined) as mismatch:
                raise self.problem(str(mismatch), span, kind="shape mismatch") from None
            return [_combined(only, result)]
        out: Readings = []
        first: ShapeMismatch | t.Undefined | None = None
        for chosen in combinations(operands):
            try:
                result = f(*(r.value for r in chosen))
            except (ShapeMismatch, t.Undefined) as mismatch:
                first = first or mismatch
                continue
            out.append(_combined(chosen, result))
        if not out:
            raise self.problem(str(first), span, kind="shape mismatch")
        return out

    def within(self, bound: Mapping[str, Running]) -> Reader:
        """A reader below a binder: the same, with more index letters."""
        inner = Reader(self.scope, self.source)
        inner.indices, inner.free = {**self.indices, **bound}, self.free
        return inner

    # --- names ------------------------------------------------------------------------------------------------------------

    def name(self, node: tree.Node) -> Readings:
        """A declared name, with a component where its subscript is one."""
        found = self.named(key(node))
        if found is not None:
            return [found]
        if isinstance(node, tree.Scripted) and node.sub is not None:
            component = self._component_of_name(node)
            if component is not None:
                return component
        special = constants.constant(self, node)
        if special is not None:
            return special
        from symderiv.reading.declared import value_of_function

        value = value_of_function(self, node)
        if value is not None:
            return value
        raise self._unknown(node)

    def named(self, name: str | None) -> Reading[Value] | None:
        """What a key stands for, if it is declared."""
        if name is None:
            return None
        s = self.scope
        if name in s.symbols and name not in s.definitions:
            return _whole(s.symbols[name])
        if name in s.definitions:
            return Reading(s.definitions[name])
        if name in s.blocks:
            value = block_value(s, name)
            return Reading(value) if value is not None else None
        if name in s.dimensions:
            return Reading(scalar(t.Dim(name)))
        if name in s.aliases:
            return Reading(s.aliases[name])
        return None

    def _component_of_name(self, node: tree.Scripted) -> Readings | None:
        r"""``x_{2,i}`` of ``x_2``, ``A_{ij}`` of ``A``, ``s_i`` of ``s``."""
        assert node.sub is not None
        pieces = subscript_pieces(node.sub)
        for taken in range(len(pieces) - 1, -1, -1):
            stem = key(node.base)
            if stem is None:
                return None
            texts = [subscript(p) for p in pieces[:taken]]
            name = f"{stem}_{','.join(x or '' for x in texts)}" if taken else stem
            found = self.named(name)
            if found is None and taken and "".join(x or "" for x in texts):
                found = self.named(f"{stem}_{''.join(x or '' for x in texts)}")
            if found is not None:
                return self.component([found], pieces[taken:], node.span)
        return self._entry_in_small(node, pieces)

    def _entry_in_small(self, node: tree.Scripted, pieces: Sequence[tree.Node]) -> Readings | None:
        """``a_{ij}`` for the entries of a matrix ``A``, where nothing is called a."""
        name = key(node.base) or ""
        matrix = self.scope.symbols.get(name.upper())
        if len(name) != 1 or not name.islower() or matrix is None or len(matrix.sizes) != 2 or name in self.scope.names():
            return None
        if len(pieces) != 2 and not (isinstance(pieces[0], tree.Number) and len(pieces[0].digits) == 2):
            return None
        note = Note("entry in small", f"{name} with two subscripts is read as an entry of {name.upper()}", node.span)
        return self.component([_whole(matrix).with_note(note)], pieces, node.span)

    def component(self, values: Readings, places: Sequence[tree.Node], span: Span) -> Readings:
        """The entries of values at subscripts."""

        def entry(v: Value) -> Reading[Value]:
            if isinstance(v, Blocks) and v.column and len(places) == 1 and isinstance(places[0], tree.Number):
                k = int(places[0].digits)
                if 1 <= k <= len(v.rows):
                    return Reading(v.rows[k - 1][0])
            if not isinstance(v, Tensor):
                raise ShapeMismatch(f"{combine.in_words(v)} has no entry {len(places)} deep")
            if v.rank == 2 and len(places) == 1 and isinstance(places[0], tree.Number) and len(places[0].digits) == 2:
                rows, columns = (tree.Number(places[0].span, d) for d in places[0].digits)  # A_{12}
                return Reading(scalar(v.at(self.slot(rows, v.sizes[0]), self.slot(columns, v.sizes[1]))))
            if v.rank != len(places):
                count = f"{v.rank} subscript{'s' * (v.rank > 1)}, not {len(places)}" if v.rank else "no subscripts"
                raise ShapeMismatch(f"{T.shape_in_words(v)} takes {count}")
            return Reading(scalar(v.at(*(self.slot(p, size) for p, size in zip(places, v.sizes, strict=True)))))

        return self.each(entry, span, values)

    def slot(self, node: tree.Node, size: Size) -> Slot:
        """A subscript as a position in something of this size. A letter that nothing binds runs over all of it."""
        if isinstance(node, tree.Number) and node.digits.isdigit() and int(node.digits) > 0:
            return int(node.digits)
        name = key(node) or shifted(node, self.indices)
        if name is None:
            raise self.problem("this subscript is no position", node.span, "an entry is written x_1, x_i or A_{i,j}")
        if name not in self.indices and name in self.scope.symbols and self.scope.symbols[name].sizes:
            raise self.problem(f"{name} is a vector or matrix, and no position", node.span)
        running = self.indices.get(name) or self.free.setdefault(name, Running(name))
        return running.at(size)

    def _unknown(self, node: tree.Node) -> AnswerProblem:
        name = key(node) or self.source.text[node.span.start : node.span.end]
        message, hint = unknown(self.scope, name, node)
        return self.problem(message, node.span, hint, "unknown symbol")

    # --- nodes --------------------------------------------------------------------------------------------------------------

    def _number(self, node: tree.Number) -> Readings:
        return [Reading(_number_of(node.digits))]

    def column(self, items: Iterable[tree.Node], span: Span) -> Readings:
        """``(a, b)``: a vector of blocks."""
        return self.each(lambda *vs: Reading(Blocks(tuple((v,) for v in vs), column=True)), span, *(self.read(i) for i in items))

    def raised(self, base: Readings, sup: tree.Node, span: Span) -> Readings:
        """A power, a transpose or an inverse."""
        mark = transpose_mark(sup)
        if mark and not (isinstance(sup, tree.Name) and sup.text in self.scope.symbols):
            out = [Reading(combine.transposed(r.value), r.cost, r.notes) for r in base]
            if mark == "inverse":
                out = self.each(lambda v: combine.power(v, T.number(-1), span), span, out)
            return out
        if isinstance(sup, tree.Name) and sup.text in ("star", "dagger"):
            raise self.problem("this mark on a name belongs to no declared name", sup.span)

        if isinstance(sup, tree.Fenced) and sup.kind == "paren" and isinstance(sup.body, tree.Number):
            raise self.problem("a number in brackets above a name is an index, and no such name is declared", sup.span)

        def lifted(b: Value, e: Value) -> Reading[Value]:
            if not isinstance(e, Tensor):
                raise ShapeMismatch(f"{combine.in_words(e)} cannot be an exponent")
            return combine.power(b, e, span)

        exponent = self.read(sup)
        powers = self.each(lifted, span, base, exponent)
        if isinstance(sup, tree.Number) and sup.digits == "2":
            powers += [r for b in base if isinstance(b.value, Tensor) for r in combine.squared_norm(b, span)]
        return powers

    def _fraction(self, node: tree.Fraction) -> Readings:
        from symderiv.reading import derivatives

        found = derivatives.fraction(self, node)
        if found is not None:
            return found
        return self.each(lambda a, b: combine.quotient(a, b, node.span), node.span, self.read(node.above), self.read(node.below))

    def _root(self, node: tree.Root) -> Readings:
        exponent = Fraction(1, 2)
        if node.degree is not None:
            if not isinstance(node.degree, tree.Number) or not node.degree.digits.isdigit() or int(node.degree.digits) < 1:
                raise self.problem("the degree of a root is a whole number", node.degree.span)
            exponent = Fraction(1, int(node.degree.digits))
        return self.each(lambda v: combine.power(v, T.number(exponent), node.span), node.span, self.read(node.body))

    def _grid(self, node: tree.Grid) -> Readings:
        from symderiv.reading.piecewise import is_piecewise, piecewise

        if is_piecewise(node):
            return piecewise(self, node)
        widths = {len(r) for r in node.rows}
        if node.kind in ("aligned", "cases") or len(widths) != 1:
            if len(widths) < 2:
                raise self.problem("these rows are no single value" if widths else "there is nothing in these rows", node.span)
            k, row = next((k, r) for k, r in enumerate(node.rows, 1) if len(r) != len(node.rows[0]))
            message = (
                f"the rows of this matrix have different lengths: row 1 has {len(node.rows[0])} cells, row {k} has {len(row)}"
            )
            raise self.problem(message, row[0].span | row[-1].span)
        (width,) = widths
        from symderiv.reading import dots, fences

        if any(map(dots.are_dots, node.rows)):
            found = dots.matrix(self, node)
            return found if node.kind != "bar" else self.each(fences.bars, node.span, found)
        cells = [self._cell(c) for r in node.rows for c in r]
        unread = [c[0].value for c in cells if isinstance(c[0].value, Unread)]
        if len(unread) == len(cells) or (unread and (node.kind == "bar" or width == 1)):
            raise self.problem(unread[0].why, unread[0].span)

        def assembled(*vs: Value) -> Reading[Value]:
            rows = tuple(tuple(vs[k : k + width]) for k in range(0, len(vs), width))
            return Reading(Blocks(rows, column=width == 1))

        found = self.each(assembled, node.span, *cells)
        return found if node.kind != "bar" else self.each(fences.bars, node.span, found)

    def _cell(self, node: tree.Node) -> Readings:
        """A cell; one that has no meaning stands for itself, so that the others can be judged."""
        if isinstance(node, tree.Empty):
            return [Reading(T.number(0))]
        if isinstance(node, tree.Sign) and node.name == "bullet":
            return [Reading(Unread("this block is left open", node.span, LEFT_OPEN))]
        try:
            return self.read(node)
        except AnswerProblem as problem:
            return [Reading(Unread(problem.message, problem.span or node.span, problem.kind))]

    def _sum(self, node: tree.Sum) -> Readings:
        if any(isinstance(x.items[0] if isinstance(x, tree.Juxtaposed) else x, tree.Sign) for x in node.terms):
            from symderiv.reading import dots

            node = dots.summed(self, node)
        return self._added(node, tuple(self._terms(node)))

    def _terms(self, node: tree.Sum) -> Iterable[tuple[str, tree.Node]]:
        return zip(node.signs, node.terms, strict=True)

    def _added(self, node: tree.Sum, terms: Sequence[tuple[str, tree.Node]]) -> Readings:
        from symderiv.reading import binders

        reaching = binders.reaching(self, node, terms)
        if reaching is not None:
            return reaching
        total: Readings = []
        for k, (sign, term) in enumerate(terms):
            if sign not in ("+", "-"):
                raise self.problem("± has two values", term.span)
            values = self.read(term)
            if sign == "-":
                values = [Reading(combine.negative(r.value), r.cost, r.notes) for r in values]
            if not k:
                total = values
            else:
                span = node.terms[0].span | term.span
                total = cheapest(self.each(lambda a, b, s=span: combine.plus(a, b, s), span, total, values))
        return total

    def _braced(self, node: tree.Braced) -> Readings:
        return self.read(node.body)

    def _damaged(self, node: tree.Damaged) -> Readings:
        raise self.problem(node.message, node.span, node.hint, node.kind)

    def _related(self, node: tree.Related) -> Readings:
        raise self.problem("a relation stands where a value belongs", node.span)

    def _lone(self, node: tree.Name) -> Readings:
        found = self.named(node.text)
        if found is not None:
            return [found]
        from symderiv.reading import heads

        return heads.lone(self, node) or self.name(node)


# --- helpers ----------------------------------------------------------------------------------------------------------------


def _combined(chosen: Sequence[Reading[Value]], result: Reading[Value]) -> Reading[Value]:
    """A result with what its operands cost and assumed."""
    cost = 0
    for r in chosen:
        cost += r.cost
    if not cost:
        return result
    return Reading(result.value, cost + result.cost, (*(n for r in chosen for n in r.notes), *result.notes))


@functools.lru_cache(maxsize=1024)
def _whole(symbol: t.Symbol) -> Reading[Value]:
    return Reading(T.whole(symbol))


@functools.lru_cache(maxsize=1024)
def _number_of(digits: str) -> Tensor:
    return T.number(Fraction(digits))


def transpose_mark(sup: tree.Node) -> str:
    """``transpose`` or ``inverse`` (of the transpose) for a superscript that is such a mark, else nothing."""
    if isinstance(sup, tree.Name) and sup.text in ("top", "T", "intercal", "t"):
        return "transpose"
    if isinstance(sup, tree.Sum) and sup.signs == ("-",) and transpose_mark(sup.terms[0]) == "transpose":
        return "inverse"
    return ""


@functools.cache
def _rules() -> dict[type, Callable[..., Readings]]:
    """How each kind of node is read. The modules of the single constructs need a `Reader`, so that they are loaded when the first is at work."""
    from symderiv.reading import binders, fences, juxtaposition, products, scripted

    return {
        tree.Name: Reader._lone, tree.Number: Reader._number, tree.Fenced: fences.read, tree.Scripted: scripted.read,
        tree.Fraction: Reader._fraction, tree.Root: Reader._root, tree.Grid: Reader._grid, tree.Big: binders.read,
        tree.Braced: Reader._braced, tree.Juxtaposed: juxtaposition.read, tree.Product: products.read, tree.Sum: Reader._sum,
        tree.Related: Reader._related, tree.Damaged: Reader._damaged,
    }  # fmt: skip


#: Nodes that mean nothing on their own: the message and the hint.
_MEANINGLESS: dict[type, tuple[str, str]] = {
    tree.Sign: ("this symbol alone has no meaning here", ""),
    tree.Words: ("a word in the middle of a formula has no meaning here", ""),
    tree.Empty: ("something is missing here", ""),
    tree.Listed: ("a list has no meaning here", "a vector stands in brackets, as in (x_1, x_2)"),
    tree.Given: ("a bar has no meaning here", "a condition stands inside a density, as in p(x | z)"),
    tree.Parallel: ("a double bar has no meaning here", "a divergence is written D_{KL}(q \\| p)"),
}
_DERIVATIVE = ("this symbol alone has no meaning here", r"a derivative is written \frac{\partial f}{\partial x} or \nabla_x f")
_SIGNS: dict[str, tuple[str, str]] = {
    "partial": _DERIVATIVE, "nabla": _DERIVATIVE, "differential": _DERIVATIVE,
    "infinity": ("infinity is no number that could be reckoned with here", "only a divergence as a whole may be infinite, as in D_{KL}(q \\| p) = \\infty"),
    "ellipsis": ("what the dots stand for is not said here", r"write it with an index, as in \sum_{i=1}^{n} s_i or (s_i)_{i=1}^{n}"),
}  # fmt: skip
