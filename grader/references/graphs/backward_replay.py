"""The gradient of a recorded program, by walking its record backwards."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.graphs import program as programs
from grader.references.graphs.program import Program


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


def _reference(
    program: Program,
    x: list[np.ndarray],
    added: bool = True,
    minus: bool = True,
    crossed: bool = True,
    backwards: bool = True,
    seed: float | None = 1.0,
    twice: bool = True,
) -> np.ndarray:
    """d sum(result) / d x[k] for each input k, shape (inputs, n).

    The mistakes' knobs: gradients are ``added`` up, a subtraction has its ``minus``,
    a product takes the other operand (``crossed``), rows go ``backwards``, the walk
    begins with ``seed`` (None: with the result itself), and an operand that a row
    takes ``twice`` gets both shares.
    """
    values = programs.run(program, x)
    grads = [np.zeros_like(value) for value in values]
    grads[-1] = values[-1] if seed is None else np.full_like(values[-1], seed)
    order = range(len(program))
    for row in reversed(order) if backwards else order:
        op, i, j = program[row]
        g = grads[len(x) + row]
        left, right = g, -g if op == "sub" and minus else g
        if op == "mul":
            left, right = (
                g * values[j if crossed else i],
                g * values[i if crossed else j],
            )
        if i == j and not twice:
            left = np.zeros_like(left)
        grads[i] = grads[i] + left if added else left
        grads[j] = grads[j] + right if added else right
    return np.stack(grads[: len(x)])


_MISTAKES = (
    Mistake(
        "gradients overwritten",
        "A value that two rows use keeps the gradient of one of them only.",
        "For z = x + y and r = z * x, x gets gradients from two rows. Follow your code "
        "through it.",
        compute=lambda **inputs: _reference(**inputs, added=False),
    ),
    Mistake(
        "a row that takes one value twice",
        "Where both operands of a row are the same value, it gets one share of the "
        "gradient in place of two.",
        "For z = x + x, what is dz/dx? Do both operands' gradients arrive, when they "
        "are read before either is written?",
        compute=lambda **inputs: _reference(**inputs, twice=False),
    ),
    Mistake(
        "a subtraction without its minus",
        "Both operands of a subtraction get the same gradient.",
        "What happens to x - y when y grows?",
        compute=lambda **inputs: _reference(**inputs, minus=False),
    ),
    Mistake(
        "a product's own operand",
        "In a product you multiply each operand's gradient by that operand itself.",
        "What is the derivative of x * y by x?",
        compute=lambda **inputs: _reference(**inputs, crossed=False),
    ),
    Mistake(
        "the record walked forwards",
        "You go through the rows from the first to the last. When a row is visited, "
        "its own gradient has not arrived yet.",
        "Which row's gradient is known at the beginning?",
        compute=lambda **inputs: _reference(**inputs, backwards=False),
    ),
    Mistake(
        "the walk begins with the result",
        "You begin with the result's value. The derivative of a value by itself is "
        "another number.",
        "What is dL/dr for L = sum(r)?",
        compute=lambda **inputs: _reference(**inputs, seed=None),
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
