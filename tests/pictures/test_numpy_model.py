"""The lesson's model and layers in NumPy, against SciPy, loops and differences."""

import numpy as np
import pytest
from scipy.signal import correlate2d
from scipy.special import expit

from grader.pictures.porting import numpy_model


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def arrays(rng):
    return {
        "conv1.weight": rng.normal(0, 0.3, (8, 1, 3, 3)),
        "conv1.bias": rng.normal(size=8),
        "norm.weight": rng.uniform(0.5, 1.5, 8),
        "norm.bias": rng.normal(size=8),
        "norm.running_mean": rng.normal(size=8),
        "norm.running_var": rng.uniform(0.5, 1.5, 8),
        "conv2.weight": rng.normal(0, 0.1, (16, 8, 3, 3)),
        "conv2.bias": rng.normal(size=16),
        "dense.weight": rng.normal(0, 0.1, (10, 256)),
        "dense.bias": rng.normal(size=10),
    }


@pytest.mark.parametrize("stride", [1, 2])
def test_a_convolution_is_the_sum_over_channels_of_correlations(rng, stride):
    images = rng.normal(size=(2, 3, 6, 5))
    weight, bias = rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    found = numpy_model.convolve(images, weight, bias, stride)
    for n in range(2):
        for out in range(4):
            planes = [
                correlate2d(images[n, c], weight[out, c], "valid") for c in range(3)
            ]
            expected = sum(planes)[::stride, ::stride] + bias[out]
            np.testing.assert_allclose(found[n, out], expected, atol=1e-12)


def test_a_gru_with_an_open_update_gate_keeps_nothing(rng):
    arrays = {
        "weight_ih_l0": rng.normal(size=(6, 3)),
        "weight_hh_l0": rng.normal(size=(6, 2)),
        "bias_ih_l0": np.array([0.0, 0, -50, -50, 0, 0]),
        "bias_hh_l0": rng.normal(size=6),
    }
    x = rng.normal(size=3)
    reset = expit(arrays["weight_ih_l0"][:2] @ x + arrays["bias_hh_l0"][:2])
    inner = arrays["weight_ih_l0"][4:] @ x + reset * arrays["bias_hh_l0"][4:]
    np.testing.assert_allclose(numpy_model.gru(x[None], arrays), np.tanh(inner))


def test_attention_to_equal_keys_is_the_mean_of_the_values(rng):
    weight = np.concatenate([rng.normal(size=(4, 4)), np.zeros((4, 4)), np.eye(4)])
    arrays = {
        "in_proj_weight": weight,
        "in_proj_bias": np.zeros(12),
        "out_proj.weight": np.eye(4),
        "out_proj.bias": np.ones(4),
    }
    x = rng.normal(size=(3, 4))
    expected = np.tile(x.mean(axis=0) + 1, (3, 1))
    np.testing.assert_allclose(numpy_model.attention(x, arrays, heads=2), expected)


def test_the_gradient_is_that_of_the_loss(rng, arrays):
    images, labels = rng.normal(size=(6, 1, 8, 8)), rng.integers(10, size=6)
    found = numpy_model.first_step(arrays, images, labels)
    assert found["variance"].shape == (8,)
    for place in range(10):
        nudge = np.zeros(10)
        nudge[place] = 1e-5
        above, below = (
            numpy_model.first_step(
                arrays | {"dense.bias": arrays["dense.bias"] + sign * nudge},
                images,
                labels,
            )["loss"]
            for sign in (1, -1)
        )
        slope = (above - below) / 2e-5
        np.testing.assert_allclose(found["gradient"][place], slope, atol=1e-8)


def test_each_wrong_array_fits_and_differs(arrays):
    def before_flatten(kernel, channels, rows, columns):
        maps = kernel.T.reshape(-1, rows, columns, channels)
        return np.moveaxis(maps, -1, 1).reshape(kernel.shape[1], -1)

    found = numpy_model.wrong_weights(arrays, before_flatten)
    assert len(found) == 6
    for title, wrong in found.items():
        assert {n: a.shape for n, a in wrong.items()} == {
            n: a.shape for n, a in arrays.items()
        }, title
        assert any((wrong[name] != arrays[name]).any() for name in arrays), title
