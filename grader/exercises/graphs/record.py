"""What is recorded of a Python function with a loop, a branch and an assignment."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

ADD, MUL = 0, 1


def _draw(rng: np.random.Generator) -> Case:
    return {"bits": [int(bit) for bit in rng.integers(0, 2, size=rng.integers(4, 9))]}


def _reference(bits: list[int]) -> np.ndarray:
    """Rows [op, i, j] of the locked cell's ``walk``, shape (bits, 3).

    x is value 0 and y is value 1; each row makes the next value.
    """
    x, y, rows = 0, 1, []
    for made, bit in enumerate(bits, start=2):
        rows.append([MUL if bit else ADD, x, y])
        x, y = (y, made) if bit else (x, made)
    return np.array(rows)


def _never_moved(bits: list[int]) -> np.ndarray:
    x, y, rows = 0, 1, []
    for made, bit in enumerate(bits, start=2):
        rows.append([MUL if bit else ADD, x, y])
        y = made
    return np.array(rows)


_MISTAKES = (
    Mistake(
        "operands exchanged",
        "Your rows have the right operands, in the wrong order: the right one "
        "comes first.",
        "In x + y, x is the left operand. Check the first row by hand.",
        compute=lambda bits: _reference(bits)[:, [0, 2, 1]],
    ),
    Mistake(
        "op numbers exchanged",
        "You write 1 for each addition and 0 for each product.",
        "Compare the first column with bits.",
        compute=lambda bits: _reference(bits) * [-1, 1, 1] + [1, 0, 0],
    ),
    Mistake(
        "values counted from 1",
        "All your operand numbers are too large by 1: x should be value 0.",
        "Which number does the first value get that you see?",
        compute=lambda bits: _reference(bits) + [0, 1, 1],
    ),
    Mistake(
        "rows numbered without the inputs",
        "The first row's value has number 0 with you. Numbers 0 and 1 belong to the "
        "inputs, so it should be 2.",
        "Give x and y their numbers before the first row.",
        compute=lambda bits: _shifted(_reference(bits)),
    ),
    Mistake(
        "x never moves",
        "The left operand is value 0 in all your rows. After a product the name x "
        "stands for another value.",
        "Follow x, y = y, x * y by hand: what is x afterwards?",
        compute=_never_moved,
    ),
)


def _shifted(rows: np.ndarray) -> np.ndarray:
    """As if the rows' values began at 0; inputs keep their numbers 0 and 1."""
    operands = rows[:, 1:]
    return np.hstack([rows[:, :1], np.where(operands < 2, operands, operands - 2)])


RECORD = Exercise(
    id="graphs.record",
    title="Record a Python function",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("rows",),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Call walk on something that is no number and notes each + and *: the "
        "framework's own tracer, or a class of yours with __add__ and __mul__. The "
        "loop and the if run as ever, on bits, and leave nothing behind.",
        "torch: torch.fx.symbolic_trace(f).graph.nodes; a node has op, target and "
        "args; targets are operator.add and operator.mul\n"
        "TensorFlow: tf.function(f).get_concrete_function(spec, spec).graph"
        ".get_operations(); an operation has name, type (AddV2, Mul) and inputs, and "
        "each input has .op",
        "f = a function of x and y alone, which calls walk with your bits\n"
        "nodes = what the tracer recorded of f, in order\n"
        "for each node, except the one that only returns:\n"
        "    note its number in a dict\n"
        "    no input? append [kind, left's number, right's number]",
    ),
)
