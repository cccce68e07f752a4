"""The emulation of TF32 rounds factors, and nothing else, in every way of computing."""

import json
import subprocess
import sys

import numpy as np
import pytest

from grader.authoring.running.tf32.rounding import rounded
from grader.common.frameworks import FRAMEWORKS, installed
from tests.authoring.products import c, image, kernel, w, x

PRODUCT = [
    rounded(x) @ rounded(w),
    rounded(c) @ rounded(w).T,
    rounded(x).T @ rounded(c),
]
SUM = np.sum(rounded(image) * rounded(kernel).reshape(image.shape), keepdims=True)
ONTO = rounded(2 * SUM)
CONVOLVED = [
    SUM,
    ONTO * rounded(kernel).reshape(image.shape),
    ONTO * rounded(image).reshape(kernel.shape),
]
each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


@pytest.fixture(scope="module")
def reports() -> dict[str, dict]:
    """What each framework that is installed multiplies to, by its name."""
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.authoring.products", name],
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in FRAMEWORKS
        if installed(name)
    }
    said = {name: running[name].communicate(timeout=300)[0] for name in running}
    assert all(process.returncode == 0 for process in running.values())
    return {name: json.loads(text) for name, text in said.items()}


@pytest.fixture
def report(reports, framework) -> dict:
    if framework not in reports:
        pytest.skip(f"{framework} is not installed")
    return reports[framework]


def test_numbers_are_rounded_to_ten_bits_and_to_even():
    bit = 2.0**-10
    values = [1 + bit / 2, 1 + 3 * bit / 2, 1 + 0.51 * bit, -1 - bit, 0, -3.5, 2**90]
    wanted = [1, 1 + 2 * bit, 1 + bit, -1 - bit, 0, -3.5, 2**90]
    np.testing.assert_array_equal(rounded(np.float32(values)), np.float32(wanted))


def test_what_is_no_finite_number_stays():
    odd = np.array([np.inf, -np.inf, np.nan], "float32")
    odd = np.append(odd, np.array([0x7FFFFFFF], "uint32").view("float32"))
    np.testing.assert_array_equal(rounded(odd), odd)


def test_only_float32_is_rounded():
    with pytest.raises(ValueError, match="not float64"):
        rounded(np.ones(3))


@each_framework
def test_products_and_their_gradients_have_rounded_factors(report):
    ways = {"eagerly", "in batches", "in a graph", "compiled", "in a loop", "as a sum"}
    for way in ways & report.keys():
        for want, got in zip(PRODUCT, report[way], strict=True):
            np.testing.assert_array_equal(got, want, way)
    assert not np.array_equal(PRODUCT[0], x @ w)


@each_framework
def test_convolutions_and_their_gradients_have_rounded_factors(report):
    for way in {"convolved", "convolved in a graph"} & report.keys():
        for want, got in zip(CONVOLVED, report[way], strict=True):
            np.testing.assert_array_equal(np.reshape(got, want.shape), want, way)


@each_framework
def test_the_error_is_that_of_ten_bits(report):
    # Each factor is off by at most 2**-11, and by 2.0e-4 on the average.
    assert 2e-4 < report["error"] < 4e-4


@each_framework
def test_other_numbers_keep_their_bits(report):
    np.testing.assert_array_equal(report["in float64"], x.astype("float64") @ w)
    if "beside a bias" in report:
        np.testing.assert_allclose(report["beside a bias"], 1 / 3, atol=1e-6)


@each_framework
def test_the_frameworks_own_switch_turns_it_off(report):
    """``check`` uses it while a learner's function answers."""
    for way in {"switched off", "off in a graph", "in a check"} & report.keys():
        np.testing.assert_allclose(report[way], x @ w, rtol=2e-7)
        assert np.abs(report[way] - PRODUCT[0]).max() > 1e-4


@pytest.mark.parametrize("framework", ["tensorflow"])
def test_layers_and_forward_mode_multiply_so_too(report):
    np.testing.assert_array_equal(report["by a layer"], PRODUCT[0])
    np.testing.assert_array_equal(report["forward"], rounded(c) @ rounded(w))


@pytest.mark.parametrize("framework", ["tensorflow"])
def test_a_graph_looks_as_it_was_traced(report):
    kinds = ["Placeholder", "Placeholder", "MatMul", "Identity"]
    assert report["seen"] == kinds
