"""The exercises on first gradients and on products: references, mistakes, variants."""

from pathlib import Path

import numpy as np
import pytest

from grader.judging.compare import error
from grader.judging.exercise import Exercise, widened
from grader.judging.judge import judge
from grader.judging.wire import Leaf, Reply, decode_replies, encode_inputs
from grader.learner.answers import answers
from grader.references import find
from tests.variants import Variant, load

NAMES = (
    "chain_rule",
    "mse_gradient",
    "softmax_cross_entropy",
    "jvp",
    "hvp",
    "straight_through",
)
SEEDS = range(50)  # 0 stands for the public cases
VARIANT_SEED = 1  # `course check` runs them on more
MARGIN = 10  # on both sides of the tolerance
SOURCE = Path(__file__).parents[1] / "sources/exercises/02_autograd.py"

each_exercise = pytest.mark.parametrize(
    "exercise", [find(f"autograd.{name}") for name in NAMES], ids=lambda e: e.name
)


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
        close(gradient, central(surrogate, x))


@each_exercise
def test_every_mistake_lies_beyond_ten_tolerances_in_every_case(exercise: Exercise):
    for seed in SEEDS:
        for case in drawn(exercise, seed):
            right = exercise.expected(case)
            for mistake in exercise.mistakes:
                values = exercise.values(mistake.compute(**widened(case)))
                distance = max(
                    error(want, have).max(initial=0.0)
                    for want, have in zip(right, values, strict=True)
                )
                assert distance >= MARGIN * exercise.tolerance, (mistake.name, seed)


@each_exercise
def test_every_mistake_in_float32_is_named(exercise: Exercise):
    for seed in SEEDS:
        cases = drawn(exercise, seed)
        for mistake in exercise.mistakes:
            verdict = judge(exercise, None, cases, [_made(mistake, c) for c in cases])
            assert verdict.status == "wrong"
            assert verdict.diagnosis, (mistake.name, seed)
            assert verdict.diagnosis.name == mistake.name, seed


def _made(mistake: object, case: dict[str, object]) -> Reply:
    made = mistake.compute(**widened(case))
    parts = made if isinstance(made, tuple) else (made,)
    leaves = [Leaf(np.asarray(part, np.float32), "array") for part in parts]
    return Reply(leaves if isinstance(made, tuple) else leaves[0])


def _replies(variant: Variant, framework: str, cases: list[dict]) -> list[Reply]:
    packed = answers(variant.function, framework, encode_inputs(cases))
    return decode_replies(packed._repr_json_(), len(cases))


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
@each_exercise
def test_variants_are_judged_as_what_they_are(exercise: Exercise, framework: str):
    # A tenth of the tolerance must be enough for every right answer.
    strict = Exercise(**{**vars(exercise), "tolerance": exercise.tolerance / MARGIN})
    found = [v for v in load("autograd", framework) if v.exercise == exercise.id]
    assert sum(v.mistake is None for v in found) >= 3
    cases = drawn(exercise, VARIANT_SEED)
    for variant in found:
        judged_by = strict if variant.mistake is None else exercise
        replies = _replies(variant, framework, cases)
        verdict = judge(judged_by, framework, cases, replies)
        where = f"{variant.function.__name__}: {verdict.summary}"
        assert verdict.status == ("wrong" if variant.mistake else "correct"), where
        if variant.mistake:
            assert verdict.diagnosis, where
            assert verdict.diagnosis.name == variant.mistake, where


@each_exercise
def test_every_mistake_is_made_by_a_variant(exercise: Exercise):
    made = {
        v.mistake
        for framework in ("torch", "tensorflow")
        for v in load("autograd", framework)
        if v.exercise == exercise.id
    }
    assert made - {None} == {mistake.name for mistake in exercise.mistakes}


@pytest.mark.parametrize("number, name", list(enumerate(NAMES, start=1)))
def test_the_notebook_says_what_the_exercise_is(number: int, name: str):
    exercise = find(f"autograd.{name}")
    unit = "point" if exercise.points == 1 else "points"
    heading = f"# ## {number}. {exercise.title} ({exercise.points} {unit})\n"
    assert heading in SOURCE.read_text(encoding="utf-8")
