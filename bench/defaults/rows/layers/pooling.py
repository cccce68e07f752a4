"""Pooling: borders, sizes, and what is left over."""

import numpy as np

from bench.defaults.measures import drawn, image_output, results
from bench.defaults.model import Row, Side

IMAGE = drawn(9, 1, 2, 8, 8)
SQUARE = np.arange(1.0, 17.0).reshape(1, 1, 4, 4)
ODD = np.arange(1.0, 26.0).reshape(1, 1, 5, 5)

ROWS = (
    Row(
        "pooling.average_border",
        "Average pooling with padding: what a corner is divided by",
        "the output of 3 × 3 pooling with a border of 1",
        Side(
            "nn.AvgPool2d(3, 1, padding=1)",
            "'all 9 cells' if it.count_include_pad else 'cells of the image'",
            "nn.AvgPool2d(3, 1, padding=1, count_include_pad=False)",
        ),
        Side(
            "layers.AveragePooling2D(3, 1, padding='same')",
            "'cells of the image' if np.allclose(it(np.ones((1, 4, 4, 1))), 1) "
            "else 'all 9 cells'",
            "keras.Sequential([layers.ZeroPadding2D(1), layers.AveragePooling2D(3, "
            "1)])",
        ),
        image_output(SQUARE),
    ),
    Row(
        "pooling.max_border",
        "Max pooling 3 × 3 with stride 2 and padding",
        "the output of negative numbers",
        Side(
            "nn.MaxPool2d(3, 2, padding=1)",
            "f'{it.padding} before, {it.padding} after'",
            "nn.Sequential(nn.ConstantPad2d((0, 1, 0, 1), -torch.inf), "
            "nn.MaxPool2d(3, 2))",
        ),
        Side(
            "layers.MaxPooling2D(3, 2, padding='same')",
            "corner = np.zeros((1, 4, 4, 1))\ncorner[0, 2, 2, 0] = 1.0\n"
            "'0 before, 1 after' if it(corner)[0, 0, 0, 0] == 1 "
            "else '1 before, 1 after'",
            "keras.Sequential([layers.Lambda(lambda x: ops.pad(x, ((0, 0), (1, 0), "
            "(1, 0), (0, 0)), constant_values=-np.inf)), layers.MaxPooling2D(3, 2)])",
        ),
        image_output(-SQUARE),
    ),
    Row(
        "pooling.remainder",
        "Pooling 2 × 2 of an odd size, with nothing set",
        "the output of a 5 × 5 image",
        Side("nn.MaxPool2d(2)", "tuple(it(torch.ones(1, 1, 5, 5)).shape[2:])"),
        Side("layers.MaxPooling2D(2)", "tuple(it(np.ones((1, 5, 5, 1))).shape[1:3])"),
        image_output(ODD),
    ),
    Row(
        "pooling.size",
        "Pooling: the size of the window where none is given",
        "the output of a 4 × 4 image in windows of 2 × 2",
        Side("nn.MaxPool2d(2)", "default(nn.MaxPool2d, 'kernel_size')"),
        Side("layers.MaxPooling2D()", "it.pool_size[0]"),
        image_output(SQUARE),
    ),
    Row(
        "pooling.stride",
        "Pooling: the stride where none is given",
        "the output of 2 × 2 pooling",
        Side("nn.MaxPool2d(2)", "it.stride"),
        Side("layers.MaxPooling2D(2)", "it.strides[0]"),
        image_output(SQUARE),
    ),
    Row(
        "pooling.global_shape",
        "Global average pooling: the shape of the result",
        "the output of one image with 2 channels",
        Side(
            "nn.AdaptiveAvgPool2d(1)(x)",
            "tuple(it.shape)",
            "x.mean((2, 3))",
        ),
        Side(
            "layers.GlobalAveragePooling2D()(tf.transpose(x, (0, 2, 3, 1)))",
            "tuple(it.shape)",
            "tf.transpose(layers.GlobalAveragePooling2D(keepdims=True)(\n"
            "    tf.transpose(x, (0, 2, 3, 1))), (0, 3, 1, 2))",
        ),
        results,
        {"x": IMAGE},
    ),
    Row(
        "pooling.nan",
        "Max pooling of a window with a NaN",
        "the largest of 1 and NaN",
        Side("F.max_pool1d(x[None, None], 2)[0, 0]", "f'{it.item():g}'"),
        Side(
            "tf.nn.max_pool1d(x[None, :, None], 2, 2, 'VALID')[0, :, 0]",
            "f'{float(it[0]):g}'",
            "",
            "Look for NaN before pooling: `tf.debugging.enable_check_numerics()`.",
        ),
        results,
        {"x": np.array([1.0, np.nan])},
    ),
)
