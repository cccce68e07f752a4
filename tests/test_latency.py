"""What the course costs a learner's notebook beyond the learner's own code.

Counted in processor time, which on a machine with nothing else to do is the wait.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from grader import references

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
CHECKS = """
import contextlib, io, json, sys, time
sys.path.insert(0, sys.argv[1])
from grader import check
from tests import variants

def added(variant, framework):
    own = 0.0
    def answer(**inputs):
        nonlocal own
        begin = time.thread_time()
        try:
            return variant.function(**inputs)
        finally:
            own += time.thread_time() - begin
    begin = time.thread_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(AssertionError):
        check(variant.exercise, answer, framework)
    return time.thread_time() - begin - own

chosen = {
    (variant.exercise, framework, variant.mistake is None): variant
    for framework in ("torch", "tensorflow")
    for variant in variants.load(sys.argv[2], framework)
}
print(json.dumps([
    [f"{exercise} {framework}", added(variant, framework)]
    for (exercise, framework, _), variant in chosen.items()
    for _ in range(2)
]))
"""
IMPORTS = """
import json, sys, time
import numpy
begin = time.process_time()
import grader
bare = time.process_time() - begin
from grader import agree, check, device, hint
print(json.dumps([bare, time.process_time() - begin]))
"""


def python(code, folder, *arguments):
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_check_adds_little_to_the_learners_own_code(tmp_path):
    """A right answer and a mistake for each exercise, a lesson's first included."""
    (tmp_path / ".tandem").mkdir()  # progress is written, as it is for a learner
    added = [
        measured
        for lesson in references.lessons()
        for measured in python(CHECKS, tmp_path, str(ROOT), lesson)
    ]
    assert len(added) > 100
    seconds = [one for _, one in added]
    percentile = statistics.quantiles(seconds, n=20)[-1]
    slowest = sorted(added, key=lambda one: -one[1])[:5]
    assert percentile < 0.05, f"95th percentile {percentile:.3f} s; {slowest}"


def test_importing_the_course_costs_little(tmp_path):
    """Beside NumPy, which every notebook imports anyway; the median of five."""
    runs = [python(IMPORTS, tmp_path) for _ in range(5)]
    bare, all_names = (statistics.median(times) for times in zip(*runs, strict=True))
    assert bare < 0.02
    assert all_names < 0.1
