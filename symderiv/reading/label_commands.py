r"""What LaTeX numbers by itself: sections, the items of lists, the questions of the exam class, and environments such as ``problem``.

An item is numbered by its place or by its label. An environment for a problem counts like the item of a list around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symderiv.reading.labels import Label, read_title
from symderiv.reading.macros import Macros
from symderiv.reading.ordinals import ordinal, value_of

_LISTS = "enumerate|itemize|description|questions|parts|subparts"
_COUNTED = "problem|question|exercise|prob|ques|homeworkProblem|hwproblem|task|answerto"
_OPTION = r"(?:[ \t]*\[(?P<{0}>[^\]\n]{{0,80}})\])?"
_COMMAND = re.compile(
    rf"\\begin\s*\{{(?P<begin>{_LISTS})\*?\}}(?:\[[^\]]{{0,80}}\])?|\\end\s*\{{(?P<end>{_LISTS})\*?\}}"
    rf"|\\begin\s*\{{(?P<problem>{_COUNTED})\*?\}}{_OPTION.format('option')}(?:[ \t]*\{{(?P<argument>[^{{}}\n]{{0,80}})\}})?"
    rf"|\\end\s*\{{(?P<solved>{_COUNTED})\*?\}}"
    r"|\\begin\s*\{\w{1,20}\*?\}[ \t]*\[[^\]\n]{0,80}?\b(?:frame)?title[ \t]*=[ \t]*\{?(?P<boxed>[^\],}\n]{1,80})\}?[^\]\n]{0,80}\]"
    rf"|\\item(?![A-Za-z])[ \t]*{_OPTION.format('label')}|\\setcounter\{{enumi+\}}\{{(?P<counter>-?\d+)\}}"
    rf"|\\(?P<exam>(?:titled)?question|(?:sub)*part)(?![A-Za-z*])(?P<points>[ \t]*\[[^\]\n]{{0,20}}\])?(?![ \t]*\{{)"
    r"|(?:\\(?P<section>(?:sub)*section|chapter|part|frametitle)\*?|\\begin[ \t]*\{(?P<frame>frame)\})[ \t]*(?:\[[^\]\n]{0,80}\])?"
    r"[ \t]*\{(?P<title>(?:[^{}]|\{[^{}]{0,80}\}){0,200})\}"
    r"|<(?P<html>/?ol|/?ul|li)\b[^>\n]{0,80}>"
)
_LEVELS = {"part": 0, "chapter": 0, "section": 1, "subsection": 2, "subsubsection": 3, "frame": 1, "frametitle": 1}
#: The level of the title of a box, below every section.
_BOXED = 4
_EXAM = {"question": 1, "titledquestion": 1, "part": 2, "subpart": 3, "subsubpart": 4}
_INSIDE = re.compile(rf"\s*\\textbf\{{\s*{ordinal('question', ('number',))}\.{ordinal('part', ('number',))}[^}}]*\}}")


def in_commands(masked: str) -> Iterator[Label]:
    """The labels that commands of LaTeX make."""
    counters: list[int | None] = []  # one an open list; None where it has no numbers
    problems = 0  # of the environments outside of any list
    exam = [0, 0, 0, 0]
    for found in _COMMAND.finditer(masked):
        if found["begin"]:
            if found["begin"] in ("enumerate", "itemize", "description"):
                counters.append(0 if found["begin"] == "enumerate" else None)
        elif found["end"]:
            if counters and found["end"] in ("enumerate", "itemize", "description"):
                counters.pop()
        elif found["problem"]:
            problems += 1
            yield _problem(found, problems)
            counters.append(problems)
        elif found["solved"]:
            if counters:
                counters.pop()
        elif found["counter"] is not None:
            if counters:
                counters[-1] = int(found["counter"])
        elif found["exam"]:
            level = _EXAM[found["exam"]]
            exam[level - 1 :] = [exam[level - 1] + 1] + [0] * (4 - level)
            yield Label("step", found.start(), found.end(), exam[level - 1], style="item", level=level)
        elif found["title"] is not None:
            yield _section(found)
        elif found["boxed"]:
            if (named := read_title(_unmarked(found["boxed"]))) is not None:
                yield replace(named, start=found.start(), end=found.end(), level=_BOXED)
        elif found["html"]:
            yield from _in_html(found, counters)
        else:
            yield from _item(masked, found, counters)


#: A macro of the document's own that sets a heading from its first argument: ``\\newcommand{\\q}[1]{\\textbf{Question #1}}``.
_SETS_HEADING = re.compile(
    r"\\(?P<section>(?:sub)*section|chapter|part)\*?(?![A-Za-z])|\\(?:textbf|paragraph|bfseries|item|underline|textsc)(?![A-Za-z])"
    r"|(?i:problem|question|exercise|part)"
)


def in_macros(masked: str, macros: Macros) -> Iterator[Label]:
    """The labels that the document's own macros make where they begin a line."""
    own = {name: (m, set_) for name, m in macros.items() if "#1" in m.body and (set_ := _SETS_HEADING.search(m.body))}
    if not own:
        return
    call = re.compile(
        rf"^[ \t]*\\(?P<name>{'|'.join(own)})(?![A-Za-z])(?P<given>(?:[ \t]*\{{[^{{}}\n]{{0,80}}\}}){{1,9}})", re.MULTILINE
    )
    for found in call.finditer(masked):
        macro, sets = own[found["name"]]
        arguments = list(re.finditer(r"\{([^{}]*)\}", found["given"]))[: macro.arguments]
        if not arguments:
            continue
        body = macro.body
        for k, argument in enumerate(arguments, 1):
            body = body.replace(f"#{k}", argument[1])
        named = read_title(_unmarked(body))
        if named is not None:
            level = _LEVELS.get(sets["section"] or "", 0)
            end = found.start("given") + arguments[-1].end()
            yield replace(named, start=found.start(), end=end, level=level)


