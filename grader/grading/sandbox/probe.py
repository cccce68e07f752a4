"""Which layers of isolation this machine has, tried rather than guessed."""

import subprocess
import sys
import tempfile
from functools import cache

from grader.errors import CourseError
from grader.grading.sandbox.jail import Level
from grader.grading.sandbox.limits import Limits
from grader.grading.sandbox.view import PACKAGE, view

SECONDS = 60


class NotIsolated(CourseError):
    """This machine can't keep a learner's code apart."""


@cache
def refusal(level: Level) -> str:
    """Why a kernel can't be held at ``level`` here; "" when it can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has it"
    from grader.grading.sandbox import launch

    with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
        seen = view(folder, "")
        nothing = [sys.executable, "-c", "pass"]
        order = launch.command(launch.order(level, seen, Limits(), nothing))
        try:
            done = subprocess.run(
                order,
                cwd="/",
                env={"PYTHONPATH": str(PACKAGE.parent)},
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {SECONDS} s"
    if done.returncode == 0:
        return ""
    lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    return lines[-1]


def level() -> Level:
    """The strongest level that works here.

    Raises:
        NotIsolated: none does.
    """
    for candidate in Level:
        if not refusal(candidate):
            return candidate
    reasons = "; ".join(f"{one}: {refusal(one)}" for one in Level)
    raise NotIsolated(
        f"this machine can't isolate learners' code ({reasons}). course doctor says "
        "what is missing; course grade --unsafe runs it with your own rights."
    )
