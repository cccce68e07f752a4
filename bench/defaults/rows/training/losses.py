"""Cross entropy and its kin: what goes in, clipping, weights, labels."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

LOGITS = {"x": drawn(4, 6, 3, scale=2.0), "y": np.array([0, 1, 2, 2, 1, 0])}
SPARSE = "keras.losses.SparseCategoricalCrossentropy"
BINARY = "keras.losses.BinaryCrossentropy"
ONE = {"p": np.array([1e-12]), "y": np.array([1.0])}
WEIGHTS = LOGITS | {"w": np.array([1.0, 2.0, 4.0])}
SLOPE = (
    "z = tf.Variable(p)\nwith tf.GradientTape() as tape:\n"
    "    loss = keras.losses.BinaryCrossentropy()(y, z)\ntape.gradient(loss, z)"
)

ROWS = (
    Row(
        "cross_entropy.input",
        "Cross entropy: what it expects from the model",
        "the loss of the same logits",
        Side(
            "F.cross_entropy(x, y)",
            "'logits' if it > 1e-9 and torch.allclose(it, "
            "-x.log_softmax(1)[range(6), y].mean()) else 'probabilities'",
            "F.nll_loss(torch.log(x.clamp(1e-7, 1 - 1e-7)\n"
            "    / x.clamp(1e-7, 1 - 1e-7).sum(1, keepdim=True)), y)",
            "This is what Keras's loss makes of logits: it clips them, and they are "
            "no probabilities.",
        ),
        Side(
            f"{SPARSE}()(y, x)",
            f"'logits' if default({SPARSE}, 'from_logits') else 'probabilities'",
            f"{SPARSE}(from_logits=True)(y, x)",
            "Set `from_logits=True`, or end the model in a softmax.",
        ),
        results,
        LOGITS,
    ),
    Row(
        "cross_entropy.of_probabilities",
        "Cross entropy: a model that ends in a softmax already",
        "the loss of the same probabilities",
        Side(
            "F.cross_entropy(x.softmax(1), y)",
            "f'{it:.3f}'",
            "F.nll_loss(x.softmax(1).log(), y)",
        ),
        Side(
            f"{SPARSE}()(y, tf.nn.softmax(x))",
            "f'{it:.3f}'",
            f"{SPARSE}(from_logits=True)(y, tf.nn.softmax(x))",
        ),
        results,
        LOGITS,
    ),
    Row(
        "binary_cross_entropy.input",
        "Binary cross entropy: what the loss of that name expects",
        "the loss of the probabilities 0.2, 0.9 and 0.6",
        Side("F.binary_cross_entropy(p, y)"),
        Side(f"{BINARY}()(y, p)"),
        results,
        {"p": np.array([0.2, 0.9, 0.6]), "y": np.array([0.0, 1.0, 1.0])},
    ),
    Row(
        "binary_cross_entropy.clip",
        "Binary cross entropy: the largest loss of one example",
        "the loss of a probability of 1e-12 whose label is 1",
        Side(
            "F.binary_cross_entropy(p, y)",
            "f'{F.binary_cross_entropy(torch.zeros(1), torch.ones(1)):.4g}'",
            "F.binary_cross_entropy(p.clamp(1e-7, 1 - 1e-7), y)",
        ),
        Side(
            f"{BINARY}()(y, p)",
            f"f'{{{BINARY}()(np.ones(1), np.zeros(1)):.4g}}'",
            f"logit = ops.log(p / (1 - p))\n{BINARY}(from_logits=True)(y, logit)",
        ),
        results,
        ONE,
    ),
    Row(
        "binary_cross_entropy.gradient",
        "Binary cross entropy: the gradient of a hopeless probability",
        "the gradient at a probability of 1e-12 whose label is 1",
        Side(
            "z = p.requires_grad_()\nF.binary_cross_entropy(z, y).backward()\nz.grad",
            "f'{it.item():.3g}'",
            "z = p.requires_grad_()\n"
            "F.binary_cross_entropy(z.clamp(1e-7, 1 - 1e-7), y).backward()\nz.grad",
        ),
        Side(SLOPE, "f'{float(it[0]):.3g}'", "", "Use logits and `from_logits=True`."),
        results,
        ONE,
    ),
    Row(
        "cross_entropy.smoothing",
        "Cross entropy: label smoothing of 0.1",
        "the loss of the same logits",
        Side("F.cross_entropy(x, y, label_smoothing=0.1)", "f'{it:.4f}'"),
        Side(
            "keras.losses.CategoricalCrossentropy(from_logits=True, "
            "label_smoothing=0.1)(ops.one_hot(y, 3), x)",
            "f'{it:.4f}'",
        ),
        results,
        LOGITS,
    ),
    Row(
        "cross_entropy.sparse_smoothing",
        "Cross entropy with whole-number labels: label smoothing",
        "the loss with a smoothing of 0.1",
        Side("F.cross_entropy(x, y, label_smoothing=0.1)"),
        Side(
            f"{SPARSE}(from_logits=True, label_smoothing=0.1)(y, x)",
            "",
            "keras.losses.CategoricalCrossentropy(from_logits=True, "
            "label_smoothing=0.1)(ops.one_hot(y, 3), x)",
            raises="TypeError",
        ),
        results,
        LOGITS,
    ),
    Row(
        "cross_entropy.class_weights",
        "Class weights: what the sum of weighted losses is divided by",
        "the loss with the class weights 1, 2 and 4",
        Side(
            "F.cross_entropy(x, y, weight=w)",
            "all_ones = F.cross_entropy(x, y)\n"
            "twice = F.cross_entropy(x, y, weight=torch.full((3,), 2.0))\n"
            "'the sum of the weights' if torch.allclose(all_ones, twice) "
            "else 'the number of examples'",
            "(F.cross_entropy(x, y, reduction='none') * w[y]).mean()",
        ),
        Side(
            f"{SPARSE}(from_logits=True)(y, x, sample_weight=tf.gather(w, y))",
            f"loss = {SPARSE}(from_logits=True)\n"
            "'the sum of the weights' if np.allclose(loss(y, x), "
            "loss(y, x, sample_weight=np.full(6, 2.0))) "
            "else 'the number of examples'",
            f"{SPARSE}(from_logits=True, reduction='mean_with_sample_weight')(\n"
            "    y, x, sample_weight=tf.gather(w, y))",
        ),
        results,
        WEIGHTS,
    ),
    Row(
        "cross_entropy.ignored",
        "Cross entropy: a label that is left out",
        "the loss where one label is −100",
        Side(
            "F.cross_entropy(x, y)",
            "default(F.cross_entropy, 'ignore_index')",
        ),
        Side(
            f"{SPARSE}(from_logits=True)(y, x)",
            f"default({SPARSE}, 'ignore_class')",
            f"loss = {SPARSE}(from_logits=True, ignore_class=-100, reduction='sum')\n"
            "loss(y, x) / 5",
            "Keras still divides by all examples, so sum and divide by those that "
            "count.",
            raises="InvalidArgumentError",
        ),
        results,
        LOGITS | {"y": np.array([0, 1, -100, 2, 1, 0])},
    ),
    Row(
        "cross_entropy.label_range",
        "Cross entropy: a label that no class has",
        "the loss where one of three classes is called 3",
        Side("F.cross_entropy(x, y)", raises="IndexError"),
        Side(f"{SPARSE}(from_logits=True)(y, x)", raises="InvalidArgumentError"),
        results,
        LOGITS | {"y": np.array([0, 1, 3, 2, 1, 0])},
    ),
    Row(
        "cross_entropy.label_dtype",
        "Cross entropy: labels of int32",
        "the loss of the same logits",
        Side(
            "F.cross_entropy(x, y)",
            "",
            "F.cross_entropy(x, y.long())",
            raises="RuntimeError",
        ),
        Side(f"{SPARSE}(from_logits=True)(y, x)", "f'{it:.3f}'"),
        results,
        LOGITS | {"y": LOGITS["y"].astype("int32")},
    ),
)
