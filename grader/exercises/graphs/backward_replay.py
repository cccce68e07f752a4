"""The gradient of a recorded program, by walking its record backwards."""

from collections.abc import Callable, Iterable

import numpy as np

from grader.exercises.graphs import program as programs
from grader.exercises.graphs.program import Program, Row
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Values = list[np.ndarray]
Shares = Callable[[Row, np.ndarray, Values], tuple[np.ndarray, np.ndarray]]


def _draw(rng: np.random.Generator) -> Case:
    n, count, ops = (
        int(rng.integers(2, 5)),
        int(rng.integers(3, 5)),
        ("add", "sub", "mul"),
    )
    while True:
        # The result does not depend on one input: a dead row alone uses it. Another
        # row takes one value twice.
        idle = int(rng.integers(count))
        kept = [number for number in range(count) if number != idle]
        program = programs.draw(rng, count, int(rng.integers(5, 8)), ops, kept)
        dead, twice = rng.choice(len(program) - 1, size=2, replace=False)
        program[dead][1] = idle
        program[twice][2] = program[twice][1]
        x = [rng.uniform(-1.5, 1.5, size=n).astype(np.float32) for _ in range(count)]
        needed = programs.needed(program, count)
        live = set(range(count)) & needed
        doubled = any(
            i == j and op != "sub"
            for number, (op, i, j) in enumerate(program, start=count)
            if number in needed
        )
        if live == set(kept) and doubled and programs.well_scaled(program, x):
            return {"program": program, "x": x}


def _walk(
    program: Program,
    x: Values,
    rows: Iterable[int],
    seed: np.ndarray,
    shares: Shares,
) -> np.ndarray:
    """Gradients of the inputs, after each row has handed its own to its operands.

    ``shares(row, g, values)`` is what the left and the right operand get of g.
    """
    values = programs.run(program, x)
    grads = [np.zeros_like(value) for value in values]
    grads[-1] = seed
    for row in rows:
        _, i, j = program[row]
        left, right = shares(program[row], grads[len(x) + row], values)
        grads[i] = grads[i] + left
        grads[j] = grads[j] + right
    return np.stack(grads[: len(x)])


def _shares(row: Row, g: np.ndarray, values: Values) -> tuple[np.ndarray, np.ndarray]:
    """g times the op's derivative by its left and by its right operand."""
    op, i, j = row
    if op == "mul":
        return g * values[j], g * values[i]
    return g, -g if op == "sub" else g


def _reference(program: Program, x: Values) -> np.ndarray:
    """d sum(result) / d x[k] for each input k, shape (inputs, n), float64.

    Reverse mode: Griewank and Walther, Evaluating Derivatives, 2nd ed., section 3.2.
    """
    backwards = reversed(range(len(program)))
    return _walk(program, x, backwards, np.ones_like(x[0]), _shares)


def _shared_by(shares: Shares) -> Compute:
    def compute(program: Program, x: Values) -> np.ndarray:
        backwards = reversed(range(len(program)))
        return _walk(program, x, backwards, np.ones_like(x[0]), shares)

    return compute


def _overwritten(program: Program, x: Values) -> np.ndarray:
    values = programs.run(program, x)
    grads = [np.zeros_like(value) for value in values]
    grads[-1] = np.ones_like(grads[-1])
    for row in reversed(range(len(program))):
        _, i, j = program[row]
        grads[i], grads[j] = _shares(program[row], grads[len(x) + row], values)
    return np.stack(grads[: len(x)])


def _one_share(
    row: Row, g: np.ndarray, values: Values
) -> tuple[np.ndarray, np.ndarray]:
    _, i, j = row
    left, right = _shares(row, g, values)
    return (np.zeros_like(left) if i == j else left), right


def _no_minus(row: Row, g: np.ndarray, values: Values) -> tuple[np.ndarray, np.ndarray]:
    return (g, g) if row[0] == "sub" else _shares(row, g, values)


def _own_operand(
    row: Row, g: np.ndarray, values: Values
) -> tuple[np.ndarray, np.ndarray]:
    op, i, j = row
    return _shares([op, j, i], g, values)


def _forwards(program: Program, x: Values) -> np.ndarray:
    return _walk(program, x, range(len(program)), np.ones_like(x[0]), _shares)


def _from_result(program: Program, x: Values) -> np.ndarray:
    backwards = reversed(range(len(program)))
    return _walk(program, x, backwards, programs.run(program, x)[-1], _shares)


_MISTAKES = (
    Mistake(
        "gradients overwritten",
        "A value that two rows use keeps the gradient of one of them only.",
        "For z = x + y and r = z * x, x gets gradients from two rows. Follow your code "
        "through it.",
        compute=_overwritten,
    ),
    Mistake(
        "a row that takes one value twice",
        "Where both operands of a row are the same value, it gets one share of the "
        "gradient in place of two.",
        "For z = x + x, what is dz/dx? Do both operands' gradients arrive, when they "
        "are read before either is written?",
        compute=_shared_by(_one_share),
    ),
    Mistake(
        "a subtraction without its minus",
        "Both operands of a subtraction get the same gradient.",
        "What happens to x - y when y grows?",
        compute=_shared_by(_no_minus),
    ),
    Mistake(
        "a product's own operand",
        "In a product you multiply each operand's gradient by that operand itself.",
        "What is the derivative of x * y by x?",
        compute=_shared_by(_own_operand),
    ),
    Mistake(
        "the record walked forwards",
        "You go through the rows from the first to the last. When a row is visited, "
        "its own gradient has not arrived yet.",
        "Which row's gradient is known at the beginning?",
        compute=_forwards,
    ),
    Mistake(
        "the walk begins with the result",
        "You begin with the result's value. The derivative of a value by itself is "
        "another number.",
        "What is dL/dr for L = sum(r)?",
        compute=_from_result,
    ),
)

BACKWARD_REPLAY = Exercise(
    id="graphs.backward_replay",
    title="Walk the record backwards",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES, least=0.05),
    reference=_reference,
    returns=("gradients",),
    derivatives=("gradients",),
    mistakes=_MISTAKES,
    hints=(
        "Replay the program first and keep all values. Then give each value a "
        "gradient that starts at zero, the last one's at one, and let each row, from "
        "the last to the first, hand its gradient on to its operands.",
        "torch.zeros_like, torch.ones_like, torch.stack; tf.zeros_like, "
        "tf.ones_like, tf.stack; reversed(range(len(program))). The frameworks' own "
        "autograd on your replay is a right answer as well.",
        "replay, as in exercise 1, with all values kept\n"
        "gradients: zeros for each value; for the last one, ones\n"
        "for r from the last row to row 0:\n"
        "    g = the gradient of the value that row r made\n"
        "    add to the gradients of i and j what the op's derivative makes of g\n"
        "return the inputs' gradients, stacked",
    ),
)
