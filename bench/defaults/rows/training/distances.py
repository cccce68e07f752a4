"""Squared error, KL divergence, Huber and other losses."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

PAIR = {"x": drawn(5, 4, 3), "y": drawn(6, 4, 3)}
COLUMN = {"x": np.array([[1.0], [2.0], [3.0]]), "y": np.array([1.0, 2.0, 3.0])}
SHARES = {
    "p": np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3]]),
    "q": np.array([[0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]),
}
EACH = "'one with one' if abs(float(it)) < 1e-9 else 'each with each'"

ROWS = (
    Row(
        "mse.column",
        "Squared error: predictions (n, 1) against targets (n,)",
        "the loss of three right predictions",
        Side(
            "F.mse_loss(x, y)",
            EACH,
            "F.mse_loss(x.squeeze(1), y)",
        ),
        Side("keras.losses.MeanSquaredError()(y, x)", EACH),
        results,
        COLUMN,
    ),
    Row(
        "mse.column_by_hand",
        "Squared error, written by hand: predictions (n, 1) against targets (n,)",
        "the loss of three right predictions",
        Side("((x - y) ** 2).mean()", EACH),
        Side("tf.reduce_mean((x - y) ** 2)", EACH),
        results,
        COLUMN,
    ),
    Row(
        "mse.no_reduction",
        "Squared error without reduction: the shape",
        "the losses of 4 examples with 3 outputs",
        Side(
            "F.mse_loss(x, y, reduction='none')",
            "tuple(it.shape)",
            "F.mse_loss(x, y, reduction='none').mean(-1)",
        ),
        Side(
            "keras.losses.MeanSquaredError(reduction='none')(y, x)",
            "tuple(it.shape)",
            "ops.square(y - x)",
        ),
        results,
        PAIR,
    ),
    Row(
        "mse.sum",
        "Squared error with reduction by sum: over what",
        "the loss of 4 examples with 3 outputs",
        Side(
            "F.mse_loss(x, y, reduction='sum')",
            "'all numbers' if torch.allclose(it, ((x - y) ** 2).sum()) "
            "else 'means of examples'",
            "F.mse_loss(x, y, reduction='none').mean(-1).sum()",
        ),
        Side(
            "keras.losses.MeanSquaredError(reduction='sum')(y, x)",
            "'all numbers' if np.allclose(it, np.sum((x - y) ** 2)) "
            "else 'means of examples'",
            "ops.sum(ops.square(y - x))",
        ),
        results,
        PAIR,
    ),
    Row(
        "kl.reduction",
        "KL divergence: what the default reduction divides by",
        "the divergence of two distributions over 3 classes",
        Side(
            "F.kl_div(p.log(), q)",
            "'all numbers' if torch.allclose(it * 6, (q * (q / p).log()).sum()) "
            "else 'the batch'",
            "F.kl_div(p.log(), q, reduction='batchmean')",
        ),
        Side(
            "keras.losses.KLDivergence()(q, p)",
            "'all numbers' if np.allclose(it * 6, np.sum(q * np.log(q / p))) "
            "else 'the batch'",
            "keras.losses.KLDivergence()(q, p) / 3",
        ),
        results,
        SHARES,
    ),
    Row(
        "kl.input",
        "KL divergence: what the prediction is given as",
        "the divergence of the same two distributions, per example",
        Side(
            "F.kl_div(p, q, reduction='batchmean')",
            "'logarithms' if torch.allclose(it * 2, (q * (q.log() - p)).sum()) "
            "else 'probabilities'",
            "F.kl_div(p.log(), q, reduction='batchmean')",
        ),
        Side(
            "keras.losses.KLDivergence()(q, p)",
            "'logarithms' if not np.allclose(it * 2, np.sum(q * np.log(q / p))) "
            "else 'probabilities'",
        ),
        results,
        SHARES,
    ),
    Row(
        "huber.delta",
        "Huber's loss",
        "the loss of 4 examples with 3 outputs",
        Side("F.huber_loss(x, y)", "f'δ = {default(F.huber_loss, \"delta\"):g}'"),
        Side(
            "keras.losses.Huber()(y, x)",
            "f'δ = {default(keras.losses.Huber, \"delta\"):g}'",
        ),
        results,
        PAIR,
    ),
    Row(
        "huber.smooth_l1",
        "Smooth L1 against Huber, with β and δ of 0.5",
        "the loss of 4 examples with 3 outputs",
        Side(
            "F.smooth_l1_loss(x, y, beta=0.5)",
            "f'{it:.3f}'",
            "0.5 * F.smooth_l1_loss(x, y, beta=0.5)",
            "Smooth L1 is Huber's loss divided by β.",
        ),
        Side(
            "keras.losses.Huber(delta=0.5)(y, x)",
            "f'{it:.3f}'",
            "keras.losses.Huber(delta=0.5)(y, x) / 0.5",
        ),
        results,
        PAIR,
    ),
    Row(
        "cosine.sign",
        "Cosine similarity: the sign for equal vectors",
        "the similarity of three vectors with themselves",
        Side(
            "F.cosine_similarity(x, x)",
            "f'{it[0]:+.0f}'",
            "-F.cosine_similarity(x, x)",
        ),
        Side(
            "keras.losses.cosine_similarity(x, x)",
            "f'{it[0]:+.0f}'",
            "-keras.losses.cosine_similarity(x, x)",
            "Keras's is a loss, so that smaller is better.",
        ),
        results,
        {"x": drawn(5, 3, 4)},
    ),
    Row(
        "poisson.input",
        "Poisson loss: what the prediction is",
        "the loss of three predicted numbers",
        Side(
            "F.poisson_nll_loss(x, y)",
            "'the logarithm of the rate' if default(F.poisson_nll_loss, 'log_input') "
            "else 'the rate'",
            "F.poisson_nll_loss(x, y, log_input=False, eps=1e-7)",
        ),
        Side(
            "keras.losses.Poisson()(y, x)",
            "'the rate' if np.allclose(it, np.mean(x - y * np.log(x))) "
            "else 'the logarithm of the rate'",
            "keras.losses.Poisson()(y, ops.exp(x))",
        ),
        results,
        {"x": np.array([0.5, 1.5, 2.5]), "y": np.array([1.0, 2.0, 3.0])},
    ),
    Row(
        "loss.argument_order",
        "Losses: the order of the arguments",
        "binary cross entropy of 0.2 and 0.9, in the order of PyTorch",
        Side("F.binary_cross_entropy(p, y)", "f'{it:.2f}'"),
        Side(
            "keras.losses.binary_crossentropy(p, y)",
            "f'{it:.2f}'",
            "keras.losses.binary_crossentropy(y, p)",
        ),
        results,
        {"p": np.array([0.2]), "y": np.array([0.9])},
    ),
)
