"""A value and its derivative through a chain of three functions."""

from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake


def _draw(rng: np.random.Generator, sign: int) -> Case:
    # Between 0.6 and 0.95 no factor of the chain is near 1, where leaving it out
    # would go unnoticed.
    return {"x": np.array(sign * rng.uniform(0.6, 0.95), dtype=np.float32)}


def _reference(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """y = exp(sin(x^2)) and dy/dx = exp(sin(x^2)) cos(x^2) 2x; all (), float64."""
    y = np.exp(np.sin(x**2))
    return y, y * np.cos(x**2) * 2 * x


def _with_derivative(derivative: Compute) -> Compute:
    return lambda x: (_reference(x)[0], derivative(x))


def _sine_squared(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y = np.exp(np.sin(x) ** 2)
    return y, y * 2 * np.sin(x) * np.cos(x)


def _reversed(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    u = np.exp(x)
    return np.sin(u) ** 2, 2 * np.sin(u) * np.cos(u) * u


CHAIN_RULE = Exercise(
    id="autograd.chain_rule",
    title="A value and its derivative",
    points=1,
    cases=(partial(_draw, sign=1), partial(_draw, sign=-1)),
    reference=_reference,
    returns=("y", "dy/dx"),
    derivatives=("dy/dx",),
    mistakes=(
        Mistake(
            "the sine is squared, not x",
            "Your y is exp(sin(x)²); the square belongs to x alone.",
            "Name the steps: u from x, then v from u, then y from v.",
            compute=_sine_squared,
        ),
        Mistake(
            "the chain runs backwards",
            "You apply exp first and the square last.",
            "Evaluate the formula from the innermost bracket outwards.",
            compute=_reversed,
        ),
        Mistake(
            "the derivative by u",
            "Your y is right, and your derivative stops at u: what x does to u is "
            "left out.",
            "Ask which variable you differentiate by, and which one is asked for.",
            compute=_with_derivative(lambda x: np.exp(np.sin(x**2)) * np.cos(x**2)),
        ),
        Mistake(
            "the derivative by v",
            "Your y is right, and your derivative stops at v: it is that of exp alone.",
            "Count the steps between x and y. How many factors does the chain rule "
            "give?",
            compute=_with_derivative(lambda x: np.exp(np.sin(x**2))),
        ),
        Mistake(
            "the links are added",
            "Your derivative is the sum of the three derivatives of the chain.",
            "If u grows twice as fast as x, and v three times as fast as u, how "
            "much faster than x does v grow?",
            compute=_with_derivative(
                lambda x: np.exp(np.sin(x**2)) + np.cos(x**2) + 2 * x
            ),
        ),
        Mistake(
            "every link is taken at x",
            "Your derivative multiplies three right functions, each evaluated at x.",
            "exp never sees x itself. At which number is it evaluated in the chain?",
            compute=_with_derivative(lambda x: np.exp(x) * np.cos(x) * 2 * x),
        ),
        Mistake(
            "value and derivative exchanged",
            "Both numbers are right, in the other order.",
            "Look up in the exercise which of the two comes first.",
            compute=lambda x: _reference(x)[::-1],
        ),
    ),
    hints=(
        "Compute y from x in steps that the framework records. It then works out "
        "the derivative of each step and multiplies them for you.",
        "torch: x.clone().requires_grad_(), torch.sin, torch.exp, y.backward(), "
        "x.grad\n"
        "TensorFlow: tf.GradientTape(), tape.watch(x), tf.sin, tf.exp, "
        "tape.gradient",
        "track x\nu = ...   # from x\nv = ...   # from u\ny = ...   # from v\n"
        "return y, and the gradient of y by x",
    ),
)
