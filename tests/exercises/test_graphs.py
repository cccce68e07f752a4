"""The references of the exercises on graphs, by other means."""

from functools import reduce
from itertools import pairwise
from math import gcd

import numpy as np
import pytest

from grader.common.frameworks import installed
from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

SEEDS = range(6)  # 0 stands for the public cases; `course check` draws more
NAMES = {"add": "+", "sub": "-", "mul": "*"}

needs_tensorflow = pytest.mark.skipif(
    not installed("tensorflow"), reason="needs TensorFlow"
)
needs_torch = pytest.mark.skipif(not installed("torch"), reason="needs PyTorch")


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str, seeds: range = SEEDS) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"graphs.{name}")
    return [widened(case) for seed in seeds for case in drawn(exercise, seed)]


def agree(name: str, by_hand, seeds: range = SEEDS) -> None:
    """The reference gives what ``by_hand`` gives, in every case."""
    reference = find(f"graphs.{name}").reference
    for case in wide(name, seeds):
        got, wanted = reference(**case), by_hand(**case)
        parts = (
            zip(got, wanted, strict=True) if isinstance(got, tuple) else [(got, wanted)]
        )
        for one, other in parts:
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


# Recorded programs: each against Python's own way to compute the same.


def formulas(program, inputs: int) -> list[str]:
    """Each value as one expression of Python in x[0], x[1] and so on."""
    texts = [f"x[{k}]" for k in range(inputs)]
    for op, i, j in program:
        a, b = texts[i], texts[j]
        texts.append(f"big({a}, {b})" if op == "max" else f"({a} {NAMES[op]} {b})")
    return texts


def test_replay_is_the_formula_that_the_record_spells():
    def by_hand(program, x):
        return eval(formulas(program, len(x))[-1], {"x": x, "big": np.fmax})

    agree("replay", by_hand)


def test_record_gives_back_the_number_when_it_is_replayed():
    def walk(x, y, bits):
        for bit in bits:
            if bit:
                x, y = y, x * y
            else:
                y = x + y
        return y

    # Primes that no other record gives; exact, as whole numbers of Python.
    for case in wide("record"):
        values = [2, 3]
        for op, i, j in find("graphs.record").reference(**case).tolist():
            values.append(values[i] * values[j] if op else values[i] + values[j])
        assert values[-1] == walk(2, 3, case["bits"])


def test_dead_code_is_what_can_be_spoilt_without_a_trace():
    for case in wide("dead_code"):
        program, inputs = case["program"], case["inputs"]
        needed = find("graphs.dead_code").reference(**case)
        for row in range(len(program)):
            # Only a row whose mark reaches the last value's text is needed.
            texts = [f"x[{k}]" for k in range(inputs)]
            for position, (_, i, j) in enumerate(program):
                mark = "!" if position == row else ""
                texts.append(f"({mark}{texts[i]},{texts[j]})")
            assert needed[row] == ("!" in texts[-1])


def test_common_subexpressions_are_equal_as_trees():
    def by_hand(program, inputs):
        trees: list[object] = [("input", k) for k in range(inputs)]
        for op, i, j in program:
            pair = (trees[i], trees[j])
            trees.append((op, frozenset(pair) if op != "sub" else pair))
        return [trees.index(tree) for tree in trees[inputs:]]

    agree("common_subexpressions", by_hand)


def test_backward_replay_is_a_difference_quotient():
    reference = find("graphs.backward_replay").reference
    for case in wide("backward_replay"):
        program, x = case["program"], case["x"]
        text, step = formulas(program, len(x))[-1], 1e-6
        for k, row in enumerate(reference(**case)):
            up, down = list(x), list(x)
            up[k], down[k] = x[k] + step, x[k] - step
            change = eval(text, {"x": up}) - eval(text, {"x": down})
            np.testing.assert_allclose(row, change / (2 * step), rtol=1e-5, atol=1e-6)


def test_peak_memory_is_a_sum_over_lifetimes():
    def by_hand(rows, sizes):
        inputs, result = len(sizes) - len(rows), len(sizes) - 1

        def there(value, row):
            users = [r for r, row in enumerate(rows) if value in row]
            born = value - inputs
            end = max([*users, born]) if value != result else len(rows)
            return born <= row <= end

        levels = [
            sum(size for value, size in enumerate(sizes) if there(value, row))
            for row in range(len(rows))
        ]
        return max(levels), levels.index(max(levels))

    agree("peak_memory", by_hand)
    for case in wide("peak_memory"):
        used = {number for row in case["rows"] for number in row}
        assert used >= set(range(len(case["sizes"]) - len(case["rows"])))


