"""The references of the exercises on tensors, by other means."""

import math
import statistics
from pathlib import Path

import numpy as np
import pytest

from grader.authoring.proving.variants import cell, load
from grader.authoring.running.tf32.rounding import rounded
from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

FRAMEWORKS = ("torch", "tensorflow")
SEEDS = range(20)  # 0 stands for the public cases
SOURCE = Path(__file__).parents[2] / "sources/exercises/01_tensors.py"

each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"tensors.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def agree(name: str, by_hand) -> None:
    """The reference gives what ``by_hand`` gives, in every case."""
    reference = find(f"tensors.{name}").reference
    for case in wide(name):
        np.testing.assert_allclose(reference(**case), by_hand(**case), rtol=1e-12)


# Each reference against its formula, element by element, or another library.


def test_strides_are_numpys():
    reference = find("tensors.strides").reference
    for case in wide("strides"):
        x = np.zeros(case["shape"])
        strides, offset = reference(**case)
        assert strides.tolist() == [step // x.itemsize for step in x.strides]
        assert offset == np.ravel_multi_index(case["index"], case["shape"])


def test_pick_logits_takes_each_rows_label():
    agree(
        "pick_logits",
        lambda logits, labels: [logits[i][label] for i, label in enumerate(labels)],
    )


def test_image_change_counts_in_whole_numbers_without_end():
    def by_hand(before, after):
        pairs = zip(before.tolist(), after.tolist(), strict=True)
        return [
            statistics.fmean(
                abs(a - b)
                for row_b, row_a in zip(image_b, image_a, strict=True)
                for b, a in zip(row_b, row_a, strict=True)
            )
            for image_b, image_a in pairs
        ]

    agree("image_change", by_hand)


def test_unbiased_std_is_the_sample_standard_deviation():
    agree("unbiased_std", lambda X: [statistics.stdev(column) for column in X.T])


def test_center_columns_leaves_the_weighted_mean_at_0():
    agree(
        "center_columns",
        lambda X, weight: X - np.average(X, axis=0, weights=weight),
    )


def test_wrap_index_is_pythons_divmod():
    def by_hand(index, n):
        pairs = [divmod(int(i), n) for i in index]
        assert all(0 <= position < n for _, position in pairs)
        return np.array(pairs).T[::-1]

    agree("wrap_index", by_hand)


def test_wrap_index_always_meets_the_multiples_of_n():
    for case in wide("wrap_index"):
        laps = case["index"][case["index"] % case["n"] == 0] // case["n"]
        assert (laps < 0).any() and (laps == 0).any() and (laps > 0).any()


def test_pairwise_distances_are_euclids():
    agree("pairwise_distances", lambda A, B: [[math.dist(a, b) for b in B] for a in A])


def test_scatter_add_adds_row_by_row():
    def by_hand(rows, labels, k):
        sums = np.zeros((k, rows.shape[1]))
        np.add.at(sums, labels, rows)
        return sums

    agree("scatter_add", by_hand)


def test_scatter_add_always_meets_repeated_and_absent_labels():
    for case in wide("scatter_add"):
        counts = np.bincount(case["labels"], minlength=case["k"])
        assert counts.max() > 1
        assert counts[-1] == 0 and 0 in counts[:-1]


def test_port_dense_reads_each_matrix_in_its_own_order():
    def by_hand(x, W, b, V, c):
        hidden = np.array(
            [[max(0, W[o] @ row + b[o]) for o in range(len(b))] for row in x]
        )
        return [[V[:, o] @ row + c[o] for o in range(len(c))] for row in hidden]

    agree("port_dense", by_hand)


def test_port_dense_always_has_a_living_hidden_unit_in_each_row():
    for case in wide("port_dense"):
        assert (case["x"] @ case["W"].T + case["b"] > 0).any(axis=1).all()


def test_windows_are_as_many_as_fit_and_tell_their_place():
    for case in wide("windows"):
        image, size, step = case["image"], case["size"], case["step"]
        windows = find("tensors.windows").reference(**case)
        down, across = ((n - size) // step + 1 for n in image.shape)
        assert windows.shape == (down * across, size * size)
        # Along one axis alone the last window ends at the edge.
        assert sum((n - size) % step == 0 for n in image.shape) == 1
        for i, j in np.ndindex(down, across):
            for k, m in np.ndindex(size, size):
                got = windows[i * across + j, k * size + m] - image[0, 0]
                assert got == 10 * (i * step + k) + j * step + m


def test_windows_end_at_the_edge_along_each_axis_in_every_draw():
    exercise = find("tensors.windows")
    for cases in (exercise.public_cases(), exercise.fresh_cases(1)):
        fitting = {
            axis
            for case in cases
            for axis, n in enumerate(case["image"].shape)
            if (n - case["size"]) % case["step"] == 0
        }
        assert fitting == {0, 1}


def test_pairwise_distances_hold_a_0():
    exercise = find("tensors.pairwise_distances")
    assert all(exercise.reference(**case).min() == 0 for case in wide(exercise.name))


def test_port_dense_cuts_off_what_is_just_below_0():
    for case in wide("port_dense"):
        z = case["x"] @ case["W"].T + case["b"]
        assert ((z < 0) & (z > -0.5)).any()


def test_port_conv_is_its_formula():
    def by_hand(x, w, b):
        size, side = w.shape[2], x.shape[1] - w.shape[2] + 1
        out = np.zeros((len(x), side, side, len(b)))
        for n, i, j, o in np.ndindex(out.shape):
            window = x[n, i : i + size, j : j + size]
            terms = [
                window[k, m, c] * w[o, c, k, m] for c, k, m in np.ndindex(w.shape[1:])
            ]
            out[n, i, j, o] = sum(terms) + b[o]
        return out

    agree("port_conv", by_hand)


def test_flatten_order_counts_channels_then_rows_then_columns():
    def by_hand(x, W, b):
        n, height, width, channels = x.shape
        out = np.tile(b, (n, 1))
        for c, i, j in np.ndindex(channels, height, width):
            out += np.outer(x[:, i, j, c], W[:, (c * height + i) * width + j])
        return out

    agree("flatten_order", by_hand)


def test_find_the_bug_is_a_matrix_applied_again_and_again():
    for case in wide("find_the_bug"):
        u, target = case["u"], case["target"].ravel()
        move = (np.eye(len(u), k=1) + np.eye(len(u), k=-1)) / 2
        move[[0, -1]] = np.eye(len(u))[[0, -1]]
        us, errors = find("tensors.find_the_bug").reference(**case)
        assert len(us) == len(errors) == case["steps"]
        for step, (got, distance) in enumerate(zip(us, errors, strict=True)):
            wanted = np.linalg.matrix_power(move, step + 1) @ u
            np.testing.assert_allclose(got, wanted, atol=1e-12)
            np.testing.assert_allclose(distance, np.mean((wanted - target) ** 2))


@each_framework
def test_the_notebook_shows_the_bugs_that_the_mistake_names(framework: str):
    (unmended,) = (
        variant
        for variant in load("tensors", framework)
        if variant.mistake == "both bugs are still there"
    )
    shown = cell(unmended).replace("def find_the_bug", "def buggy_relax")
    assert shown in SOURCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["port_dense", "port_conv", "flatten_order"])
def test_what_is_multiplied_fits_into_tf32(name: str):
    for case in wide(name):
        factors = list(case.values())
        if name == "port_dense":
            factors.append(case["x"] @ case["W"].T + case["b"])
        for values in factors:
            np.testing.assert_array_equal(rounded(values.astype("float32")), values)
