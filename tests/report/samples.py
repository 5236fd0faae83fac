"""Reports made by hand that try a page: wide formulas, hostile and endless text, every status, every kind of block."""

from __future__ import annotations

from symderiv.report.model import (
    BlockPicture, FeedbackReport, FindingView, NumericCheck, PartFeedback, PartSolution, PublishedView, QuestionSolution, SolutionReport,
    StepView,
)  # fmt: skip
from symderiv.writing.notation import (
    Big, Fenced, Fraction, Grid, Letter, Notation, Number, Root, Script, Symbol, Underbrace, Word, Words, fenced, row, separated,
)  # fmt: skip

HOSTILE = "\\input{/etc/passwd} #eval(\"1\") {{7*7}} {% raw %} << x >> <% 1 %> <script>alert('1')</script> $x$ % & ~ ^ _ # \\\\ ,, -- `` ?` $"
ENDLESS = "\\frac{a}{b}+" * 30 + "x" * 300
STRANGE = "ħŦſ ‘quoted’ \x00\u202e\u200b é 漢字" + "漢" * 120 + " 🎉 e\u0301 σ²ᵢ ½"
STATUSES = ("correct", "partial", "incorrect", "review", "unreadable", "missing")


def sym(name: str) -> Symbol:
    return Symbol(name)


def sub(name: str, index: str) -> Notation:
    return Script(Letter(name), Number(index) if index.isdigit() else Letter(index))


def call(name: str, *inner: Notation) -> Notation:
    return row(Letter(name) if len(name) == 1 else Word(name), fenced(row(*inner)))


X1, X2, Y1, Y2, S = sub("x", "1"), sub("x", "2"), sub("y", "1"), sub("y", "2"), Letter("s")
HAD, EQ, PLUS, MINUS = sym("hadamard"), sym("equals"), sym("plus"), sym("minus")
COUPLING = row(Y1, EQ, call("exp", call("G", X2)), HAD, X1, PLUS, call("F", X2))
INVERSE = row(X1, EQ, call("exp", MINUS, call("G", X2)), HAD, fenced(row(Y1, MINUS, call("F", X2))))


def slope(above: Notation, below: Notation) -> Notation:
    return Fraction(row(sym("partial"), above), row(sym("partial"), below))


JACOBIAN = row(slope(Letter("y"), Letter("x")), EQ, Grid((
    (call("diag", call("exp", call("G", X2))), row(call("diag", call("exp", call("G", X2)), HAD, X1), sub("J", "G"), PLUS, sub("J", "F"))),
    (Number("0"), call("diag", call("exp", S))),
)))  # fmt: skip


def given_z(name: str, left: Notation, right: Notation) -> Notation:
    return call(name, left, sym("given"), right)


MEAN = Script(sym("expectation"), row(Letter("q"), fenced(Letter("z"))))


def mean(*inner: Notation) -> Notation:
    return row(MEAN, Fenced("bracket", row(*inner)))


X, Z = Letter("x"), Letter("z")
POSTERIOR = Fraction(row(given_z("p", X, Z), call("p", Z)), row(call("p", X), call("q", Z)))
DIVERGENCE = row(Word("KL"), fenced(row(call("q", Z), sym("parallel"), given_z("p", Z, X))))
ELBO = Grid((
    (row(Word("log"), call("p", X)), row(EQ, mean(Word("log"), call("p", X)))),
    (row(), row(EQ, mean(Word("log"), Fraction(row(given_z("p", X, Z), call("p", Z)), given_z("p", Z, X))))),
    (row(), row(EQ, mean(Word("log"), POSTERIOR), PLUS, Underbrace(DIVERGENCE, row(sym("greater-equal"), Number("0"))))),
), "aligned")  # fmt: skip
TERM = row(Fraction(Number("1"), Number("2")), fenced(row(Script(Letter("mu"), Letter("i"), Number("2")), MINUS, Number("1"))))
LONG_SUM = row(call("F", Letter("q")), EQ, *(x for k in range(14) for x in ((PLUS, TERM) if k else (TERM,))))
WIDE_MATRIX = row(
    Letter("A"), EQ, Grid(tuple(tuple(call("diag", call("exp", sub("x", str(k)))) for k in range(12)) for _ in range(4)))
)
HIGH_MATRIX = Grid(tuple((sub("a", str(k)), Root(sub("b", str(k)))) for k in range(60)), "paren")
CASES = row(
    call("f", X), EQ, Grid(((X, row(Words("if "), X, sym("greater"), Number("0"))), (Number("0"), Words('else "#$\\'))), "cases")
)
TOTAL = row(Big("sum", row(Letter("i"), EQ, Number("1")), Letter("d")), sub("sigma", "i"))


