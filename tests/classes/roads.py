"""The ways to grade a class from a terminal: ``course grade``, nbgrader's commands."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.classes.classroom import ASSIGNMENT


def course_grade(
    folder: Path, assignment: str = ASSIGNMENT, locks: bool = True
) -> tuple[int, dict[str, dict]]:
    """The status of ``course grade``, and the rows of its report by learner.

    Args:
        locks: whether the file system that it runs on has any.
    """
    program = ["grader.cli"] if locks else ["tests.kernels.no_locks", "grader.cli"]
    command = [sys.executable, "-m", *program, "grade", assignment, "--json"]
    run = subprocess.run(
        [*command, "--timeout", "30"], cwd=folder, capture_output=True, text=True
    )
    assert "Traceback" not in run.stderr, run.stderr
    assert run.stdout, run.stderr
    report = json.loads(run.stdout)
    return run.returncode, {row["learner"]: row for row in report["learners"]}


def nbgrader(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """One of nbgrader's own commands."""
    # It calls alembic by name, and the environment need not be activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path},
    )


def nbgrader_autograde(
    folder: Path, assignment: str = ASSIGNMENT, *options: str
) -> int:
    """Release and grade by nbgrader's commands; the status of the second."""
    made = nbgrader(folder, "generate_assignment", assignment, "--force")
    assert made.returncode == 0, made.stderr
    return nbgrader(folder, "autograde", assignment, *options).returncode
