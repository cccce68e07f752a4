"""Around the optimizer: clipping, accumulation, penalties, averages of weights."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

TWO = {"a": np.array([3.0, 4.0]), "b": np.array([6.0, 8.0])}
CLIPPED = (
    "p, q = nn.Parameter(a), nn.Parameter(b)\np.grad, q.grad = a.clone(), b.clone()\n"
)
APPLIED = (
    "p, q = keras.Variable(np.zeros(2)), keras.Variable(np.zeros(2))\n"
    "optimizer.apply([a, b], [p, q])\n-np.concatenate([p.numpy(), q.numpy()])"
)

ROWS = (
    Row(
        "clip.norm",
        "Clipping by norm: of what the norm is taken",
        "two gradients, (3, 4) and (6, 8), clipped to a norm of 1",
        Side(
            CLIPPED
            + "nn.utils.clip_grad_norm_([p, q], 1.0)\ntorch.cat([p.grad, q.grad])",
            "'of all gradients together' if it[0] < 0.5 else 'of each variable'",
            CLIPPED + "for one in (p, q):\n    nn.utils.clip_grad_norm_([one], 1.0)\n"
            "torch.cat([p.grad, q.grad])",
            "Call `clip_grad_norm_` once for each parameter.",
        ),
        Side(
            "optimizer = keras.optimizers.SGD(1.0, clipnorm=1.0)\n" + APPLIED,
            "'of all gradients together' if it[0] < 0.5 else 'of each variable'",
            "optimizer = keras.optimizers.SGD(1.0, global_clipnorm=1.0)\n" + APPLIED,
            "Use `global_clipnorm` in the place of `clipnorm`.",
        ),
        results,
        TWO,
    ),
    Row(
        "clip.value",
        "Clipping by value",
        "the gradient (3, 4), clipped to 1",
        Side(
            CLIPPED
            + "nn.utils.clip_grad_value_([p, q], 1.0)\ntorch.cat([p.grad, q.grad])"
        ),
        Side("optimizer = keras.optimizers.SGD(1.0, clipvalue=1.0)\n" + APPLIED),
        results,
        TWO,
    ),
    Row(
        "accumulation.kind",
        "Accumulating gradients over 4 batches: sum or mean",
        "the step after 4 batches whose gradients are 1, 2, 3 and 4",
        Side(
            "p = nn.Parameter(torch.zeros(1))\n"
            "for slope in (1.0, 2.0, 3.0, 4.0):\n    (slope * p).sum().backward()\n"
            "p.grad",
            "'sum' if it > 9 else 'mean'",
            "p = nn.Parameter(torch.zeros(1))\n"
            "for slope in (1.0, 2.0, 3.0, 4.0):\n"
            "    (slope * p / 4).sum().backward()\np.grad",
        ),
        Side(
            "p = keras.Variable(np.zeros(1))\n"
            "optimizer = keras.optimizers.SGD(1.0, gradient_accumulation_steps=4)\n"
            "for slope in (1.0, 2.0, 3.0, 4.0):\n"
            "    optimizer.apply([np.array([slope])], [p])\n-p.numpy()",
            "'sum' if it > 9 else 'mean'",
            "p = keras.Variable(np.zeros(1))\n"
            "optimizer = keras.optimizers.SGD(4.0, gradient_accumulation_steps=4)\n"
            "for slope in (1.0, 2.0, 3.0, 4.0):\n"
            "    optimizer.apply([np.array([slope])], [p])\n-p.numpy()",
            "Multiply the rate by the number of batches; this is exact for SGD alone.",
        ),
        results,
    ),
    Row(
        "l2.factor",
        "An L2 penalty with the strength 0.1: its gradient",
        "the gradient of the penalty for a weight of 1",
        Side(
            "p = nn.Parameter(torch.ones(1))\n"
            "optimizer = torch.optim.SGD([p], lr=1.0, weight_decay=0.1)\n"
            "p.grad = torch.zeros(1)\noptimizer.step()\n1 - p",
            "f'{it.item():.3g} w'",
            "p = nn.Parameter(torch.ones(1))\n"
            "optimizer = torch.optim.SGD([p], lr=1.0, weight_decay=0.2)\n"
            "p.grad = torch.zeros(1)\noptimizer.step()\n1 - p",
        ),
        Side(
            "w = tf.Variable(np.ones(1))\nwith tf.GradientTape() as tape:\n"
            "    penalty = keras.regularizers.L2(0.1)(w)\ntape.gradient(penalty, w)",
            "f'{float(it[0]):.3g} w'",
            "w = tf.Variable(np.ones(1))\nwith tf.GradientTape() as tape:\n"
            "    penalty = keras.regularizers.L2(0.05)(w)\ntape.gradient(penalty, w)",
        ),
        results,
    ),
    Row(
        "average.exponential",
        "Averages of weights: which average is kept by default",
        "the average after weights of 0, 1 and 2",
        Side(
            "m = nn.Linear(1, 1, bias=False)\n"
            "average = torch.optim.swa_utils.AveragedModel(m)\n"
            "for value in (0.0, 1.0, 2.0):\n    nn.init.constant_(m.weight, value)\n"
            "    average.update_parameters(m)\naverage.module.weight[0]",
            "'mean of all' if abs(it.item() - 1) < 1e-6 else 'exponential'",
            "m = nn.Linear(1, 1, bias=False)\n"
            "average = torch.optim.swa_utils.AveragedModel(\n"
            "    m, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.99))\n"
            "for value in (0.0, 1.0, 2.0):\n    nn.init.constant_(m.weight, value)\n"
            "    average.update_parameters(m)\naverage.module.weight[0]",
        ),
        Side(
            "p = keras.Variable(np.zeros(1))\n"
            "o = keras.optimizers.SGD(1.0, use_ema=True)\n"
            "for gradient in (0.0, -1.0, -1.0):\n"
            "    o.apply([np.array([gradient])], "
            "[p])\no.finalize_variable_values([p])\n"
            "p.numpy()",
            "f'exponential, keeps {default(keras.optimizers.SGD, \"ema_momentum\"):g}' "
            "if it[0] < 0.5 else 'mean of all'",
        ),
        results,
    ),
)
