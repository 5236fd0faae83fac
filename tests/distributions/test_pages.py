"""What the pages of distributions say, and what the page of all pairs claims."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from symderiv.algebra.normal import Normal
from symderiv.algebra.terms import Entry, mul, tensor
from symderiv.cli import app
from symderiv.commands.files import Format, rendered, templates_loader
from symderiv.core.problems import AuthorProblem
from symderiv.derive import functionals as F
from symderiv.distributions import registry
from symderiv.distributions.pairs import Status, pair, pairs
from symderiv.report.distribution_page import distribution_page

from tests.distributions import numeric as N

FORMATS = [f for f in Format if f is not Format.PDF]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_show_prints_density_moments_divergence_and_information() -> None:
    printed = run("show", "distribution", "gamma")
    for line in (
        "α, β > 0",
        "E_q[x] = α/β",
        "Var_q[x] = α/β²",
        "I(q) = [ψ′(α), -1/β; -1/β, α/β²]",
        "(∂D_{KL}(q ‖ p))/∂β = α₂/β - α β₂/β²",
        "D_ω(q ‖ p) = ",
        "holds where 2α - α₂ > 0",
        "I⁻¹ ∇D_{KL}(q ‖ p) = ",
    ):
        assert line in printed
    titles = [p["title"] for p in json.loads(run("show", "distribution", "Unif", "--format", "json"))["questions"][0]["parts"]]
    assert titles == [
        "Density", "Mean", "Variance", "Entropy", "Divergence", "Gradients of the divergence", "Fisher information", "Cross-entropy",
        "Rényi divergence", "Chi-squared divergence", "Hellinger distance", "Bhattacharyya distance", "Wasserstein distance", "Further divergences",
    ]  # fmt: skip


def test_a_page_is_written_as_pdf_with_its_source(tmp_path: Path) -> None:
    run("show", "distribution", "wishart", "--output", str(tmp_path / "page.pdf"))
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "page.tex").is_file()


@pytest.mark.parametrize("name", registry.names())
def test_every_page_is_set_in_every_format(name: str) -> None:
    page = distribution_page(name)
    assert all(rendered(page, form, templates_loader(None)) for form in FORMATS)


def test_a_distribution_is_found_by_any_of_its_names() -> None:
    assert registry.named("Inverse Gamma") == "inverse_gamma"
    assert registry.named("MVN") == "multivariate_normal"
    with pytest.raises(AuthorProblem):
        registry.named("pairs")


def test_every_pair_has_what_its_status_says() -> None:
    """Every family is known against itself or says why not; what is infinite has a reason; what has conditions states them."""
    found = {(x.q, x.p): x for x in pairs()}
    assert all((n, n) in found for n in registry.names())
    for x in found.values():
        known = x.status in (Status.CLOSED, Status.CONDITIONAL)
        assert (x.found is not None and x.found.value is not None) == known
        assert bool(x.why) != known
        assert (x.status is Status.CONDITIONAL) == bool(x.found and x.found.conditions)
    assert pair("normal", "poisson") is None


@pytest.mark.parametrize("name", [x for x in registry.names() if registry.family(x).variable.sizes and x != "wishart"])
def test_the_mean_of_a_vector_is_that_of_its_entries(name: str) -> None:
    q = N.member(registry.family(name), "q")
    mean = F.mean(q).value
    assert mean is not None
    first = (1,) * len(q.variable.sizes)
    for values in N.points(11, N.symbols(q), []):
        wanted = N.expectation(q, Entry(q.variable, first), values)
        assert N.array(mean, values)[(0,) * len(first)] == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_a_mean_of_a_matrix_is_a_matrix() -> None:
    q = N.member(registry.family("wishart"), "q")
    degrees, scale = q.arguments
    mean = F.mean(q).value
    assert mean is not None
    slots, body = scale.open()
    assert Normal().tensor(mean) == Normal().tensor(tensor(slots, mul(degrees.body, body)))
