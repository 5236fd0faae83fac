"""A class graded: nothing hangs it, nothing is lost or done twice, and it ends the same however it got there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.classroom.rooms import QUICK, RIGHT, SHEET, SLOW, WRONG, answers, graded, hand_in
from symderiv.classroom import anonymity
from symderiv.classroom.batch import open_class, read_settings
from symderiv.classroom.merge import merge
from symderiv.classroom.store import Store, alone
from symderiv.core.problems import AuthorProblem

Statuses = dict[str, list[str]]


def statuses(out: Path) -> Statuses:
    return {r["name"]: [p["status"] for p in r["parts"]] for r in Store(out).records()}


@pytest.fixture
def students(tmp_path: Path) -> Path:
    """Seven who write short answers."""
    return hand_in(tmp_path / "in", **{f"s{k}": f"answer {k}" for k in range(7)})


def bytes_of(out: Path) -> bytes:
    return (out / "results.jsonl").read_bytes()


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_an_answer_that_hangs_crashes_or_meets_a_bug_waits_for_a_person_and_costs_no_other(tmp_path: Path, executor: str) -> None:
    folder = hand_in(
        tmp_path / "in",
        ada=answers(*RIGHT), bob=answers(*WRONG), cy=answers("HANG", RIGHT[1]), di=answers(RIGHT[0], "CRASH $1$"), ed=answers("FAIL $1$", RIGHT[1]),
        em="", fox=b"\xff\xfe\x00",
    )  # fmt: skip
    graded(folder, tmp_path / "out", executor=executor, jobs=2, child=SLOW, seconds=0.7)
    assert statuses(tmp_path / "out") == {
        "ada": ["correct", "correct"], "bob": ["incorrect", "incorrect"], "cy": ["review", "correct"], "di": ["correct", "review"],
        "ed": ["review", "correct"], "em": ["unreadable", "unreadable"], "fox": ["unreadable", "unreadable"],
    }  # fmt: skip


def test_what_is_current_is_not_graded_again(tmp_path: Path, students: Path) -> None:
    graded(students, tmp_path / "out", child=QUICK)
    before = bytes_of(tmp_path / "out")
    graded(students, tmp_path / "out", child=("/bin/false",))  # nothing is left that a child would have to do
    assert bytes_of(tmp_path / "out") == before


def test_a_new_file_a_changed_one_and_one_taken_back(tmp_path: Path, students: Path) -> None:
    graded(students, tmp_path / "out", child=QUICK)
    (students / "sheet-7-s0.md").write_text("something else", encoding="utf-8")
    (students / "sheet-7-s1.md").unlink()
    hand_in(students, new="answer")
    _, after = graded(students, tmp_path / "out", child=QUICK)
    assert sorted(after) == ["new", "s0", "s2", "s3", "s4", "s5", "s6"]
    assert after["s0"]["parts"][0]["text"] == "something else"


@pytest.mark.parametrize("kept", [0.0, 0.21, 0.5, 0.77, 0.999])
def test_results_cut_off_anywhere_are_completed_to_the_same_bytes(tmp_path: Path, students: Path, kept: float) -> None:
    graded(students, tmp_path / "out", child=QUICK)
    whole = bytes_of(tmp_path / "out")
    (tmp_path / "out" / "results.jsonl").write_bytes(whole[: int(kept * len(whole))])
    graded(students, tmp_path / "out", child=QUICK)
    assert bytes_of(tmp_path / "out") == whole


def test_a_mended_assignment_grades_anew(tmp_path: Path, students: Path) -> None:
    graded(students, tmp_path / "out", child=QUICK)
    before = bytes_of(tmp_path / "out")
    graded(students, tmp_path / "out", child=QUICK, text=SHEET.replace("points = 2", "points = 3"))
    assert bytes_of(tmp_path / "out") != before


def test_shares_joined_are_the_class(tmp_path: Path, students: Path) -> None:
    graded(students, tmp_path / "whole", child=QUICK)
    shares = [tmp_path / f"share{k}" for k in (1, 2, 3)]
    counts = [len(graded(students, share, child=QUICK, shard=(k, 3))[1]) for k, share in enumerate(shares, 1)]
    assert sum(counts) == 7
    merge(shares, tmp_path / "joined")
    assert bytes_of(tmp_path / "joined") == bytes_of(tmp_path / "whole")
    assert read_settings(tmp_path / "joined") == read_settings(tmp_path / "whole")
    with pytest.raises(AuthorProblem, match="missing: 2"):
        merge([shares[0], shares[2]], tmp_path / "partly")


def test_a_decision_reaches_all_who_gave_the_answer_and_survives_a_rerun(tmp_path: Path) -> None:
    folder = hand_in(
        tmp_path / "in", ada=answers("It is clear.", RIGHT[1]), bob=answers("It is  clear.", "$1$"), cy=answers(*RIGHT)
    )
    out = tmp_path / "out"
    _, before = graded(folder, out)
    waiting = before["ada"]["parts"][0]
    assert (waiting["status"], waiting["answer"]) == ("review", before["bob"]["parts"][0]["answer"])
    made = {"decisions": {waiting["answer"]: {"part": "1.1", "status": "partial", "points": "0.25", "note": "Say why."}}}
    (out / "decisions.json").write_text(json.dumps(made), encoding="utf-8")
    graded(folder, out)
    _, after = graded(folder, out, text=SHEET.replace("Sheet 7'", "Sheet seven'"))  # everything is graded anew
    for name in ("ada", "bob"):
        part = after[name]["parts"][0]
        assert (part["status"], part["exact"], part["findings"][0]["message"]) == ("partial", "1/4", "Say why.")
    assert after["cy"]["points"] == 3.0


def test_a_decision_does_not_outlive_its_question(tmp_path: Path) -> None:
    folder, out = hand_in(tmp_path / "in", ada=answers("It is clear.", RIGHT[1])), tmp_path / "out"
    _, before = graded(folder, out)
    made = {"decisions": {before["ada"]["parts"][0]["answer"]: {"part": "1.1", "status": "correct", "points": "1", "note": ""}}}
    (out / "decisions.json").write_text(json.dumps(made), encoding="utf-8")
    _, after = graded(folder, out)
    assert after["ada"]["parts"][0]["status"] == "correct"
    _, after = graded(folder, out, text=SHEET.replace(r"a b^2 + \log a", r"a b^2 - \log a"))
    assert after["ada"]["parts"][0]["status"] != "correct"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"part": "9.9", "status": "correct", "points": "1"}, "does not have"),
        ({"part": "1.1", "status": "corect", "points": "1"}, "did you mean `correct`"),
        ({"part": "1.1", "status": "correct", "points": "7"}, "7 of 1 points"),
        ({"part": "1.1", "status": "correct", "points": "one"}, "no decisions"),
        ({"status": "correct"}, "no decisions"),
    ],
)
def test_decisions_that_are_none_are_refused(tmp_path: Path, students: Path, entry: dict[str, str], said: str) -> None:
    group, _ = graded(students, tmp_path / "out", child=QUICK)
    (tmp_path / "out" / "decisions.json").write_text(json.dumps({"decisions": {"x": entry}}), encoding="utf-8")
    with pytest.raises(AuthorProblem, match=said):
        open_class(group.assignment, group.out, group.settings)


def test_no_name_leaves_the_folder(tmp_path: Path) -> None:
    text = "By adalovelace.\n" + answers(RIGHT[0] + " (AdaLovelace, adalovelace)", RIGHT[1])
    folder = hand_in(tmp_path / "in", adalovelace=text, bob=answers(*WRONG))
    shutil.copy(folder / "sheet-7-bob.md", folder / "bobs homework.md")
    out = tmp_path / "out"
    graded(folder, out, anonymous=True, feedback=True)
    before = bytes_of(out)
    said = b"".join(p.read_bytes() + p.name.encode() for p in out.rglob("*") if p.is_file())
    assert b"lovelace" not in said.lower()
    assert b"bob" not in said
    names = json.loads((folder / anonymity.NAMES).read_text(encoding="utf-8"))["names"]
    assert sorted(names.values()) == ["adalovelace", "bob", "misnamed-bobs_homework"]
    graded(folder, out, anonymous=True, feedback=True)
    assert bytes_of(out) == before  # the same pseudonyms, and nothing done twice
    assert set(names) == set(statuses(out))


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path, students: Path) -> None:
    with alone(tmp_path / "out"), pytest.raises(AuthorProblem, match="another run"):
        graded(students, tmp_path / "out", child=QUICK)
    graded(students, tmp_path / "out", child=QUICK)
    assert len(statuses(tmp_path / "out")) == 7


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorProblem, match="holds no results"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        b'{"name":"bob","key":"x"}\n',
        b'{"name":"bob","key":"x","file":"f","parts":5,"decided":{}}\n',
        b'{"name":"bob","key":"x","file":"f","parts":[1],"decided":{}}\n',
        b"[1]\n",
        b"\xff\x00\n",
        b"\n",
    ],
)
def test_a_line_that_is_no_result_is_passed_over(tmp_path: Path, students: Path, line: bytes) -> None:
    out = tmp_path / "out"
    graded(students, out, child=QUICK)
    results = out / "results.jsonl"
    whole = results.read_bytes()
    results.write_bytes(line + whole + line)
    graded(students, out, child=QUICK)
    assert results.read_bytes() == whole


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"anonymous": True}, "under the students' names"),
        ({"shard": (1, 2)}, {"shard": (2, 2)}, "of share 1/2"),
        ({}, {"shard": (2, 2)}, "of share all"),
    ],
)
def test_results_that_another_run_would_lose_are_refused(
    tmp_path: Path, students: Path, before: dict[str, Any], after: dict[str, Any], said: str
) -> None:
    out = tmp_path / "out"
    graded(students, out, child=QUICK, **before)
    whole = (out / "results.jsonl").read_bytes()
    with pytest.raises(AuthorProblem, match=said):
        graded(students, out, child=QUICK, **after)
    assert (out / "results.jsonl").read_bytes() == whole


def test_the_folder_of_another_class_is_refused(tmp_path: Path, students: Path) -> None:
    out = tmp_path / "out"
    graded(students, out, child=QUICK)
    whole = (out / "results.jsonl").read_bytes()
    with pytest.raises(AuthorProblem, match="other students"):
        graded(hand_in(tmp_path / "other", zoe="$1$"), out, child=QUICK)
    assert (out / "results.jsonl").read_bytes() == whole


def test_a_file_that_cannot_be_opened_is_its_student_s_trouble_alone(
    tmp_path: Path, students: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "sheet-7-s1.md":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    _, records = graded(students, tmp_path / "out")
    found = {name: {p["status"] for p in record["parts"]} for name, record in records.items()}
    assert [name for name, kinds in found.items() if kinds == {"unreadable"}] == ["s1"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes under /proc")
def test_workers_end_with_the_process_they_work_for() -> None:
    """Also with one that was killed, which could tell them nothing."""
    program = (
        "import os, time\n"
        "from symderiv.classroom.executors import process_pool\n"
        "if __name__ == '__main__':\n"
        "    print(process_pool(1).submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert _runs(worker)
        parent.kill()
    for _ in range(600):
        if not _runs(worker):
            break
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "XZ"
