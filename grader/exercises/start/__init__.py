"""The one tiny exercise of ``00_start_here``."""

import numpy as np

from grader.judging import Case, Exercise, Mistake


def _cases(rng: np.random.Generator) -> Case:
    size = int(rng.integers(3, 6))
    # Far from -40, where both scales agree, and from each other.
    return {"f": np.linspace(0, 100, size, dtype=np.float32) + int(rng.integers(1, 20))}


def _reference(f: np.ndarray) -> np.ndarray:
    """(f - 32) 5/9, shape (n,), float64, as f."""
    return (f - 32) * 5 / 9


CELSIUS = Exercise(
    id="start.celsius",
    title="Degrees Fahrenheit to Celsius",
    points=1,
    cases=_cases,
    reference=_reference,
    returns=("celsius",),
    mistakes=(
        Mistake(
            "a bracket is missing",
            "Only the 32 was multiplied by 5/9, not the whole difference.",
            "Python multiplies before it subtracts: what must come first here?",
            compute=lambda f: f - 32 * 5 / 9,
        ),
        Mistake(
            "scaled before the shift",
            "The 32 was subtracted after the scaling.",
            "Water freezes at 32 °F: put 32 into your formula. It must give 0.",
            compute=lambda f: f * 5 / 9 - 32,
        ),
        Mistake(
            "the shift is missing",
            "The scale is right, and both scales start from the same zero.",
            "Water freezes at 32 °F: put 32 into your formula. It must give 0.",
            compute=lambda f: f * 5 / 9,
        ),
        Mistake(
            "the other direction",
            "This converts degrees Celsius to Fahrenheit.",
            "Solve the formula you used for the other unit.",
            compute=lambda f: f * 9 / 5 + 32,
        ),
    ),
    hints=(
        "Two points fix the line: 32 °F is 0 °C and 212 °F is 100 °C.",
        "Tensors of both frameworks take -, * and / with Python numbers, "
        "element by element. Nothing else is needed.",
        "shift the zero first\nthen scale: 180 steps of Fahrenheit are 100 of Celsius",
    ),
    tolerance=1e-4,
)

NOTEBOOK = "00_start_here"
EXERCISES = (CELSIUS,)
