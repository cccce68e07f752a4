"""The references of the exercises on gradients in training, by other means."""

from functools import cache

import numpy as np
import pytest

from grader.exercises.catalogue import find
from grader.judging.exercise import widened

SEEDS = range(1, 11)


def central(loss, at: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences of ``loss`` in float64, in the shape of ``at``."""
    slopes = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[index] = h
        slopes[index] = (loss(at + step) - loss(at - step)) / (2 * h)
    return slopes


@cache
def drawn(name: str) -> list[dict[str, object]]:
    exercise = find(f"autograd.{name}")
    cases = [case for seed in SEEDS for case in exercise.fresh_cases(seed)]
    return [widened(case) for case in exercise.public_cases() + cases]


def close(got: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(got, wanted, rtol=1e-6, atol=1e-8)


def test_accumulation_is_the_gradient_of_the_full_mean():
    for case in drawn("accumulation"):
        rows = [
            (x, t)
            for X, y in zip(case["X"], case["y"], strict=True)
            for x, t in zip(X, y, strict=True)
        ]

        def loss(w, rows=rows):
            return np.mean([(x @ w - t) ** 2 for x, t in rows])

        close(find("autograd.accumulation").reference(**case), central(loss, case["w"]))


def test_stop_gradient_holds_the_target_still():
    for case in drawn("stop_gradient"):
        target = case["r"] + case["gamma"] * case["X_next"] @ case["w"]

        def loss(w, case=case, target=target):
            return np.mean((case["X"] @ w - target) ** 2)

        value, gradient = find("autograd.stop_gradient").reference(**case)
        close(value, loss(case["w"]))
        close(gradient, central(loss, case["w"]))


def test_gradient_penalty_is_the_gradient_of_its_loss():
    for case in drawn("gradient_penalty"):

        def loss(W, case=case):
            def out(x):
                return float(np.tanh(x @ W) @ case["v"])

            # Wider steps inside: the two roundings must not add up.
            slopes = [central(out, x, 1e-3) for x in case["X"]]
            penalty = np.mean([(np.linalg.norm(s) - 1) ** 2 for s in slopes])
            fit = np.mean([(out(x) - y) ** 2 for x, y in zip(case["X"], case["y"])])  # noqa: B905
            return fit + case["lam"] * penalty

        value, gradient = find("autograd.gradient_penalty").reference(**case)
        np.testing.assert_allclose(value, loss(case["W"]), rtol=1e-5)
        wanted = central(loss, case["W"], 1e-4)
        np.testing.assert_allclose(gradient, wanted, rtol=1e-4, atol=1e-5)


def test_numerical_gradient_nears_the_exact_one_as_h_shrinks():
    reference = find("autograd.numerical_gradient").reference
    exact = next(
        m.compute
        for m in find("autograd.numerical_gradient").mistakes
        if m.name == "autograd's gradient itself"
    )
    for case in drawn("numerical_gradient"):
        numeric, error = reference(**case)
        close(error, np.abs(numeric - exact(**case)[0]).max())
        near, least = reference(case["w"], 1e-5)
        close(near, exact(**case)[0])
        # The error of central differences shrinks like the square of h.
        half = reference(case["w"], case["h"] / 2)[1]
        assert least < half
        np.testing.assert_allclose(error / half, 4, rtol=1e-6)


@pytest.mark.parametrize("name", ["line_fit", "find_the_bug"])
def test_a_trajectory_goes_down_its_own_gradient(name):
    for case in drawn(name):

        def loss(at, case=case):
            if name == "line_fit":
                return np.mean((at[0] * case["x"] + at[1] - case["y"]) ** 2)
            fit = np.mean((case["X"] @ at - case["y"]) ** 2)
            return fit + case["lam"] * np.sum(at**2)

        losses, *rest = find(f"autograd.{name}").reference(**case)
        points = np.stack(rest, axis=1) if name == "line_fit" else rest[0]
        start = [case["w"], case["b"]] if name == "line_fit" else case["w"]
        assert len(losses) == len(points) == case["steps"]
        close(points[0], np.asarray(start))
        for step, point in enumerate(points):
            close(losses[step], loss(point))
            if step:
                before = points[step - 1]
                close(point, before - case["rate"] * central(loss, before))
