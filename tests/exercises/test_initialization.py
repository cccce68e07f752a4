"""The references of the exercises on initialization, by other means."""

import statistics
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from grader.authoring.proving.variants import cell, load
from grader.exercises.catalogue import find
from grader.judging.exercise import Exercise, widened

FRAMEWORKS = ("torch", "tensorflow")
SEEDS = range(12)  # 0 stands for the public cases
SOURCE = Path(__file__).parents[2] / "sources/exercises/04_initialization.py"

each_framework = pytest.mark.parametrize("framework", FRAMEWORKS)


def drawn(exercise: Exercise, seed: int) -> list[dict[str, object]]:
    return exercise.fresh_cases(seed) if seed else exercise.public_cases()


def wide(name: str) -> list[dict[str, object]]:
    """Inputs of many cases in float64."""
    exercise = find(f"initialization.{name}")
    return [widened(case) for seed in SEEDS for case in drawn(exercise, seed)]


def reference(name: str) -> object:
    return find(f"initialization.{name}").reference


def relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


# Each reference against what it is meant to achieve, or another library.


def test_fans_are_the_weights_of_one_channel():
    for case in wide("fans"):
        torch, keras = case["torch_kernels"], case["keras_kernels"]
        fan_in, fan_out = reference("fans")(**case)
        assert [k[0].size for k in torch] == list(fan_in[:2])
        assert [k[:, 0].size for k in torch] == list(fan_out[:2])
        assert [k[..., 0].size for k in keras] == list(fan_in[2:])
        assert [k[..., 0, :].size for k in keras] == list(fan_out[2:])


def test_glorots_weights_have_his_variance():
    u = (np.arange(600 * 400) + 0.5).reshape(600, 400) / (600 * 400)
    W = reference("glorot_bound")(u)
    assert W.mean() == pytest.approx(0, abs=1e-9)
    assert W.var() == pytest.approx(2 / (600 + 400), rel=1e-6)


def test_hes_weights_keep_the_mean_square_behind_a_relu():
    rng = np.random.default_rng(0)
    z = rng.normal(size=(200, 20, 3, 3))
    W = reference("kaiming_std")(z).reshape(200, -1)
    h = relu(rng.normal(size=(2_000, W.shape[1])))
    assert np.mean((h @ W.T) ** 2) == pytest.approx(2 * np.mean(h**2), rel=0.05)


def test_torch_default_is_what_linear_draws():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    u, v = torch.rand(30, 20), torch.rand(30)
    torch.manual_seed(0)
    layer = torch.nn.Linear(20, 30)
    W, b = reference("torch_default")(u.T.double().numpy(), v.double().numpy())
    np.testing.assert_allclose(layer.weight.T.detach(), W, atol=1e-6)
    np.testing.assert_allclose(layer.bias.detach(), b, atol=1e-6)


def test_lstm_bias_opens_the_second_gate_alone():
    for case in wide("lstm_bias"):
        units = len(case["b_ih"]) // 4
        for i, got in enumerate(reference("lstm_bias")(**case)):
            forget = units <= i < 2 * units
            assert got == (1 if forget else case["b_ih"][i] + case["b_hh"][i])


def test_dead_share_counts():
    for case in wide("dead_share"):
        dead, saturated = reference("dead_share")(**case)
        z = case["z"].tolist()
        columns = list(zip(*z, strict=True))
        assert dead == sum(max(column) <= 0 for column in columns) / len(columns)
        flat = [abs(np.tanh(v)) for row in z for v in row]
        assert saturated == pytest.approx(sum(v > 0.97 for v in flat) / len(flat))
        assert min(abs(v - 0.97) for v in flat) > 1e-3


def test_variance_step_is_the_population_variance():
    for case in wide("variance_step"):
        h, found = case["x"], []
        for W in case["weights"]:
            z = np.einsum("ni,io->no", h, W)
            found.append(statistics.pvariance(z.ravel().tolist()))
            h = relu(z)
        np.testing.assert_allclose(reference("variance_step")(**case), found)


def test_truncated_normal_is_scipys():
    for case in wide("truncated_normal"):
        law = stats.truncnorm(-2, 2)
        wanted = law.ppf(case["u"]) / law.std() * case["std"]
        got = reference("truncated_normal")(**case)
        np.testing.assert_allclose(got, wanted, atol=1e-10)


