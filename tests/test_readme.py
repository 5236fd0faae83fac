"""What the README shows is what comes out today: its Python is run, its outputs are held against those of the commands above them."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path

from typer.testing import CliRunner

from symderiv.cli import app

HOME = Path(__file__).parents[1]
README = (HOME / "README.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def plain(text: str) -> str:
    """The words alone: how many spaces stand between them is no matter."""
    return " ".join(text.split())


def missing(shown: str, out: str) -> list[str]:
    """Lines of an output that do not occur in what came out; … stands for what is left out."""
    have = plain(out)
    lines = [plain(line) for line in shown.splitlines()]
    return [line for line in lines if not re.search(re.escape(line).replace("…", ".*?"), have)]


def test_the_python_prints_what_stands_behind_it(tmp_path: Path) -> None:
    (shown,) = blocks("python")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(shown.replace('"logdet.pdf"', repr(str(tmp_path / "logdet.pdf"))), "README.md", "exec"), {})  # noqa: S102  ours
    said = [part for comment in re.findall(r"#(.*)", shown) for part in comment.partition("✓")[0].split(";")]
    assert len(said) >= 3
    assert missing("\n".join(said), printed.getvalue()) == []
    assert (tmp_path / "logdet.pdf").read_bytes().startswith(b"%PDF")


def test_the_outputs_are_those_of_the_commands() -> None:
    solved, judged, record = (block for block in blocks("text"))
    out = CliRunner().invoke(app, ["solve", "written-assignment-4", "--part", "1.1"]).output
    assert missing(solved, out) == []
    out = CliRunner().invoke(app, ["check", "written-assignment-4", str(HOME / "symderiv/assignments/sample-answers.md")]).output
    assert missing(judged, out) == []
    asked, _, answered = record.partition("| symderiv check -\n")
    line = plain(re.sub(r"' \| tr.*|^\$ echo '", "", asked.strip()))
    out = CliRunner().invoke(app, ["check", "-"], input=line + "\n").output
    ours, theirs = json.loads(out), json.loads(answered)
    assert {**ours, "ms": 0} == {**theirs, "ms": 0}
