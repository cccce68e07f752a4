"""The two operations are those of PyTorch."""

import numpy as np
import pytest

from grader.pictures.export.numpy_operations import conv, max_pool

torch = pytest.importorskip("torch")


def test_conv_is_pytorchs():
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 3, 2))
    bias = rng.normal(size=4)
    right = torch.nn.functional.conv2d(
        torch.nn.functional.pad(torch.tensor(x), (2, 0, 1, 3)),
        torch.tensor(weight),
        torch.tensor(bias),
    )
    found = conv(x, weight, bias, pads=[1, 2, 3, 0], group=1)
    np.testing.assert_allclose(found, right.numpy(), atol=1e-12)


def test_max_pool_is_pytorchs():
    x = np.random.default_rng(0).normal(size=(2, 3, 8, 6))
    right = torch.nn.functional.max_pool2d(torch.tensor(x), (2, 3), (2, 1))
    found = max_pool(x, kernel_shape=[2, 3], strides=[2, 1], ceil_mode=0)
    np.testing.assert_array_equal(found, right.numpy())
