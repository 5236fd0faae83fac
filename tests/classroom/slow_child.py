"""A child in which answers can be told to hang, to crash or to fail, for tests of what its parent does then."""

from __future__ import annotations

import os
import time

from symderiv.classroom import child, task
from symderiv.grading.page import PartResult, part_result, text_of
from symderiv.grading.questions import Posed
from symderiv.core.text import Source
from symderiv.reading.document import HandIn


def told(question: Posed, source: Source, found: HandIn) -> PartResult:
    text = text_of(source, found.answers.get(question.part.number, ()))
    if "HANG" in text:
        time.sleep(3600)
    if "CRASH" in text:
        os.abort()
    if "FAIL" in text:
        raise ZeroDivisionError("as told")
    return part_result(question, source, found)


if __name__ == "__main__":
    setattr(task, "part_result", told)  # noqa: B010  the name is the task's own import
    child.main()
