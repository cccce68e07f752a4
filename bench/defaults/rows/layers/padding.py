"""Borders of convolutions."""

from bench.defaults.measures import convolution, drawn
from bench.defaults.model import Row, Side

IMAGE = drawn(9, 1, 2, 8, 8)
KERNEL = drawn(10, 3, 2, 3, 3)
EVEN = drawn(10, 3, 2, 4, 4)

ROWS = (
    Row(
        "padding.same_stride",
        "Padding that keeps the size, with a stride of 2",
        "the output of a 3 × 3 convolution of an 8 × 8 image, with the same weights",
        Side(
            "nn.Conv2d(2, 3, 3, stride=2, padding=1)",
            "f'{it.padding[0]} before, {it.padding[0]} after'",
            "nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(2, 3, 3, stride=2))",
            "The order is left, right, top, bottom.",
        ),
        Side(
            "layers.Conv2D(3, 3, strides=2, padding='same')",
            "it.build((None, 8, 8, 2))\nit.kernel.assign(np.ones((3, 3, 2, 3)))\n"
            "rows = it(np.ones((1, 8, 8, 2)))[0, :, 0, 0]\n"
            "cut = sum(float(row) < 18 for row in rows)\n"
            "'0 before, 1 after' if cut == 1 else '1 before, 1 after'",
            "keras.Sequential([layers.ZeroPadding2D(1), layers.Conv2D(3, 3, "
            "strides=2)])",
        ),
        convolution(IMAGE, KERNEL),
    ),
    Row(
        "padding.same_stride_pytorch",
        "`padding='same'` with a stride of 2",
        "the output of a 3 × 3 convolution of an 8 × 8 image",
        Side("nn.Conv2d(2, 3, 3, stride=2, padding='same')", raises="ValueError"),
        Side("layers.Conv2D(3, 3, strides=2, padding='same')", "it.padding"),
        convolution(IMAGE, KERNEL),
    ),
    Row(
        "padding.same",
        "`padding='same'` with a stride of 1",
        "the output of a 3 × 3 convolution, with the same weights",
        Side("nn.Conv2d(2, 3, 3, padding='same')", "it.padding"),
        Side("layers.Conv2D(3, 3, padding='same')", "it.padding"),
        convolution(IMAGE, KERNEL),
    ),
    Row(
        "padding.same_even",
        "`padding='same'` with an even kernel: on which side the extra zero goes",
        "the output of a 4 × 4 convolution, with the same weights",
        Side("nn.Conv2d(2, 3, 4, padding='same')", "it.padding"),
        Side("layers.Conv2D(3, 4, padding='same')", "it.padding"),
        convolution(IMAGE, EVEN),
    ),
    Row(
        "padding.default",
        "Convolution: padding, stride and dilation where nothing is set",
        "the output of a 3 × 3 convolution, with the same weights",
        Side(
            "nn.Conv2d(2, 3, 3)",
            "f'padding {it.padding[0]}, stride {it.stride[0]}'",
        ),
        Side(
            "layers.Conv2D(3, 3)",
            "f'padding {it.padding}, stride {it.strides[0]}'.replace('valid', '0')",
        ),
        convolution(IMAGE, KERNEL),
    ),
    Row(
        "padding.correlation",
        "Convolution: whether the kernel is flipped",
        "the output for an image with one bright pixel, with the same weights",
        Side(
            "nn.Conv2d(1, 1, 3)",
            "'not flipped' if np.allclose(F.conv2d(torch.eye(3)[None, None], "
            "torch.tensor([[[[0.0, 1, 2], [3, 4, 5], [6, 7, 8]]]])), 12) else "
            "'flipped'",
        ),
        Side(
            "layers.Conv2D(1, 3)",
            "'not flipped' if np.allclose(tf.nn.conv2d(np.eye(3)[None, ..., None], "
            "np.arange(9.0).reshape(3, 3, 1, 1), 1, 'VALID'), 12) else 'flipped'",
        ),
        convolution(drawn(9, 1, 1, 5, 5), drawn(10, 1, 1, 3, 3)),
    ),
    Row(
        "padding.transposed",
        "Transposed convolution to twice the size",
        "the output of a 3 × 3 kernel on an 8 × 8 image, with the same weights",
        Side(
            "nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1)",
            "f'cut {it.padding[0]} before'",
            "nn.Sequential(nn.ConvTranspose2d(2, 3, 3, stride=2), "
            "nn.ZeroPad2d((0, -1, 0, -1)))",
            "Padding by a negative number cuts.",
        ),
        Side(
            "layers.Conv2DTranspose(3, 3, strides=2, padding='same')",
            "it.build((None, 8, 8, 2))\nit.kernel.assign(np.ones((3, 3, 3, 2)))\n"
            "one = np.zeros((1, 8, 8, 2))\none[0, 0, 0] = 1.0\n"
            "f'cut {3 - int(np.count_nonzero(it(one)[0, :, 0, 0]))} before'",
            "keras.Sequential([layers.Conv2DTranspose(3, 3, strides=2), "
            "layers.Cropping2D(((1, 0), (1, 0)))])",
        ),
        convolution(IMAGE, drawn(10, 2, 3, 3, 3)),
    ),
)
