"""Submissions that could not be graded, and would fail in the same way again.

A failure is kept with the submission's digest and the course's version: what is handed
in anew, or a course that was mended, is tried again; the same is not.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from grader.common.course import DISTRIBUTION
from grader.grading.intake.submission import Submission
from grader.grading.place.workplace import Workplace


@dataclass(frozen=True)
class Failures:
    """The failures of one assignment, each in a file."""

    place: Workplace

    def record(self, submission: Submission, why: str) -> None:
        """It failed in a way that lasts.

        Raises:
            OSError: the file can't be written.
        """
        path = self._path(submission)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {**self._about(submission), "why": why}
        path.write_text(json.dumps(kept), encoding="utf-8")

    def forget(self, submission: Submission) -> None:
        """It did not fail."""
        with suppress(FileNotFoundError):
            self._path(submission).unlink()

    def why(self, submission: Submission) -> str | None:
        """What failed for this very submission; None where nothing did."""
        try:
            kept = json.loads(self._path(submission).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        about = self._about(submission)
        if not isinstance(kept, dict) or not about.items() <= kept.items():
            return None
        return str(kept.get("why", ""))

    def _path(self, submission: Submission) -> Path:
        return self.place.failed(submission.learner)

    def _about(self, submission: Submission) -> dict[str, str]:
        return {"submitted": submission.digest, "course": version(DISTRIBUTION)}
