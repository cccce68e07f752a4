"""The references of the exercises on first gradients and products, by other means."""

import numpy as np

from grader.exercises.catalogue import find
from grader.judging.compare import error
from grader.judging.exercise import Exercise, widened


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of 30 cases in float64."""
    exercise = find(f"autograd.{name}")
    return [widened(case) for seed in range(10) for case in drawn(exercise, seed)]


def central(function, at: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences of a scalar function, in the shape of ``at``."""
    slopes = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[index] = h
        slopes[index] = (function(at + step) - function(at - step)) / (2 * h)
    return slopes


def close(got: np.ndarray, wanted: np.ndarray, tolerance: float = 1e-6) -> None:
    assert got.shape == wanted.shape
    assert error(wanted, got).max() < tolerance


def test_chain_rule_by_central_differences():
    for case in wide("chain_rule"):
        y, slope = find("autograd.chain_rule").reference(**case)
        close(y, np.exp(np.sin(np.square(case["x"]))))
        close(slope, central(lambda x: np.exp(np.sin(np.square(x))), case["x"]))


def test_mse_gradient_by_central_differences():
    for case in wide("mse_gradient"):

        def loss(w, X=case["X"], y=case["y"]):
            return sum((X[i] @ w - y[i]) ** 2 for i in range(len(y))) / len(y)

        close(find("autograd.mse_gradient").reference(**case), central(loss, case["w"]))


def test_softmax_cross_entropy_by_central_differences():
    for case in wide("softmax_cross_entropy"):

        def loss(z, labels=case["labels"]):
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            return -np.mean(np.log(p[np.arange(len(z)), labels]))

        gradient = find("autograd.softmax_cross_entropy").reference(**case)
        close(gradient, central(loss, case["logits"]))


def test_softmax_cross_entropy_always_meets_overflow():
    for case in wide("softmax_cross_entropy"):
        large = case["logits"].max(axis=1) > 100
        assert large.any() and not large.all()


def test_softmax_cross_entropy_always_meets_a_probability_of_0():
    for case in wide("softmax_cross_entropy"):
        z, labels = case["logits"].astype(np.float32), case["labels"]
        shifted = np.exp(z - z.max(axis=1, keepdims=True))
        assert (shifted[np.arange(len(z)), labels] == 0).sum() == 1
        ordinary = np.abs(z).max(axis=1) < 10
        assert ordinary.any()


def test_chain_rule_meets_both_signs_in_every_draw():
    exercise = find("autograd.chain_rule")
    for seed in range(1, 6):
        signs = {np.sign(float(case["x"])) for case in exercise.fresh_cases(seed)}
        assert signs == {-1.0, 1.0}


def test_jvp_by_central_differences():
    for case in wide("jvp"):
        A, x, v = case["A"], case["x"], case["v"]
        value, product = find("autograd.jvp").reference(**case)
        close(value, np.tanh(A @ x))
        h = 1e-5
        close(product, (np.tanh(A @ (x + h * v)) - np.tanh(A @ (x - h * v))) / (2 * h))


def test_hvp_by_central_differences_of_central_differences():
    for case in wide("hvp"):
        A, x, v = case["A"], case["x"], case["v"]

        def along_v(x, A=A, v=v, h=1e-3):
            ahead, behind = A @ (x + h * v), A @ (x - h * v)
            return np.sum(np.log1p(np.exp(ahead)) - np.log1p(np.exp(behind))) / (2 * h)

        close(find("autograd.hvp").reference(**case), central(along_v, x, 1e-3), 1e-4)


def test_straight_through_is_the_gradient_of_a_clipped_surrogate():
    for case in wide("straight_through"):
        x, t = case["x"], case["t"]
        rest = np.sign(x) - np.clip(x, -1, 1)

        def surrogate(x, t=t, rest=rest):
            return np.mean((np.clip(x, -1, 1) + rest - t) ** 2)

        value, gradient = find("autograd.straight_through").reference(x, t)
        close(value, np.mean((np.sign(x) - t) ** 2))
        edge = np.abs(x) == 1  # where clipping bends: its slope from inside is meant
        close(gradient[~edge], central(surrogate, x)[~edge])
        close(gradient[edge], 2 * (np.sign(x) - t)[edge] / len(x))


def test_straight_through_always_meets_1_and_minus_1():
    for case in wide("straight_through"):
        assert {-1.0, 1.0} < set(case["x"])
