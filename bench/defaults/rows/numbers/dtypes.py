"""Which dtype numbers have, where none is named."""

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

NAME = "str(it.dtype).replace('torch.', '').replace(\"<dtype: '\", '').rstrip(\"'>\")"


def made(name: str, what: str, probe: str, torch: str, keras: str, *align: str) -> Row:
    """A row on the dtype that something gets, where none is named."""
    ours, theirs = align or ("", "")
    return Row(
        f"dtype.{name}",
        f"The dtype of {what}",
        probe,
        Side(torch, NAME, ours),
        Side(keras, NAME, theirs),
        results,
        dtype="float32",
    )


ROWS = (
    made(
        "float",
        "a float of Python",
        "one third",
        "torch.tensor(1 / 3)",
        "tf.constant(1 / 3)",
    ),
    made(
        "integer",
        "a whole number of Python",
        "twice two thousand millions",
        "2 * torch.tensor(2_000_000_000)",
        "2 * tf.constant(2_000_000_000)",
        "2 * torch.tensor(2_000_000_000, dtype=torch.int32)",
        "2 * tf.constant(2_000_000_000, dtype='int64')",
    ),
    made(
        "complex",
        "a complex number of Python",
        "one third of i",
        "torch.tensor(1j / 3)",
        "tf.constant(1j / 3)",
        "torch.tensor(1j / 3, dtype=torch.complex128)",
        "tf.constant(1j / 3, dtype='complex64')",
    ),
    made(
        "numpy",
        "a tensor made of a NumPy array of float64",
        "one third",
        "torch.tensor(np.array(1 / 3))",
        "tf.constant(np.array(1 / 3))",
    ),
    made(
        "range",
        "a range of whole numbers",
        "the range 0, 1, 2, times two thousand millions",
        "torch.arange(3) * 2_000_000_000",
        "tf.range(3) * 2_000_000_000",
        "torch.arange(3, dtype=torch.int32) * 2_000_000_000",
        "tf.range(3, dtype='int64') * 2_000_000_000",
    ),
    made(
        "one_hot",
        "one-hot vectors",
        "the vector of class 1 of 3",
        "F.one_hot(torch.tensor([1]), 3)",
        "tf.one_hot([1], 3)",
        "F.one_hot(torch.tensor([1]), 3).float()",
        "tf.one_hot([1], 3, dtype='int64')",
    ),
    made(
        "argmax",
        "the place of the largest number",
        "the place in 1, 1, 1",
        "torch.ones(3).argmax()",
        "tf.argmax(tf.ones(3))",
    ),
    made(
        "quotient",
        "one tensor of whole numbers divided by another",
        "one third",
        "torch.tensor(1) / torch.tensor(3)",
        "tf.constant(1) / tf.constant(3)",
        "torch.tensor(1).double() / torch.tensor(3)",
        "ops.true_divide(tf.constant(1), tf.constant(3))",
    ),
    made(
        "tensor_and_numpy",
        "a float32 tensor plus a NumPy array of float64",
        "one third added to 0",
        "torch.zeros(2) + torch.from_numpy(np.ones(2) / 3)",
        "tf.zeros(2) + np.ones(2) / 3",
        "torch.zeros(2) + torch.from_numpy(np.ones(2) / 3).float()",
        "tf.cast(tf.zeros(2), 'float64') + np.ones(2) / 3",
    ),
)
