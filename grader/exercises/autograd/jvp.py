"""A Jacobian-vector product: how far a layer's output moves along a direction."""

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake


def _cases(rng: np.random.Generator) -> Case:
    # Square, so that the transposed product exists too and can be told apart.
    n = int(rng.integers(3, 6))
    while True:
        A, x = rng.normal(size=(n, n)) / np.sqrt(n), rng.normal(size=n)
        size = np.abs(A @ x)
        # tanh neither straight nor flat there, so that its slope shows.
        if size.min() > 0.3 and size.max() < 2:
            break
    v = rng.normal(size=n)
    v *= rng.uniform(1.5, 3) / np.linalg.norm(v)
    return {
        "A": A.astype(np.float32),
        "x": x.astype(np.float32),
        "v": v.astype(np.float32),
    }


def _jacobian(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    # f(x) = tanh(Ax):  J = diag(1 - tanh(Ax)^2) A
    return (1 - np.tanh(A @ x) ** 2)[:, None] * A


def _reference(
    A: np.ndarray, x: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """f(x) = tanh(Ax) and Jv with J = diag(1 - tanh(Ax)^2) A, both (n,).

    A (n, n), x (n,) and v (n,) are float64.
    """
    return np.tanh(A @ x), _jacobian(A, x) @ v


def _with_product(product: Compute) -> Compute:
    return lambda A, x, v: (np.tanh(A @ x), product(A, x, v))


JVP = Exercise(
    id="autograd.jvp",
    title="A Jacobian-vector product",
    points=2,
    cases=_cases,
    reference=_reference,
    returns=("f(x)", "Jv"),
    derivatives=("Jv",),
    mistakes=(
        Mistake(
            "the vector-Jacobian product",
            "You return v times J, the product of reverse mode: v weights outputs "
            "there. Here it is a direction in the space of inputs.",
            "Which index of J does v meet: that of the outputs or of the inputs?",
            compute=_with_product(lambda A, x, v: _jacobian(A, x).T @ v),
        ),
        Mistake(
            "tanh left out of the derivative",
            "Your product is that of the linear map alone.",
            "f is a chain of two functions. Which factor does the outer one add?",
            compute=_with_product(lambda A, x, v: A @ v),
        ),
        Mistake(
            "point and direction exchanged",
            "You differentiate at v along x.",
            "Check the order of the arguments: first where, then along what.",
            compute=lambda A, x, v: _reference(A, v, x),
        ),
        Mistake(
            "f applied to the direction",
            "Your product is tanh(Av): not linear in v, as a derivative must be.",
            "Double v. What should happen to the product, and what does yours do?",
            compute=_with_product(lambda A, x, v: np.tanh(A @ v)),
        ),
        Mistake(
            "the gradient of a sum, times v",
            "You differentiate the sum of the outputs and multiply by v entry by "
            "entry: the outputs are mixed before v comes in.",
            "J has a row for each output. What does the sum do to the rows?",
            compute=_with_product(lambda A, x, v: _jacobian(A, x).sum(axis=0) * v),
        ),
        Mistake(
            "the direction scaled to length 1",
            "Your product is too small by the length of v.",
            "The product is linear in v: use v as it comes.",
            compute=_with_product(
                lambda A, x, v: _jacobian(A, x) @ v / np.linalg.norm(v)
            ),
        ),
        Mistake(
            "tanh not squared",
            "You take 1 - tanh(z) for the slope of tanh at z.",
            "tanh is nearly flat at z = -3 and at z = 3. What does your slope say?",
            compute=_with_product(lambda A, x, v: (1 - np.tanh(A @ x)) * (A @ v)),
        ),
    ),
    hints=(
        "Jv is the speed of f(x + t v) at t = 0. Forward mode carries it along "
        "with the value, in one pass, without building J.",
        "torch: torch.func.jvp(function, (point,), (direction,))\n"
        "TensorFlow: tf.autodiff.ForwardAccumulator(point, direction), then .jvp",
        "define f, a function of one argument\n"
        "run f at the point, carrying the direction along\n"
        "return the value and what the direction became",
    ),
)
