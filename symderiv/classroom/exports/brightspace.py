"""Brightspace: a CSV of points, the user's columns first and the end of each line marked.

Source: D2L, "Importing grades", https://community.d2l.com/brightspace/kb/articles/3538-importing-grades
"""

from __future__ import annotations

from symderiv.classroom.gradebook import Export, Files, Gradebook, table
from symderiv.grading.marks import number


def write(book: Gradebook) -> Files:
    """`brightspace.csv`."""
    identity, user = book.column("OrgDefinedId"), book.column("Username")
    numbers = {}
    for row in book.roster[1:]:
        found = book.student_of(row, "Username", "OrgDefinedId", "Email")
        if found is not None and identity is not None:
            numbers[found.student] = (row[identity], row[user] if user is not None else f"#{found.student}")
    rows = [["OrgDefinedId", "Username", f"{_item(book.title)} Points Grade", "End-of-Line Indicator"]]
    for r in book.named():
        org, name = numbers.get(r.student, ("", str(r.student)))
        rows.append([org, name, number(r.points), "#"])
    return {"brightspace.csv": table(rows)}


def _item(title: str) -> str:
    """A grade item's name, without the signs that Brightspace takes for its own."""
    return " ".join("".join(" " if c in '/"*<>+=|,%' else c for c in title).split())


ENTRY = Export("a CSV of points", write)