def test_orthogonal_is_the_one_with_a_positive_diagonal():
    for case in wide("orthogonal"):
        q = reference("orthogonal")(**case)
        r = q.T @ case["a"]
        np.testing.assert_allclose(q.T @ q, np.eye(len(q)), atol=1e-12)
        np.testing.assert_allclose(np.tril(r, -1), 0, atol=1e-12)
        assert (np.diag(r) > 0).all()


def test_backward_variance_by_central_differences():
    def loss(x, weights, g, shift, layer):
        h = x
        for k, W in enumerate(weights):
            h = np.tanh(h @ W + (shift if k == layer else 0))
        return np.sum(h * g)

    for case in wide("backward_variance")[:3]:
        got, step = reference("backward_variance")(**case), 1e-5
        for k, W in enumerate(case["weights"]):
            slopes = np.zeros((len(case["x"]), W.shape[1]))
            for index in np.ndindex(slopes.shape):
                shift = np.zeros_like(slopes)
                shift[index] = step
                ahead = loss(**case, shift=shift, layer=k)
                slopes[index] = (ahead - loss(**case, shift=-shift, layer=k)) / step / 2
            assert got[k] == pytest.approx(np.mean(slopes**2), rel=1e-6)


def test_keep_variance_keeps_it_for_50_layers():
    functions = {"relu": relu, "tanh": np.tanh, "sigmoid": stats.logistic.cdf}
    for case in wide("keep_variance"):
        h, gains = case["x"], reference("keep_variance")(**case)
        assert len(gains) == 50
        for gain, z in zip(gains, case["z"], strict=True):
            a = h @ (gain * z / np.sqrt(len(z)))
            assert np.mean(a**2) == pytest.approx(1, abs=1e-10)
            h = functions[case["activation"]](a)


def test_keep_variance_has_each_activation_in_each_draw():
    exercise = find("initialization.keep_variance")
    for seed in SEEDS:
        kinds = {case["activation"] for case in drawn(exercise, seed)}
        assert kinds == {"relu", "tanh", "sigmoid"}


# Every case holds what the texts name, so that no answer is right by luck.


def test_no_window_is_square_and_no_kernel_has_as_many_inputs_as_outputs():
    for case in wide("fans"):
        assert case["torch_kernels"][1].shape[2] != case["torch_kernels"][1].shape[3]
        assert case["keras_kernels"][1].shape[0] != case["keras_kernels"][1].shape[1]
        assert all(k.shape[0] != k.shape[1] for k in case["torch_kernels"])
        assert all(k.shape[-1] != k.shape[-2] for k in case["keras_kernels"])
    for case in wide("kaiming_std"):
        assert case["z"].shape[2] != case["z"].shape[3]


def test_dead_share_has_units_and_outputs_on_both_sides_of_its_limits():
    for case in wide("dead_share"):
        z, slope = case["z"], np.abs(np.tanh(case["z"]))
        largest = z.max(axis=0)
        assert (largest == 0).any() and ((largest > 0) & (largest < 0.01)).any()
        assert ((slope > 0.96) & (slope < 0.97)).any()
        assert ((slope > 0.97) & (slope < 0.98)).any()
        assert np.abs(slope - 0.97).min() > 1e-3


def test_dead_share_never_has_the_same_number_of_units_twice():
    exercise = find("initialization.dead_share")
    for seed in SEEDS:
        units = [case["z"].shape[1] for case in drawn(exercise, seed)]
        assert len(set(units)) == len(units)


def test_find_the_bug_is_hes_initialization():
    for case in wide("find_the_bug"):
        h, (stds, squares) = case["x"], reference("find_the_bug")(**case)
        for z, std, square in zip(case["zs"], stds, squares, strict=True):
            W = reference("kaiming_std")(z.T[:, :, None, None])[:, :, 0, 0].T
            np.testing.assert_allclose(std * z, W)
            assert square == pytest.approx(np.mean((h @ W) ** 2))
            h = relu(h @ W)


@each_framework
def test_the_notebook_shows_the_bugs_that_the_mistake_names(framework: str):
    (unmended,) = (
        variant
        for variant in load("initialization", framework)
        if variant.mistake == "both bugs are still there"
    )
    shown = cell(unmended).replace("def find_the_bug", "def buggy_init")
    assert shown in SOURCE.read_text(encoding="utf-8")
