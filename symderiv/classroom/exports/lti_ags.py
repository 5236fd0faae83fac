"""LTI Assignment and Grade Services 2.0: the bodies that a tool sends to a platform.

``lineitem`` is for the line items' service; each of ``scores`` is posted to ``{lineitem}/scores`` as ``application/vnd.ims.lis.v1.score+json``. A submission in
which something waits for a person is ``PendingManual``. Users are known to a platform by its own identifiers: a roster with the columns
``student`` and ``user_id`` gives them, else the student's name stands there. Source: https://www.imsglobal.org/spec/lti-ags/v2p0/
"""

from __future__ import annotations

import json
import re
from typing import Any

from symderiv.classroom.gradebook import Export, Files, Gradebook, Row


def write(book: Gradebook) -> Files:
    """`lti-ags.json`."""
    users = {}
    user = book.column("user_id", "userId", "lti_user_id")
    for row in book.roster[1:]:
        found = book.student_of(row, "student", "Username", "Login", "Email")
        if found is not None and user is not None:
            users[found.student] = row[user]
    resource = re.sub(r"[^a-z0-9]+", "-", book.title.casefold()).strip("-")
    data = {
        "lineitem": {"label": book.title, "scoreMaximum": float(book.of), "resourceId": resource, "tag": "grade"},
        "scores": [_score(r, users.get(r.student, str(r.student)), book) for r in book.named()],
    }
    return {"lti-ags.json": (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()}


def _score(row: Row, user: str, book: Gradebook) -> dict[str, Any]:
    return {
        "userId": user,
        "timestamp": book.now,
        "activityProgress": "Completed",
        "gradingProgress": "PendingManual" if row.waiting else "FullyGraded",
        "scoreGiven": round(float(row.points), 6),
        "scoreMaximum": float(book.of),
        "comment": row.text(),
    }


ENTRY = Export("line item and scores for a platform's grade services", write)
