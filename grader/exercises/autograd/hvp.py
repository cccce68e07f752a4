"""A Hessian-vector product, the second derivative along one direction."""

import numpy as np

from grader.judging import Case, Exercise, Mistake


def _cases(rng: np.random.Generator) -> Case:
    m, n = int(rng.integers(5, 9)), int(rng.integers(3, 5))
    return {
        "A": rng.normal(size=(m, n)).astype(np.float32),
        "x": rng.normal(size=n).astype(np.float32),
        "v": rng.normal(size=n).astype(np.float32),
    }


def _gradient(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    # f(x) = sum(log(1 + exp(Ax))):  grad = A^T s,  s = 1 / (1 + exp(-Ax))
    return A.T @ (1 / (1 + np.exp(-A @ x)))


def _hessian(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    # ds/dz = s (1 - s):  H = A^T diag(s (1 - s)) A
    s = 1 / (1 + np.exp(-A @ x))
    return (A.T * (s * (1 - s))) @ A


def _reference(A: np.ndarray, x: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Hv, shape (n,), with H the Hessian of f(x) = sum(log(1 + exp(Ax))).

    A (m, n), x (n,) and v (n,) are float64.
    """
    return _hessian(A, x) @ v


HVP = Exercise(
    id="autograd.hvp",
    title="A Hessian-vector product",
    points=3,
    cases=_cases,
    reference=_reference,
    returns=("Hv",),
    derivatives=("Hv",),
    mistakes=(
        Mistake(
            "the gradient, times v",
            "You differentiate once and multiply by v entry by entry: no second "
            "derivative is in it.",
            "Hv says how the gradient changes when x moves along v. What has to be "
            "differentiated once more?",
            compute=lambda A, x, v: _gradient(A, x) * v,
        ),
        Mistake(
            "row sums of H, times v",
            "You differentiate the sum of the gradient, and v comes in too late, "
            "entry by entry.",
            "Where must v meet the gradient, so that the second derivative sees both?",
            compute=lambda A, x, v: _hessian(A, x).sum(axis=1) * v,
        ),
        Mistake(
            "v is not used",
            "You return the row sums of H: its product with a vector of ones.",
            "Which number depends on x, and has Hv as its gradient?",
            compute=lambda A, x, v: _hessian(A, x).sum(axis=1),
        ),
        Mistake(
            "only the diagonal of H",
            "You use the second derivative by each entry alone, without the mixed "
            "ones.",
            "Moving one entry of x changes all entries of the gradient here. Do yours?",
            compute=lambda A, x, v: np.diag(_hessian(A, x)) * v,
        ),
        Mistake(
            "differentiated by v",
            "You return the gradient itself: the product of gradient and v, "
            "differentiated by v instead of x.",
            "v is a constant here. Check by which variable the second derivative "
            "is taken.",
            compute=lambda A, x, v: _gradient(A, x),
        ),
        Mistake(
            "point and direction exchanged",
            "You take the second derivative at v along x.",
            "Check which of the two vectors goes into f.",
            compute=lambda A, x, v: _reference(A, v, x),
        ),
        Mistake(
            "products of first derivatives",
            "You take the outer product of the gradient with itself for H.",
            "For a linear f, H is zero. What is it with your formula?",
            compute=lambda A, x, v: _gradient(A, x) * (_gradient(A, x) @ v),
        ),
    ),
    hints=(
        "The gradient times v is one number that depends on x. Its gradient is Hv, "
        "and no matrix was built on the way.",
        "torch: torch.autograd.grad(..., create_graph=True), or torch.func.jvp of "
        "torch.func.grad\n"
        "TensorFlow: two nested tf.GradientTape()s, both watching x, or "
        "tf.autodiff.ForwardAccumulator around a tape; tf.nn.softplus is the "
        "function in f",
        "track x\nf = ...\ng = the gradient of f by x, itself recorded\n"
        "s = one number made of g and v\nreturn the gradient of s by x",
    ),
)
