"""How weights and images lie in memory, and what a port must turn."""

from bench.defaults.measures import convolution, drawn, results, shapes
from bench.defaults.model import Row, Side

IMAGE = drawn(11, 2, 3, 4, 4)

ROWS = (
    Row(
        "layout.dense_kernel",
        "Dense layer: the axes of its weights",
        "the shape of the weights from 4 inputs to 3 outputs",
        Side("nn.Linear(4, 3).weight", "tuple(it.shape)", "nn.Linear(4, 3).weight.T"),
        Side(
            "layer = layers.Dense(3)\nlayer.build((None, 4))\nlayer.kernel",
            "tuple(it.shape)",
            "layer = layers.Dense(3)\nlayer.build((None, "
            "4))\nops.transpose(layer.kernel)",
        ),
        shapes,
    ),
    Row(
        "layout.conv_kernel",
        "Convolution: the axes of its weights",
        "the shape of 3 × 3 weights from 2 channels to 5",
        Side(
            "nn.Conv2d(2, 5, 3).weight",
            "tuple(it.shape)",
            "nn.Conv2d(2, 5, 3).weight.permute(2, 3, 1, 0)",
        ),
        Side(
            "layer = layers.Conv2D(5, 3)\nlayer.build((None, 8, 8, 2))\nlayer.kernel",
            "tuple(it.shape)",
            "layer = layers.Conv2D(5, 3)\nlayer.build((None, 8, 8, 2))\n"
            "ops.transpose(layer.kernel, (3, 2, 0, 1))",
        ),
        shapes,
    ),
    Row(
        "layout.depthwise_kernel",
        "Depthwise convolution: the axes of its weights",
        "the shape of 3 × 3 weights for 4 channels, two outputs each",
        Side(
            "nn.Conv2d(4, 8, 3, groups=4).weight",
            "tuple(it.shape)",
            "nn.Conv2d(4, 8, 3, groups=4).weight.reshape(4, 2, 3, 3).permute(2, 3, "
            "0, 1)",
        ),
        Side(
            "layer = layers.DepthwiseConv2D(3, depth_multiplier=2)\n"
            "layer.build((None, 8, 8, 4))\nlayer.kernel",
            "tuple(it.shape)",
        ),
        shapes,
    ),
    Row(
        "layout.image",
        "Images: channels first (NCHW) or last (NHWC), with the weights turned",
        "the output of a convolution with the same weights",
        Side("nn.Conv2d(3, 4, 3)", "'NCHW'[:it(torch.ones(1, 3, 8, 8)).ndim]"),
        Side(
            "layers.Conv2D(4, 3)",
            "{'channels_last': 'NHWC', 'channels_first': 'NCHW'}[it.data_format]",
        ),
        convolution(IMAGE, drawn(12, 4, 3, 3, 3)),
    ),
    Row(
        "layout.flatten",
        "Flattening a feature map: the order in which its numbers come",
        "a feature map of 3 channels and 4 × 4 places, flattened",
        Side(
            "nn.Flatten()(x)",
            "'places of a channel side by side' if it[0, 1] == x[0, 0, 0, 1] "
            "else 'channels of a place side by side'",
            "nn.Flatten()(x.permute(0, 2, 3, 1))",
        ),
        Side(
            "layers.Flatten()(tf.transpose(x, (0, 2, 3, 1)))",
            "'channels of a place side by side' if it[0, 1] == x[0, 1, 0, 0] "
            "else 'places of a channel side by side'",
            "layers.Flatten()(x)",
            "Or permute the rows of the weights behind: reshape them to (C, H, W) and "
            "move the first axis to the end.",
        ),
        results,
        {"x": IMAGE},
    ),
)
