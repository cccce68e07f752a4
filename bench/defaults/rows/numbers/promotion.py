"""What happens where two dtypes meet."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

NAME = "str(it.dtype).replace('torch.', '').replace(\"<dtype: '\", '').rstrip(\"'>\")"
BYTES = {"x": np.array([100, 100], dtype="int8")}
COUNTS = {"x": np.array([1, 2])}
FLOAT = "keras.Sequential([keras.Input((2,)), layers.Dense(1)])"


ROWS = (
    Row(
        "dtype.integer_and_float",
        "A tensor of whole numbers plus a tensor of floats",
        "the sum",
        Side("x + torch.tensor(0.5)", NAME),
        Side(
            "x + tf.constant(0.5)",
            "",
            "tf.cast(x, 'float32') + tf.constant(0.5)",
            "`keras.ops.add` promotes as PyTorch does.",
            raises="InvalidArgumentError",
        ),
        results,
        COUNTS,
    ),
    Row(
        "dtype.single_and_double",
        "A float32 tensor plus a float64 tensor",
        "the sum",
        Side("x.float() + x.double()", NAME),
        Side(
            "tf.cast(x, 'float32') + tf.cast(x, 'float64')",
            "",
            "ops.add(tf.cast(x, 'float32'), tf.cast(x, 'float64'))",
            raises="InvalidArgumentError",
        ),
        results,
        COUNTS,
    ),
    Row(
        "dtype.input",
        "A layer of float32 that gets float64",
        "the output of a dense layer",
        Side(
            "nn.Linear(2, 1)(x)",
            "",
            "nn.Linear(2, 1)(x.float())",
            raises="RuntimeError",
        ),
        Side(f"{FLOAT}(x)", NAME),
        lambda ours, theirs: (np.zeros(1), np.zeros(1)),
        {"x": np.ones((1, 2))},
        dtype="float32",
    ),
    Row(
        "dtype.sum",
        "The sum of 100 and 100 in int8",
        "the sum",
        Side(
            "x.sum()",
            "f'{int(it)}, {it.dtype}'.replace('torch.', '')",
            "x.sum(dtype=torch.int8)",
        ),
        Side(
            "tf.reduce_sum(x)",
            "f'{int(it)}, {it.dtype.name}'",
            "tf.reduce_sum(tf.cast(x, 'int64'))",
        ),
        results,
        BYTES,
    ),
    Row(
        "dtype.mean",
        "The mean of the whole numbers 1 and 2",
        "the mean",
        Side("x.mean()", "", "x.sum() // len(x)", raises="RuntimeError"),
        Side("tf.reduce_mean(x)", "int(it)", "", "`keras.ops.mean` gives 1.5."),
        results,
        COUNTS,
    ),
    Row(
        "dtype.float64_model",
        "Float64 for the whole model: the one function, after a layer was made",
        "the bytes of a weight of the next layer",
        Side(
            "nn.Linear(1, 1)\ntorch.set_default_dtype(torch.float64)\n"
            "nn.Linear(1, 1).weight",
            NAME,
        ),
        Side(
            "layers.Dense(1)\nkeras.config.set_floatx('float64')\n"
            "later = layers.Dense(1)\nlater.build((None, 1))\nlater.kernel.value",
            NAME,
            "keras.config.set_floatx('float64')\n"
            "keras.config.set_dtype_policy('float64')\n"
            "later = layers.Dense(1)\nlater.build((None, 1))\nlater.kernel.value",
        ),
        lambda ours, theirs: (
            np.asarray(ours.element_size()),
            np.asarray(theirs.dtype.size),
        ),
        dtype="float32",
    ),
    Row(
        "dtype.loss_scale",
        "Mixed precision: the scale of the loss at the start",
        "the scale",
        Side(
            "torch.amp.GradScaler('cpu').state_dict()['scale']",
            "",
            "torch.amp.GradScaler('cpu', init_scale=2.0**15).state_dict()['scale']",
        ),
        Side(
            "keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()).initial_scale",
            "",
            "keras.optimizers.LossScaleOptimizer(\n"
            "    keras.optimizers.SGD(), initial_scale=2.0**16).initial_scale",
        ),
        results,
        dtype="float32",
    ),
)
