"""A child that knows nothing of mathematics and answers at once, for tests of what is around it."""

from __future__ import annotations

import base64
import hashlib
import json
import sys


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)["task"]
        text = base64.b64decode(task["files"][0][1]).decode("utf-8", "replace")
        part: dict[str, object] = {
            "part": "1.1", "status": "review" if "?" in text else "correct", "points": 1.0, "of": 1.0, "exact": "1", "how": "proved",
            "findings": [], "reading": "", "arithmetic": "1 of 1", "answer": hashlib.sha256(text.encode()).hexdigest()[:16], "text": text,
        }  # fmt: skip
        record = {"points": 1.0, "of": 1.0, "parts": [part], "unplaced": [], "notes": []}
        sys.stdout.write(json.dumps({"at": "document"}) + "\n" + json.dumps({"record": record, "files": {}}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
