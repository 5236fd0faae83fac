"""What takes long or needs a browser, TeX or Dask: `pytest -m slow tests/classroom`."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.classroom import ANSWERS, write_class
from symderiv.assignments.builtin import builtin
from symderiv.assignments.load import load
from symderiv.classroom.documents import document
from symderiv.classroom.handed_in import HandedFile
from symderiv.grading.page import check_page
from symderiv.report.render import answer_sheet
from symderiv.report.solution import solution
from symderiv.typeset import template_loader
from tests.classroom.rooms import RIGHT, SHEET, SLOW, WRONG, answers, graded, hand_in

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]
ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "symderiv.cli", *arguments]


def everything(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("executor", ["processes", "threads"])
def test_a_kill_at_ten_random_moments_changes_no_byte_of_what_comes_out(tmp_path: Path, executor: str) -> None:
    write_class(tmp_path / "in", 24)
    asked = ["grade", "written-assignment-4", str(tmp_path / "in"), "-j", "2", "--executor", executor, "-o"]
    subprocess.run(command(*asked, str(tmp_path / "whole")), env=ENVIRONMENT, capture_output=True, check=True)
    seed = 11
    rnd = random.Random(seed)
    for _ in range(10):
        run = subprocess.Popen(
            command(*asked, str(tmp_path / "out")),
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=rnd.uniform(0.6, 1.6))
        os.kill(run.pid, signal.SIGKILL)  # the parent alone: its children have to notice
        run.wait()
    done = subprocess.run(command(*asked, str(tmp_path / "out")), env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert everything(tmp_path / "out") == everything(tmp_path / "whole"), f"seed {seed}: {done.stderr}"


@pytest.mark.parametrize("executor", ["processes", "threads"])
def test_three_that_hang_among_two_hundred_cost_nobody_else(tmp_path: Path, executor: str) -> None:
    _three_hang(tmp_path, executor, 197)


def _three_hang(tmp_path: Path, executor: str, others: int) -> None:
    students = {f"s{k:03d}": answers(*(WRONG if k % 3 else RIGHT)) for k in range(others)}
    hanging = {"h1": answers("HANG", RIGHT[1]), "h2": answers(RIGHT[0], "HANG"), "h3": answers("HANG $1$", RIGHT[1])}
    folder = hand_in(tmp_path / "in", **students, **hanging)
    _, records = graded(folder, tmp_path / "out", executor=executor, jobs=2, child=SLOW, seconds=2.0)
    assert len(records) == others + 3
    for name, record in records.items():
        statuses = [p["status"] for p in record["parts"]]
        expected = {"h1": ["review", "correct"], "h2": ["correct", "review"], "h3": ["review", "correct"]}.get(name)
        assert statuses == (expected or ["incorrect" if int(name[1:]) % 3 else "correct"] * 2)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers on loopback."""
    pytest.importorskip("distributed")
    address = "tcp://127.0.0.1:8797"
    quiet: dict[str, Any] = {"env": ENVIRONMENT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    module = [sys.executable, "-m"]
    scheduler = subprocess.Popen(
        [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "8797", "--no-dashboard"], **quiet
    )
    options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path / "dask")]
    workers = [subprocess.Popen([*module, "distributed.cli.dask_worker", address, *options], **quiet) for _ in range(2)]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_three_that_hang_among_two_hundred_cost_nobody_else_under_dask(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    _three_hang(tmp_path, f"dask:{cluster[0]}", 197)


def test_dask_with_a_worker_killed_midway_gives_what_threads_give(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    students = {f"s{k:03d}": answers(*(RIGHT if k % 3 else WRONG)) for k in range(60)}
    folder = hand_in(tmp_path / "in", **students, hang=answers("HANG", RIGHT[1]))
    graded(folder, tmp_path / "threads", jobs=2, child=SLOW, seconds=1.5)
    results = tmp_path / "dask-out" / "results.jsonl"

    def kill_one() -> None:
        while not results.exists() or results.read_bytes().count(b"\n") < 8:
            time.sleep(0.02)
        workers[0].kill()

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    graded(folder, tmp_path / "dask-out", executor=f"dask:{address}", child=SLOW, seconds=1.5)
    killer.join()
    assert workers[0].wait() == -signal.SIGKILL
    assert results.read_bytes() == (tmp_path / "threads" / "results.jsonl").read_bytes()


@pytest.mark.parametrize("engine", ["pdflatex", "lualatex"])
def test_the_pdf_of_a_filled_template_is_all_that_grading_needs(tmp_path: Path, engine: str) -> None:
    if shutil.which(engine) is None:
        pytest.skip(f"no {engine} on this machine")
    sheet = load(builtin("written-assignment-4"))
    text = answer_sheet(solution(sheet), "written-assignment-4-ada.tex", template_loader(None))
    for number, ways in ANSWERS.items():
        mark = f"% --- your answer to {number} starts here ---\n"
        assert text.count(mark) == 1
        text = text.replace(mark, mark + ways[0][0] + "\n")
    (tmp_path / "written-assignment-4-ada.tex").write_text(text, encoding="utf-8")
    call = [engine, "-interaction=nonstopmode", "-halt-on-error", "written-assignment-4-ada.tex"]
    subprocess.run(call, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    pdf = (tmp_path / "written-assignment-4-ada.pdf").read_bytes()
    source, _ = document(HandedFile("written-assignment-4-ada.pdf", pdf))
    page = check_page(sheet, source)
    assert [p.judgement.status for p in page.parts] == ["correct"] * 7
    assert not page.unplaced


def test_a_person_decides_in_a_browser_and_the_marks_move(tmp_path: Path) -> None:
    webdriver = pytest.importorskip("selenium.webdriver")
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        pytest.skip("no Chromium on this machine")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    hand_in(
        tmp_path / "in",
        ada=answers("Clearly. <script>document.title = 'taken'</script>", RIGHT[1]),
        bob=answers("Trust me.", WRONG[1]),
    )
    out = tmp_path / "out"
    subprocess.run(
        command("grade", str(sheet), str(tmp_path / "in"), "-o", str(out)), env=ENVIRONMENT, capture_output=True, check=True
    )
    options = webdriver.ChromeOptions()
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(tmp_path)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        driver.get((out / "review.html").as_uri())
        assert driver.title == "Review: Sheet 7"
        assert driver.find_element("id", "count").text == "2 of 2 answers are open."
        articles = driver.find_elements("css selector", ".answer")
        ada = next(a for a in articles if "student: ada" in a.text)
        ada.find_element("css selector", "[name=points]").send_keys("0.5")
        ada.find_element("css selector", "[data-decide=partial]").click()
        ada.find_element("css selector", "[name=note]").send_keys("say why")
        driver.find_element("id", "download").click()
        assert driver.find_element("id", "count").text == "1 of 2 answers are open."
        assert driver.get_log("browser") == []
        for _ in range(100):
            if (tmp_path / "decisions.json").exists():
                break
            time.sleep(0.05)
    finally:
        driver.quit()
    made = json.loads((tmp_path / "decisions.json").read_text(encoding="utf-8"))["decisions"]
    assert [(d["part"], d["status"], d["points"], d["note"]) for d in made.values()] == [("1.1", "partial", "0.5", "say why")]
    done = subprocess.run(
        command("review", str(out), "--apply", str(tmp_path / "decisions.json")),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "ada " in done.stdout
    assert "partial 0.5" in done.stdout
