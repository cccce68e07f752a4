"""The processor time of the learners' code alone, in one process that is warm.

    python -m bench.floor    reads a JSON list of notebooks' cells, prints the seconds

No kernel, no grader, no start: what remains is what no grader can save.
"""

import io
import json
import linecache
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress

from grader.kernels.zygote import ENVIRONMENT
from grader.learner.check import GRADED_RUN


def run(cells: list[str]) -> float:
    """Seconds of processor time that a notebook's cells take; what fails is over."""
    space = {"__name__": "__main__"}
    begin = time.process_time()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for number, source in enumerate(cells):
            name = f"<cell {number}>"
            # Where tf.function looks for it, as IPython does it.
            lines = source.splitlines(keepends=True)
            linecache.cache[name] = len(source), None, lines, name
            with suppress(Exception):
                exec(compile(source, name, "exec"), space)
    return time.process_time() - begin


def answers() -> float:
    """Seconds that the functions take on the inputs they are graded on."""
    from grader.exercises import catalogue
    from grader.judging.wire import encode_inputs
    from grader.learner.answering import answers as recorded

    asked = []
    for exercise_id, framework in list(recorded._recorded):
        exercise = catalogue.find(exercise_id)
        cases = encode_inputs(exercise.public_cases() + exercise.fresh_cases(1))
        asked.append((exercise_id, framework, cases))
    begin = time.process_time()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for question in asked:
            with suppress(Exception):
                recorded.collect(*question)
    return time.process_time() - begin


def main() -> None:
    """Print the processor seconds of the notebooks on standard input.

    The first of two passes warms up; the second is what counts.
    """
    notebooks = json.load(sys.stdin)
    import tensorflow  # noqa: F401
    import torch  # noqa: F401

    from grader.learner.answering import answers as recorded

    for _ in ("whatever happens once in a process", "what counts"):
        seconds = 0.0
        for notebook in notebooks:
            recorded._recorded.clear()
            seconds += run(notebook) + answers()
    print(seconds)


if __name__ == "__main__":
    os.environ.update(ENVIRONMENT, MPLBACKEND="agg", **{GRADED_RUN: "1"})
    main()
