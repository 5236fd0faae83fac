"""The parts of an assignment as typed questions, with every problem of the file pointed at in the file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symderiv.algebra.terms import Function
from symderiv.assignments.records import Assignment, Part, Question
from symderiv.core.problems import AuthorProblem
from symderiv.core.text import Source, Span
from symderiv.distributions.registry import Nameable
from symderiv.grading import rubric
from symderiv.reading import tree
from symderiv.reading.asks import Asked, read_decide, read_find, read_show
from symderiv.reading.tree import children
from symderiv.reading.given import read_given, statement_spans
from symderiv.reading.parse import parse
from symderiv.reading.scope import Scope, key


@dataclass(frozen=True, slots=True)
class Posed:
    """A part, its asks in order (``find`` before ``decide``), and the same asks under each further assumption, by its text."""

    question: Question
    part: Part
    asks: tuple[Asked, ...]
    also: tuple[tuple[str, tuple[Asked, ...]], ...] = ()


def posed(assignment: Assignment, question: Question, part: Part) -> Posed:
    """A part read. Raises `AuthorProblem` that points into the assignment's file."""
    rubric.check(assignment, part)
    given = Source(question.given_for(part), "given")
    try:
        scope = read_given(given, families=Nameable())
    except AuthorProblem as problem:
        raise _in_file(assignment, problem, lambda span: question.place_of_given(part, span)) from None
    asks = tuple(_asks(assignment, part, scope))
    also = []
    for text in part.also_under:
        narrower = assumed(scope, Source(text, "also_under"))
        also.append((text, tuple(_asks(assignment, part, narrower))))
    return Posed(question, part, asks, tuple(also))


def _asks(assignment: Assignment, part: Part, scope: Scope) -> Iterator[Asked]:
    for name, read in (("find", read_find), ("show", read_show), ("decide", read_decide)):
        text = getattr(part, name)
        if text is None:
            continue
        try:
            if name == "find" and part.in_terms_of is not None:
                yield read_find(scope, Source(text, name), Source(part.in_terms_of, "in_terms_of"))
            else:
                yield read(scope, Source(text, name))
        except AuthorProblem as problem:
            where = problem.source.name if problem.source is not None else name
            raise _in_file(assignment, problem, functools.partial(part.place, where)) from None


def _in_file(assignment: Assignment, problem: AuthorProblem, place: Callable[[Span], Span]) -> AuthorProblem:
    span = place(problem.span) if problem.span is not None else None
    return AuthorProblem(problem.message, span, assignment.source, problem.hint)


def assumed(scope: Scope, source: Source) -> Scope:
    """The scope under one more assumption, such as ``G, F \\text{ elementwise}``; definitions are read again."""
    node = parse(source)
    names, elementwise = _named(node)
    functions = dict(scope.functions)
    for name in names:
        f = functions.get(name)
        if f is None or not elementwise:
            raise AuthorProblem("an assumption names declared functions and says elementwise", Span(0, len(source.text)), source)
        functions[name] = Function(name, ((),), (), True, f.domain, f.traits)
    given = scope.source
    if given is None:
        raise AuthorProblem("there is nothing given to assume this of", Span(0, len(source.text)), source)
    return read_given(given, statement_spans(given), functions, scope.families)


def _named(node: tree.Node) -> tuple[list[str], bool]:
    names: list[str] = []
    words = ""
    stack: list[tree.Node] = [node]
    while stack:
        n = stack.pop()
        name = key(n)
        if isinstance(n, tree.Words) or name == "elementwise":
            words += f" {n.text if isinstance(n, tree.Words) else name}"
        elif name is not None:
            names.append(name)
        else:
            stack.extend(children(n))
    return sorted(names), "elementwise" in words
