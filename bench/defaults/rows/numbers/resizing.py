"""Sizes of images, and sequences of unlike lengths."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

GIVEN = {"x": drawn(16, 1, 1, 8, 8)}


def ours(method: str, size: int = 4) -> str:
    """Code that resizes square images in PyTorch."""
    return f"F.interpolate(x, size=({size}, {size}), mode={method})"


def theirs(method: str, size: int = 4) -> str:
    """The same in Keras, with channels first afterwards."""
    return (
        f"y = ops.image.resize(ops.transpose(x, (0, 2, 3, 1)), ({size}, {size}), "
        f"interpolation={method})\nops.transpose(y, (0, 3, 1, 2))"
    )


CORNER = "f'{float(it[0, 0, 0, 0]):.4f} in the corner'"
COLUMNS = "'columns ' + ', '.join(f'{float(one):g}' for one in it[0, 0, 0])"
ROWS = (
    Row(
        "resize.nearest",
        "Resizing images by `nearest`: which pixel is taken",
        "an image of 8 × 8 made 5 × 5",
        Side(ours("'nearest'", 5), COLUMNS, ours("'nearest-exact'", 5)),
        Side(theirs("'nearest'", 5), COLUMNS),
        results,
        {"x": np.arange(8.0)[None].repeat(8, 0)[None, None]},
    ),
    Row(
        "resize.bilinear",
        "Resizing images by `bilinear`, without antialiasing",
        "an image of 8 × 8 made 5 × 5",
        Side(ours("'bilinear'", 5), CORNER),
        Side(theirs("'bilinear'", 5), CORNER),
        results,
        GIVEN,
        dtype="float32",
    ),
    Row(
        "resize.bicubic",
        "Resizing images by `bicubic`, without antialiasing: the polynomial",
        "an image of 8 × 8 made 16 × 16",
        Side(ours("'bicubic'", 16), CORNER, ours("'bicubic', antialias=True", 16)),
        Side(theirs("'bicubic'", 16), CORNER),
        results,
        GIVEN,
    ),
    Row(
        "resize.antialias",
        "Making images smaller: antialiasing, where nothing is set",
        "an image of 8 × 8 made 3 × 3",
        Side(ours("'bilinear'", 3), "default(F.interpolate, 'antialias')"),
        Side(theirs("'bilinear'", 3), "default(ops.image.resize, 'antialias')"),
        results,
        GIVEN,
    ),
    Row(
        "resize.antialiased",
        "Making images smaller with antialiasing",
        "an image of 8 × 8 made 3 × 3",
        Side(ours("'bilinear', antialias=True", 3), CORNER),
        Side(theirs("'bilinear', antialias=True", 3), CORNER),
        results,
        GIVEN,
    ),
    Row(
        "resize.method",
        "Resizing images: the method where none is given",
        "an image of 8 × 8 made 5 × 5",
        Side(
            "F.interpolate(x, size=(5, 5))",
            "default(F.interpolate, 'mode')",
            ours("'bilinear'", 5),
        ),
        Side(
            "y = ops.image.resize(ops.transpose(x, (0, 2, 3, 1)), (5, 5))\n"
            "ops.transpose(y, (0, 3, 1, 2))",
            "default(ops.image.resize, 'interpolation')",
        ),
        results,
        GIVEN,
    ),
    Row(
        "resize.upsampling",
        "Upsampling layers: the method where none is given",
        "an image of 8 × 8 made 16 × 16",
        Side("nn.Upsample(scale_factor=2)(x)", "default(nn.Upsample, 'mode')"),
        Side(
            "y = layers.UpSampling2D(2)(ops.transpose(x, (0, 2, 3, 1)))\n"
            "ops.transpose(y, (0, 3, 1, 2))",
            "default(layers.UpSampling2D, 'interpolation')",
        ),
        results,
        GIVEN,
    ),
    Row(
        "sequence.padding_side",
        "Sequences of unlike lengths: where the zeros go",
        "the sequences (1, 2) and (3), padded",
        Side(
            "nn.utils.rnn.pad_sequence([torch.tensor([1, 2]), torch.tensor([3])], "
            "batch_first=True)",
            "default(nn.utils.rnn.pad_sequence, 'padding_side')",
            "nn.utils.rnn.pad_sequence([torch.tensor([1, 2]), torch.tensor([3])], "
            "batch_first=True, padding_side='left')",
        ),
        Side(
            "keras.utils.pad_sequences([[1, 2], [3]])",
            "{'pre': 'left', 'post': 'right'}[default(keras.utils.pad_sequences, "
            "'padding')]",
            "keras.utils.pad_sequences([[1, 2], [3]], padding='post')",
        ),
        results,
    ),
    Row(
        "sequence.batch_axis",
        "Padded sequences: which axis counts the sequences",
        "the sequences (1, 2) and (3), padded on the right",
        Side(
            "nn.utils.rnn.pad_sequence([torch.tensor([1, 2]), torch.tensor([3])])",
            "'the first' if default(nn.utils.rnn.pad_sequence, 'batch_first') "
            "else 'the second'",
            "nn.utils.rnn.pad_sequence([torch.tensor([1, 2]), torch.tensor([3])], "
            "batch_first=True)",
        ),
        Side(
            "keras.utils.pad_sequences([[1, 2], [3]], padding='post')",
            "'the first' if it[0].tolist() == [1, 2] else 'the second'",
        ),
        results,
    ),
)
