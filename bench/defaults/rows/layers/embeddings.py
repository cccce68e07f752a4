"""Embeddings: padding, indices that do not exist, sparse gradients."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

TABLE = np.arange(1.0, 11.0).reshape(5, 2)
OURS = "nn.Embedding.from_pretrained(table)"
THEIRS = "m = layers.Embedding(5, 2)\nm.build((None, 1))\nm.embeddings.assign(table)\n"


def looked_up(index: int) -> dict[str, np.ndarray]:
    """A table of 5 vectors, and one index."""
    return {"table": TABLE, "i": np.array([index])}


ROWS = (
    Row(
        "embedding.padding",
        "Embedding: the vector of the index for padding",
        "whether any number of the vector is not 0",
        Side(
            "m = nn.Embedding(5, 2, padding_idx=0)\nfloat(m(torch.tensor(0)).any())",
            "'zeros' if it == 0 else 'as the others'",
            "float(nn.Embedding(5, 2)(torch.tensor(0)).any())",
        ),
        Side(
            "m = layers.Embedding(5, 2, mask_zero=True)\nfloat(np.any(m(np.array(0))))",
            "'zeros' if it == 0 else 'as the others, with a mask'",
            "m = layers.Embedding(5, 2)\nx = np.array(0)\n"
            "float(np.any(m(x) * ops.cast(x != 0, 'float64')))",
        ),
        results,
    ),
    Row(
        "embedding.negative",
        "Embedding: the index −1",
        "the vector of the index −1 in a table of 5",
        Side(f"{OURS}(i)", "", f"{OURS}(i % 5)", raises="IndexError"),
        Side(f"{THEIRS}m(i)", "f'the vector {np.asarray(it[0]).tolist()}, the last'"),
        results,
        looked_up(-1),
    ),
    Row(
        "embedding.range",
        "Embedding: an index that is too large",
        "the vector of the index 7 in a table of 5",
        Side(f"{OURS}(i)", raises="IndexError"),
        Side(f"{THEIRS}m(i)", raises="InvalidArgumentError"),
        results,
        looked_up(7),
    ),
    Row(
        "embedding.range_compiled",
        "Embedding: an index that is too large, compiled with XLA",
        "the vector of the index 7 in a table of 5",
        Side(f"{OURS}(i)", "", f"{OURS}(i.clamp(0, 4))", raises="IndexError"),
        Side(
            f"{THEIRS}tf.function(m, jit_compile=True)(i)",
            "f'the vector {np.asarray(it[0]).tolist()}'",
            "",
            "Without XLA it is an error, on a CPU: try the model so first.",
        ),
        results,
        looked_up(7),
    ),
    Row(
        "embedding.gradient",
        "Embedding: the form of its gradient",
        "the gradient of the sum of one vector",
        Side(
            "m = nn.Embedding.from_pretrained(table, freeze=False)\n"
            "m(i).sum().backward()\nm.weight.grad",
            "'sparse' if it.is_sparse else 'dense'",
        ),
        Side(
            f"{THEIRS}with tf.GradientTape() as tape:\n    total = ops.sum(m(i))\n"
            "tape.gradient(total, m.embeddings.value)",
            "'sparse' if isinstance(it, tf.IndexedSlices) else 'dense'",
        ),
        results,
        looked_up(2),
    ),
    Row(
        "embedding.absent",
        "Embedding with Adam: rows that are absent from a batch",
        "whether a row still moves in a step whose batch lacks it",
        Side(
            "m = nn.Embedding.from_pretrained(table, freeze=False)\n"
            "o = torch.optim.Adam(m.parameters())\n"
            "for index in (2, 3):\n    before = m.weight.detach().clone()\n"
            "    o.zero_grad()\n    m(torch.tensor([index])).sum().backward()\n"
            "    o.step()\nfloat((before != m.weight)[2].any())",
            "'move on' if it else 'stay'",
        ),
        Side(
            f"{THEIRS}o = keras.optimizers.Adam()\n"
            "for index in (2, 3):\n    before = m.embeddings.numpy()\n"
            "    with tf.GradientTape() as tape:\n"
            "        total = ops.sum(m(np.array([index])))\n"
            "    o.apply(tape.gradient(total, [m.embeddings.value]), [m.embeddings])\n"
            "float(np.any(before[2] != m.embeddings.numpy()[2]))",
            "'move on' if it else 'stay'",
        ),
        results,
        looked_up(2),
    ),
)
