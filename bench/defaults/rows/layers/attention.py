"""Attention: masks, heads, scale; embeddings: rows that stand for nothing."""

import numpy as np

from bench.defaults.measures import drawn, results, shapes
from bench.defaults.model import Row, Side

X = drawn(14, 2, 5, 4)
ALLOWED = np.tril(np.ones((5, 5), dtype=bool))
OURS = (
    "m = nn.MultiheadAttention(4, 1, batch_first=True)\n"
    "m.in_proj_weight.data = torch.eye(4).repeat(3, 1)\n"
    "m.out_proj.weight.data = torch.eye(4)\n"
)
THEIRS = (
    "m = layers.MultiHeadAttention(1, 4)\nm.build((None, 5, 4), (None, 5, 4))\n"
    "for part in (m.query_dense, m.key_dense, m.value_dense):\n"
    "    part.kernel.assign(np.eye(4)[:, None])\n"
    "m.output_dense.kernel.assign(np.eye(4)[None])\n"
)
MASK = {"x": X, "mask": np.eye(5, dtype=bool)}
HEADS = {"q": drawn(15, 1, 2, 3, 4), "allowed": ALLOWED[:3, :3]}

ROWS = (
    Row(
        "attention.mask",
        "Attention layer: what True means in a mask",
        "the output with a mask that is True where a place meets itself",
        Side(
            f"{OURS}m(x, x, x, attn_mask=mask)[0]",
            "'may be looked at' if torch.allclose(it[:, 0], x[:, 0]) else 'is hidden'",
            f"{OURS}m(x, x, x, attn_mask=~mask)[0]",
        ),
        Side(
            f"{THEIRS}m(x, x, attention_mask=mask)",
            "'may be looked at' if np.allclose(it, x) else 'is hidden'",
            f"{THEIRS}m(x, x, attention_mask=~mask)",
        ),
        results,
        MASK,
    ),
    Row(
        "attention.all_hidden",
        "Attention layer: a place from which everything is hidden",
        "the output where everything is hidden",
        Side(
            f"{OURS}m(x, x, x, attn_mask=~(mask & ~mask))[0]",
            "'NaN' if it.isnan().all() else 'the mean of all places'",
            f"{OURS}m(x, x, x)[0] * 0 + x.mean(1, keepdim=True)",
        ),
        Side(
            f"{THEIRS}m(x, x, attention_mask=mask & ~mask)",
            "'the mean of all places' if np.allclose(it, np.mean(x, 1, keepdims=True)) "
            "else 'NaN'",
        ),
        results,
        MASK,
    ),
    Row(
        "attention.function_mask",
        "Attention as a function: what True means in a mask",
        "the output with the same lower triangle as mask",
        Side(
            "F.scaled_dot_product_attention(q, q, q, attn_mask=allowed)",
            "'may be looked at' if torch.allclose(it[:, :, 0], q[:, :, 0]) "
            "else 'is hidden'",
        ),
        Side(
            "p = ops.transpose(q, (0, 2, 1, 3))\n"
            "ops.transpose(ops.dot_product_attention(p, p, p, mask=allowed[None, "
            "None]),"
            "\n    (0, 2, 1, 3))",
            "'may be looked at' if np.allclose(it[:, :, 0], q[:, :, 0]) "
            "else 'is hidden'",
        ),
        results,
        HEADS,
    ),
    Row(
        "attention.function_axes",
        "Attention as a function: which axis has the heads",
        "the output for an array (1, 2, 3, 4)",
        Side(
            "F.scaled_dot_product_attention(q, q, q)",
            "alone = F.scaled_dot_product_attention(*[q[:, :1]] * 3)\n"
            "'the second' if torch.allclose(alone, it[:, :1]) else 'the third'",
            "p = q.transpose(1, 2)\n"
            "F.scaled_dot_product_attention(p, p, p).transpose(1, 2)",
        ),
        Side(
            "ops.dot_product_attention(q, q, q)",
            "alone = ops.dot_product_attention(*[q[:, :, :1]] * 3)\n"
            "'the third' if np.allclose(alone, it[:, :, :1]) else 'the second'",
            "p = ops.transpose(q, (0, 2, 1, 3))\n"
            "ops.transpose(ops.dot_product_attention(p, p, p), (0, 2, 1, 3))",
        ),
        results,
        HEADS,
    ),
    Row(
        "attention.scale",
        "Dot-product attention: what the products are divided by",
        "the output for one head of size 4",
        Side(
            "F.scaled_dot_product_attention(x, x, x)",
            "scores = x @ x.mT / 2\n'√(size of a head)' "
            "if torch.allclose(it, scores.softmax(-1) @ x) else 'nothing'",
            "F.scaled_dot_product_attention(x, x, x, scale=1.0)",
        ),
        Side(
            "layers.Attention()([x, x])",
            "scores = tf.matmul(x, x, transpose_b=True)\n'nothing' "
            "if np.allclose(it, tf.nn.softmax(scores) @ x) else '√(size of a head)'",
            "layers.Attention()([x / 2, x, x])",
            "`MultiHeadAttention` divides by itself, `Attention` does not.",
        ),
        results,
        {"x": X},
    ),
    Row(
        "attention.batch_axis",
        "Attention layer: which axis is the batch, where nothing is set",
        "the output for an array (2, 5, 4)",
        Side(
            f"{OURS.replace(', batch_first=True', '')}m(x, x, x)[0]",
            "'the first' if default(nn.MultiheadAttention, 'batch_first') "
            "else 'the second'",
            f"{OURS}m(x, x, x)[0]",
        ),
        Side(
            f"{THEIRS}m(x, x)",
            "alone = layers.Attention()([x[:1] / 2, x[:1], x[:1]])\n"
            "'the first' if np.allclose(alone, it[:1]) else 'the second'",
            f"{THEIRS}y = ops.transpose(x, (1, 0, 2))\nops.transpose(m(y, y), (1, "
            f"0, 2))",
        ),
        results,
        {"x": X},
    ),
    Row(
        "attention.head_size",
        "Attention layer of width 8 with 2 heads: what the second number means",
        "the number of weights",
        Side(
            "sum(p.numel() for p in nn.MultiheadAttention(8, 2).parameters())",
            "f'width 8, heads of {nn.MultiheadAttention(8, 2).head_dim}'",
        ),
        Side(
            "m = layers.MultiHeadAttention(2, 8)\nm.build((None, 5, 8), (None, 5, 8))\n"
            "m.count_params()",
            "f'heads of {layers.MultiHeadAttention(2, 8).key_dim}'",
            "m = layers.MultiHeadAttention(2, 4)\nm.build((None, 5, 8), (None, 5, 8))\n"
            "m.count_params()",
            "`key_dim` is the size of one head: the width over the number of heads.",
        ),
        results,
    ),
    Row(
        "attention.scores",
        "Attention layer: the weights that it returns, when asked",
        "the weights for 2 heads and 5 places",
        Side(
            "nn.MultiheadAttention(4, 2, batch_first=True)(x, x, x)[1]",
            "tuple(it.shape)",
            "m = nn.MultiheadAttention(4, 2, batch_first=True)\n"
            "m(x, x, x, average_attn_weights=False)[1]",
        ),
        Side(
            "layers.MultiHeadAttention(2, 2)(x, x, return_attention_scores=True)[1]",
            "tuple(it.shape)",
            "scores = layers.MultiHeadAttention(2, 2)(\n"
            "    x, x, return_attention_scores=True)[1]\nops.mean(scores, axis=1)",
        ),
        shapes,
        {"x": X},
    ),
    Row(
        "attention.key_bias",
        "Attention layer: whether the bias of the keys is trained",
        "whether its gradient is below 1e-12 of the largest gradient",
        Side(
            f"{OURS}m(x, x, x)[0].pow(2).sum().backward()\n"
            "float(m.in_proj_bias.grad[4:8].abs().max() "
            "< 1e-12 * m.in_proj_weight.grad.abs().max())",
            "'only rounding moves it' if it else 'yes'",
        ),
        Side(
            f"{THEIRS}with tf.GradientTape() as tape:\n"
            "    loss = ops.sum(m(x, x) ** 2)\n"
            "kernel, bias = tape.gradient(\n"
            "    loss, [m.query_dense.kernel.value, m.key_dense.bias.value])\n"
            "float(np.abs(bias).max() < 1e-12 * np.abs(kernel).max())",
            "'only rounding moves it' if it else 'yes'",
        ),
        results,
        {"x": X},
    ),
)