def _problem(found: re.Match[str], count: int) -> Label:
    named = read_title(_unmarked(found["option"] or found["argument"] or ""))
    if named is None or named.kind == "step":
        number = named.number if named is not None else count
        return Label("step", found.start(), found.end(), number, style="item", level=1)
    return replace(named, start=found.start(), end=found.end())


def _item(masked: str, found: re.Match[str], counters: list[int | None]) -> Iterator[Label]:
    start, end, title = found.start(), found.end(), _unmarked(found["label"] or "")
    named = read_title(title) if title else None
    if named is not None and named.kind == "part":
        yield replace(named, start=start, end=end)
        return
    number = named.number or named.question if named is not None else None
    if number is None and counters and counters[-1] is not None and not title:
        number = counters[-1] + 1
    if number is None:
        return
    if counters and counters[-1] is not None:
        counters[-1] = number
    if not title and (inner := _INSIDE.match(masked, end, end + 400)) is not None:
        yield Label("part", start, inner.end(), value_of(inner["part"]), value_of(inner["question"]))
        return
    if named is not None and named.kind == "question":
        yield replace(named, start=start, end=end)
        return
    depth = sum(c is not None for c in counters) or 1
    yield Label("step", start, end, number, style="item", level=depth)


def _in_html(found: re.Match[str], counters: list[int | None]) -> Iterator[Label]:
    if found["html"] == "li":
        if counters and (number := counters[-1]) is not None:
            counters[-1] = number + 1
            depth = sum(c is not None for c in counters)
            yield Label("step", found.start(), found.end(), number + 1, style="item", level=depth)
    elif found["html"].startswith("/"):
        if counters:
            counters.pop()
    else:
        counters.append(0 if found["html"] == "ol" else None)


def _section(found: re.Match[str]) -> Label:
    level, title = _LEVELS[found["section"] or found["frame"]], _unmarked(found["title"])
    named = read_title(title)
    if named is None:
        return Label("title", found.start(), found.end(), level=level, words=title)
    return replace(named, start=found.start(), end=found.end(), level=level)


def _unmarked(text: str) -> str:
    return " ".join(re.sub(r"\\[A-Za-z]+\*?|[{}*~]", " ", text).split())