# Every case holds what the texts name, so that no answer is right by luck.


def test_peak_memory_has_what_a_program_may_forget_in_each_case():
    for case in wide("peak_memory"):
        rows, sizes = case["rows"], case["sizes"]
        inputs, used = len(sizes) - len(rows), {n for row in rows for n in row}
        assert set(range(inputs, len(sizes) - 1)) - used  # an unused result
        assert set(range(inputs)) - set(rows[0])  # an input that comes in later
        assert any(i == j for i, j in rows)
        levels = [
            sum(sizes[: inputs + row + 1])
            - sum(
                sizes[n]
                for n in range(inputs + row)
                if n not in {m for later in rows[row:] for m in later}
            )
            for row in range(len(rows))
        ]
        assert levels.count(max(levels)) > 1


def test_the_skeleton_of_peak_memory_taken_by_its_word_is_right():
    def by_the_hint(rows, sizes):
        inputs, goes = len(sizes) - len(rows), {}
        for row, (i, j) in enumerate(rows):
            for number in (inputs + row, i, j):
                goes[number] = row
        goes.pop(len(sizes) - 1)
        live, levels = sum(sizes[:inputs]), []
        for row in range(len(rows)):
            live += sizes[inputs + row]
            levels.append(live)
            live -= sum(sizes[n] for n, end in goes.items() if end == row)
        return max(levels), levels.index(max(levels))

    agree("peak_memory", by_the_hint)


def test_dead_code_is_found_by_no_fixed_number_of_sweeps():
    for case in wide("dead_code"):
        program, inputs = case["program"], case["inputs"]
        needed = find("graphs.dead_code").reference(**case)
        left = set(range(len(program)))
        for _ in range(4):
            used = {number for row in left for number in program[row][1:]}
            left = {row for row in left if inputs + row in used} | {len(program) - 1}
            assert len(left) > needed.sum()


def test_backward_replay_has_an_unused_input_and_a_value_used_twice_in_each_case():
    for case in wide("backward_replay"):
        gradients = find("graphs.backward_replay").reference(**case)
        assert (~gradients.any(axis=1)).sum() == 1
        assert any(i == j for _, i, j in case["program"])


def test_replay_needs_all_four_ops_in_each_case():
    for case in wide("replay"):
        text = formulas(case["program"], len(case["x"]))[-1]
        assert all(sign in text for sign in (" + ", " - ", " * ", "big("))


def test_a_branch_gets_both_signs_in_each_vector():
    for case in wide("branch"):
        assert all(x.min() < 0 < x.max() for x in case["xs"])


NO_CONSTANTS = ["peak_memory", "count_traces", "dead_code", "common_subexpressions"]


@pytest.mark.parametrize("name", NO_CONSTANTS)
def test_no_answer_is_right_twice_in_one_draw(name):
    exercise = find(f"graphs.{name}")
    for seed in SEEDS:
        answers = [str(exercise.expected(case)) for case in drawn(exercise, seed)]
        assert len(set(answers)) == len(answers)


# Values of the exercises that trace.


def test_gcd_loop_counts_the_quotients():
    def by_hand(a, b):
        divisors = [gcd(int(x), int(y)) for x, y in zip(a, b, strict=True)]
        steps = []
        for x, y in zip(a, b, strict=True):
            row = [int(x), int(y)]
            while row[-1]:
                row.append(row[-2] % row[-1])
            steps.append(len(row) - 2)
        return divisors, steps

    agree("gcd_loop", by_hand)


def test_gcd_loop_takes_as_many_rounds_as_the_notebook_says_in_each_case():
    a, b = (x.ravel() for x in np.meshgrid(np.arange(1, 350), np.arange(350)))
    reference = find("graphs.gcd_loop").reference
    assert reference(a, b)[1].max() == 12
    for case in wide("gcd_loop"):
        steps = reference(**case)[1]
        assert steps.max() == 12 and steps.min() == 0 and 1 in steps
        assert max(case["a"].max(), case["b"].max()) < 350


def test_leaky_scan_is_a_sum_with_powers():
    def by_hand(xs, keep):
        lag = np.subtract.outer(np.arange(len(xs)), np.arange(len(xs)))
        return np.where(lag >= 0, keep ** np.maximum(lag, 0), 0) @ xs

    agree("leaky_scan", by_hand)