def part(number: str, **more: object) -> PartSolution:
    fields: dict[str, object] = {
        "number": number, "title": "The inverse", "points": "1 point", "ask": (("Find ", X1, " and ", X2, "."),), "result": (INVERSE,),
        "steps": (StepView("subtract", ("subtract ", call("F", X2), " on both sides"), (COUPLING, INVERSE)),),
    } | more  # fmt: skip
    return PartSolution(**fields)  # type: ignore[arg-type]


PICTURE = BlockPicture((Y1, Y2), (X1, X2), (("diagonal", "full"), ("zero", "identity")))
WIDE_PICTURE = BlockPicture(
    tuple(sub("y", str(k)) for k in range(2)), tuple(sub("x", str(k)) for k in range(14)), (("full", "zero") * 7,) * 2
)
CHECKS = (
    NumericCheck("inverse of the map's values", "d = 4", "0.375", "0.375", "1.0e-14"),
    NumericCheck("determinant against a matrix of finite differences, " + "x" * 90, "μ = (0.7, -1.1, 0.4), σ = (1.6, 0.9, 2.2)", "-1.23457e-300", "-1.23457e-300", "0.0e+00"),
)  # fmt: skip
PUBLISHED = PublishedView(
    HOSTILE + "\n" + ENDLESS, "right if repaired so", ("as printed this is not right", HOSTILE), ("At d = 4: 589.543 against -2.",), ("x_1 = 1",),
    (LONG_SUM,),
)  # fmt: skip
SOLUTION = SolutionReport(
    "Flows and bounds: ∂y/∂x, σ & 100%", "Derived from what is given.", (
        QuestionSolution("1", "Coupling layers", (row(separated([X1, X2, S]), sym("in"), sym("reals")), COUPLING), (
            part("1.1", holds_under=((call("exp", S), " is never zero"),), certificate=(("proved: both ways round",), ("for every ", Letter("d"))), checks=CHECKS),
            part("1.2", title="The Jacobian, whose title is so long that it would not stand beside its points on one line of a page", result=(JACOBIAN,), picture=PICTURE, published=PUBLISHED),
            part("1.3", title=HOSTILE, result=(WIDE_MATRIX, LONG_SUM), picture=WIDE_PICTURE, decision=("It is not ", TOTAL, ".")),
        )),
        QuestionSolution("2", "A bound", (CASES,), (
            part("2.1", title="The evidence lower bound", steps=(StepView("Bayes", ("as ", given_z("p", Z, X), " is a density"), (ELBO,)),), result=(ELBO,), remarks=(StepView("For one coordinate", ("this is",), (TOTAL,)),)),
            part("2.2", title="A high one", result=(HIGH_MATRIX,), steps=()),
        )),
    ),
)  # fmt: skip


def feedback(text: str) -> FeedbackReport:
    finding = FindingView(("as printed this is not right: " + text,), quoted=text, repair=text, hint=text, witness=(text,))
    parts = tuple(PartFeedback(f"1.{k}", "The inverse", "0.5", "1", s, "right if repaired", text, (LONG_SUM, JACOBIAN), (finding,)) for k, s in enumerate(STATUSES, 1))  # fmt: skip
    return FeedbackReport("Feedback", text[:60], "3 of 6 points", parts, (text,))
