"""A recorded program, run again on other tensors."""

import numpy as np

from grader.exercises.graphs import program as programs
from grader.exercises.graphs.program import OPS, Program
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    n, count = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    while True:
        program = programs.draw(rng, count, int(rng.integers(5, 8)), tuple(OPS))
        x = [rng.uniform(-2, 2, size=n).astype(np.float32) for _ in range(count)]
        if _all_ops(program, count) and programs.well_scaled(program, x):
            return {"program": program, "x": x}


def _all_ops(program: Program, inputs: int) -> bool:
    """Whether the result depends on a row of each op."""
    needed = programs.needed(program, inputs)
    rows = enumerate(program, start=inputs)
    return {op for number, (op, _, _) in rows if number in needed} == set(OPS)


def _reference(program: Program, x: list[np.ndarray]) -> np.ndarray:
    """The last row's value, shape (n,), float64, as each of the inputs x."""
    return programs.run(program, x)[-1]


def _exchanged(program: Program, x: list[np.ndarray]) -> np.ndarray:
    return _reference([[op, j, i] for op, i, j in program], x)


def _chained(program: Program, x: list[np.ndarray]) -> np.ndarray:
    rows = enumerate(program, start=len(x) - 1)
    return _reference([[op, newest, j] for newest, (op, _, j) in rows], x)


def _max_multiplied(program: Program, x: list[np.ndarray]) -> np.ndarray:
    return _reference([["mul" if op == "max" else op, i, j] for op, i, j in program], x)


def _smaller_one(program: Program, x: list[np.ndarray]) -> np.ndarray:
    values = list(x)
    for op, i, j in program:
        both = np.minimum if op == "max" else OPS[op]
        values.append(both(values[i], values[j]))
    return values[-1]


_MISTAKES = (
    Mistake(
        "operands exchanged",
        "Your results are those of subtractions with the opposite sign: right operand "
        "minus left one.",
        'Work ["sub", 0, 1] out for the inputs 5 and 3. It is 2.',
        compute=_exchanged,
    ),
    Mistake(
        "the left operand is always the newest value",
        "Each row goes on from the row before it, whatever its i says.",
        "Keep every value in a list, and look both operands up by their numbers.",
        compute=_chained,
    ),
    Mistake(
        "the result is read too early in the list",
        "You return the value with the number of rows minus 1. The inputs have "
        "numbers too, so the last row's value is further back.",
        "With 2 inputs and 3 rows, which number has the last value?",
        compute=lambda program, x: programs.run(program, x)[len(program) - 1],
    ),
    Mistake(
        "max is taken for mul",
        'Rows of the kind "max" are multiplied, as if they were "mul".',
        "Give each of the four names an operation of its own, and no name two.",
        compute=_max_multiplied,
    ),
    Mistake(
        "max takes the smaller one",
        'Rows of the kind "max" give the smaller of two elements.',
        'Work ["max", 0, 1] out for the inputs 5 and 3. It is 5.',
        compute=_smaller_one,
    ),
    Mistake(
        "every row's value",
        "You return the values of all rows. Asked for is the last one alone.",
        "Which of the values that you kept is the program's result?",
        compute=lambda program, x: np.stack(programs.run(program, x)[len(x) :]),
    ),
)

REPLAY = Exercise(
    id="graphs.replay",
    title="Replay a recorded program",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES, least=0.05),
    reference=_reference,
    returns=("result",),
    mistakes=_MISTAKES,
    hints=(
        "Keep a list of all values. It begins with the inputs, and each row puts one "
        "more at its end, so that a value's place in the list is its number.",
        "A dict from names to functions spares the ifs.\n"
        "torch: torch.add, torch.sub, torch.mul, torch.maximum\n"
        "TensorFlow: tf.add, tf.subtract, tf.multiply, tf.maximum",
        "values = a new list that holds the inputs\n"
        "for each row: its op and its two numbers\n"
        "    append what the op makes of the two values with these numbers\n"
        "return the value at the end",
    ),
)
