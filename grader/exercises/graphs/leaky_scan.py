"""A recurrence that keeps every step, inside the graph."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    shape = int(rng.integers(4, 8)), int(rng.integers(2, 4))
    return {
        "xs": rng.normal(size=shape).astype(np.float32),
        "keep": round(float(rng.uniform(0.4, 0.9)), 2),
    }


def _reference(xs: np.ndarray, keep: float) -> np.ndarray:
    """y after each step, y = keep y + x from 0: shape (steps, d), float64, as xs."""
    y, history = np.zeros_like(xs[0]), []
    for x in xs:
        y = keep * y + x
        history.append(y)
    return np.array(history)


def _before(xs: np.ndarray, keep: float) -> np.ndarray:
    return np.vstack([np.zeros_like(xs[:1]), _reference(xs, keep)[:-1]])


_MISTAKES = (
    Mistake(
        "the last step alone",
        "You return y after the last step. Asked for are all of them.",
        "Where can each step leave its y, so that it is still there at the end?",
        compute=lambda **inputs: _reference(**inputs)[-1],
    ),
    Mistake(
        "every row is the last step",
        "All your rows are y after the last step, as if they were one and the same "
        "memory, which each step overwrites.",
        "What is kept when y is changed in place, the value or the place?",
        compute=lambda xs, keep: np.tile(_reference(xs, keep)[-1], (len(xs), 1)),
    ),
    Mistake(
        "nothing leaks",
        "You return running sums: y is never multiplied by keep.",
        "With keep = 0, what should each y be?",
        compute=lambda xs, keep: _reference(xs, 1.0),
    ),
    Mistake(
        "an average in place of a sum",
        "You weigh x by 1 - keep. Here it is added whole.",
        "What is y after the first step, by the formula?",
        compute=lambda xs, keep: _reference((1 - keep) * xs, keep),
    ),
    Mistake(
        "y before the step",
        "Each row holds y as it was before its step; the first one is zeros.",
        "Note y after it has changed.",
        compute=_before,
    ),
    Mistake(
        "from the end to the beginning",
        "You go through the steps from the last to the first.",
        "Row 0 of the result should be xs[0] itself.",
        compute=lambda xs, keep: _reference(xs[::-1], keep)[::-1],
    ),
)

LEAKY_SCAN = Exercise(
    id="graphs.leaky_scan",
    title="Keep every step of a loop",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("history",),
    mistakes=_MISTAKES,
    hints=(
        "A loop in the graph carries tensors from step to step, and no Python list. "
        "What keeps the history has to be one of the things it carries.",
        "torch: a Python list and torch.stack, or rows of torch.empty_like(xs): the "
        "loop is unrolled\n"
        "TensorFlow: tf.TensorArray(xs.dtype, steps) with write and stack in a "
        "tf.while_loop, where write returns the array to carry on; or tf.scan",
        "y = zeros, like one row of xs\n"
        "for each step, as a loop of the graph:\n"
        "    y = the formula\n"
        "    put y in its row of the history\n"
        "return the history as one tensor\n"
        "all of this in a function that is traced",
    ),
)