def test_running_mean_moves_by_its_share_of_the_difference():
    for case in wide("running_mean"):
        means, _ = find("graphs.running_mean").reference(**case)
        moves = [after - before for before, after in pairwise([0.0, *means])]
        gaps = [
            x.mean() - m for x, m in zip(case["xs"], [0.0, *means[:-1]], strict=True)
        ]
        np.testing.assert_allclose(moves, (1 - case["decay"]) * np.array(gaps))


def test_branch_is_the_integral_of_a_clipped_slope():
    for case in wide("branch", range(2)):
        losses, _ = find("graphs.branch").reference(**case)
        for x, loss in zip(case["xs"], losses, strict=True):
            edges = np.linspace(0, np.abs(x).mean(), 20_001)
            slopes = np.minimum(edges, case["limit"])
            np.testing.assert_allclose(loss, np.trapezoid(slopes, edges), rtol=1e-6)


def test_edit_graph_is_the_network_of_its_weights():
    def by_hand(x, weights):
        layers = reduce(lambda h, W: np.clip(h @ W, 0, None), weights[:-1], x)
        return layers @ weights[-1], len(weights) - 1

    agree("edit_graph", by_hand)


# Counts, against what the frameworks really do.


def counts_in_torch(f, calls, **options) -> list[int]:
    """How many graphs there are after each call."""
    import torch

    torch.compiler.reset()
    graphs = []

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile(f, backend=backend, **options)
    return [(compiled(*call), len(graphs))[1] for call in calls]


def counts_in_tensorflow(f, calls, **options) -> list[int]:
    import tensorflow as tf

    traced = tf.function(f, autograph=False, **options)
    count = traced.experimental_get_tracing_count
    return [(traced(*call), count())[1] for call in calls]


@needs_torch
def test_traces_are_those_that_pytorch_makes():
    import torch

    def by_hand(sizes, factors):
        pairs = list(zip(sizes, factors, strict=True))
        numbers = [(torch.ones(n), k) for n, k in pairs]
        tensors = [(torch.ones(n), torch.tensor(float(k))) for n, k in pairs]
        f = lambda x, k: k * x  # noqa: E731
        return tuple(counts_in_torch(f, c, dynamic=False) for c in (numbers, tensors))

    agree("count_traces", by_hand, range(1))


@needs_tensorflow
def test_traces_are_those_that_tensorflow_makes():
    import tensorflow as tf

    def by_hand(sizes, factors):
        pairs = list(zip(sizes, factors, strict=True))
        numbers = [(tf.ones(n), k) for n, k in pairs]
        tensors = [(tf.ones(n), tf.constant(float(k))) for n, k in pairs]
        f = lambda x, k: k * x  # noqa: E731
        return tuple(counts_in_tensorflow(f, c) for c in (numbers, tensors))

    agree("count_traces", by_hand)


@needs_torch
def test_pytorch_needs_one_trace_for_all_sizes():
    import torch

    for case in wide("trace_once", range(2)):
        calls = [
            (torch.tensor(x), k)
            for x, k in zip(case["xs"], case["factors"], strict=True)
        ]
        f = lambda x, k: ((k * x) ** 2).sum()  # noqa: E731
        assert counts_in_torch(f, calls, dynamic=True)[-1] == 1
        energies, _ = find("graphs.trace_once").reference(**case)
        np.testing.assert_allclose(energies, [f(*call).item() for call in calls])


@needs_torch
def test_a_python_if_breaks_the_graph_into_as_many_as_the_mistake_says():
    import torch

    exercise = find("graphs.branch")
    (broken,) = (
        m for m in exercise.mistakes if m.name == "a Python if breaks the graph"
    )
    for case in wide("branch", range(1)):

        def f(x, limit=case["limit"]):
            m = x.abs().mean()
            if m <= limit:
                return m**2 / 2
            return limit * (m - limit / 2)

        calls = [(torch.tensor(x),) for x in case["xs"]]
        made = counts_in_torch(f, calls, dynamic=False)[-1]
        assert made == broken.compute(**case)[1]


@pytest.mark.parametrize("name", ["branch", "running_mean"])
def test_no_number_of_traces_is_right_in_a_whole_draw(name):
    exercise = find(f"graphs.{name}")
    for seed in SEEDS:
        counts = {float(exercise.expected(c)[1]) for c in drawn(exercise, seed)}
        assert len(counts) > 1
