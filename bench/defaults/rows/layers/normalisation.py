"""Batch norm, layer norm and their kin."""

import numpy as np

from bench.defaults.measures import (
    after_training_on,
    drawn,
    in_training,
    output,
    results,
)
from bench.defaults.model import Row, Side

SMALL = drawn(1, 8, 4, scale=0.1)
WIDE = drawn(1, 4, 64, scale=0.1)

ROWS = (
    Row(
        "batch_norm.momentum",
        "Batch norm: how fast the running mean and variance follow",
        "the running mean after one batch of 8 examples",
        Side(
            "nn.BatchNorm1d(4)",
            "f'keeps {1 - it.momentum:g} of the old value'",
            "nn.BatchNorm1d(4, momentum=0.01)",
        ),
        Side(
            "layers.BatchNormalization()",
            "f'keeps {it.momentum:g} of the old value'",
            "layers.BatchNormalization(momentum=0.9)",
            "Momentum means opposite shares: Keras's 0.9 is PyTorch's 0.1.",
        ),
        after_training_on(SMALL, "running_mean", "moving_mean"),
    ),
    Row(
        "batch_norm.epsilon",
        "Batch norm: ε, which is added to the variance",
        "the output in training, of features with a standard deviation of 0.1",
        Side("nn.BatchNorm1d(4)", "it.eps", "nn.BatchNorm1d(4, eps=1e-3)"),
        Side(
            "layers.BatchNormalization()",
            "it.epsilon",
            "layers.BatchNormalization(epsilon=1e-5)",
        ),
        output(SMALL, training=True),
    ),
    Row(
        "batch_norm.running_variance",
        "Batch norm: which variance of a batch goes into the running variance",
        "the running variance after one batch of 8 examples, with momenta that agree",
        Side(
            "nn.BatchNorm1d(4, momentum=0.1)",
            "it(torch.tensor([[0.0] * 4, [1.0] * 4]))\n"
            "'divided by n - 1' if it.running_var[0] > 0.94 else 'divided by n'",
            "",
            "PyTorch has no such switch. Multiply what each batch adds by (n - 1) / n, "
            "where n is the batch times all positions.",
        ),
        Side(
            "layers.BatchNormalization(momentum=0.9)",
            "it(np.array([[0.0] * 4, [1.0] * 4]), training=True)\n"
            "'divided by n' if it.moving_variance[0] < 0.94 else 'divided by n - 1'",
            "",
            "Keras has no such switch. Multiply what each batch adds by n / (n - 1).",
        ),
        after_training_on(SMALL * 10, "running_var", "moving_variance"),
    ),
    Row(
        "batch_norm.batch_variance",
        "Batch norm: which variance a batch is divided by in training",
        "the output in training, with a tiny ε",
        Side(
            "nn.BatchNorm1d(1, eps=1e-12)",
            "f'{it(torch.tensor([[0.0], [1.0]])).max():.3g} for the batch (0, 1)'",
        ),
        Side(
            "layers.BatchNormalization(epsilon=1e-12)",
            "f'{np.max(it(np.array([[0.0], [1.0]]), training=True)):.3g} "
            "for the batch (0, 1)'",
        ),
        output(SMALL[:, :1], training=True),
    ),
    Row(
        "batch_norm.single_example",
        "Batch norm: a batch of one example in training",
        "the output for one example",
        Side(
            "nn.BatchNorm1d(4)(x)",
            advice="Leave a last batch of one example out: `drop_last=True`.",
            raises="ValueError",
        ),
        Side("layers.BatchNormalization()(x, training=True)"),
        results,
        {"x": SMALL[:1]},
    ),
    Row(
        "batch_norm.mode",
        "Batch norm: what a new layer does when you call it",
        "the output of a new layer that is called without an argument",
        Side(
            "nn.BatchNorm1d(4, eps=1e-3)(x)",
            "'normalises by the batch' if it.mean(0).abs().max() < 1e-9 "
            "else 'normalises by its running statistics'",
            "nn.BatchNorm1d(4, eps=1e-3).eval()(x)",
        ),
        Side(
            "layers.BatchNormalization()(x)",
            "'normalises by the batch' if np.abs(np.mean(it, 0)).max() < 1e-9 "
            "else 'normalises by its running statistics'",
            "layers.BatchNormalization()(x, training=True)",
        ),
        results,
        {"x": SMALL},
    ),
    Row(
        "batch_norm.frozen",
        "Batch norm: a layer that is frozen, while the model trains",
        "the output of the frozen layer in training",
        Side(
            "nn.BatchNorm1d(4).requires_grad_(False).train()",
            "('statistics of the batch' if it.training else 'running statistics')",
            "it.eval()",
            "`requires_grad` concerns γ and β alone, so put the layer in `eval()` too, "
            "after each `train()` of the model.",
        ),
        Side(
            "layers.BatchNormalization(epsilon=1e-5, trainable=False)",
            "same = np.allclose(it(np.eye(2), training=True), np.eye(2), rtol=1e-2)\n"
            "'running statistics' if same else 'statistics of the batch'",
            "it.trainable = True\nit.build((None, 4))\n"
            "it.gamma.trainable = it.beta.trainable = False",
            "Freeze γ and β alone, and leave the layer trainable.",
        ),
        in_training(SMALL),
    ),
    Row(
        "layer_norm.epsilon",
        "Layer norm: ε, which is added to the variance",
        "the output, of features with a standard deviation of 0.1",
        Side("nn.LayerNorm(64)", "it.eps", "nn.LayerNorm(64, eps=1e-3)"),
        Side(
            "layers.LayerNormalization()",
            "it.epsilon",
            "layers.LayerNormalization(epsilon=1e-5)",
        ),
        output(WIDE),
    ),
    Row(
        "group_norm.epsilon",
        "Group norm: ε, which is added to the variance",
        "the output, of features with a standard deviation of 0.1",
        Side("nn.GroupNorm(4, 64)", "it.eps", "nn.GroupNorm(4, 64, eps=1e-3)"),
        Side(
            "layers.GroupNormalization(4)",
            "it.epsilon",
            "layers.GroupNormalization(4, epsilon=1e-5)",
        ),
        output(WIDE),
    ),
    Row(
        "group_norm.groups",
        "Group norm: the number of groups",
        "the output of 64 channels, in 4 groups and in the default number",
        Side(
            "nn.GroupNorm(4, 64, eps=1e-3)",
            "default(nn.GroupNorm, 'num_groups')",
            "nn.GroupNorm(32, 64, eps=1e-3)",
        ),
        Side(
            "layers.GroupNormalization()", "it.groups", "layers.GroupNormalization(4)"
        ),
        output(WIDE),
    ),
    Row(
        "rms_norm.epsilon",
        "RMS norm: ε, which is added to the mean square",
        "the output, of features with a standard deviation of 0.01, in float32",
        Side(
            "nn.RMSNorm(64)",
            "f'{it.eps}, which means {torch.finfo(torch.float32).eps:.3g} in float32'",
            "nn.RMSNorm(64, eps=1e-6)",
        ),
        Side(
            "layers.RMSNormalization()",
            "it.epsilon",
            "layers.RMSNormalization(epsilon=2**-23)",
        ),
        output(WIDE.astype(np.float32) / 10),
        dtype="float32",
    ),
)
