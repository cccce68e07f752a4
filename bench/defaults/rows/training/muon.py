"""Muon, which both frameworks have for matrices."""

import numpy as np

from bench.defaults.measures import drawn, moved_by
from bench.defaults.model import Row, Side

GIVEN = {"w": drawn(3, 8, 4)}
W = "[nn.Parameter(w)]"

ROWS = (
    Row(
        "muon.decay",
        "Muon: weight decay",
        "one step whose gradient is 0",
        Side(
            f"torch.optim.Muon({W})",
            "it.param_groups[0]['weight_decay']",
            f"torch.optim.Muon({W}, weight_decay=0.004)",
        ),
        Side(
            "keras.optimizers.Muon()",
            "it.weight_decay",
            "keras.optimizers.Muon(weight_decay=0.1)",
        ),
        moved_by(np.zeros((1, 8, 4))),
        GIVEN,
    ),
    Row(
        "muon.size",
        "Muon: how long a step is",
        "the way after 3 steps of a matrix of 8 × 4, without decay",
        Side(
            f"torch.optim.Muon({W}, weight_decay=0.0)",
            "p = it.param_groups[0]['params'][0]\nbefore = p.detach().clone()\n"
            "p.grad = torch.ones(8, 4)\nit.step()\n"
            "f'{(p - before).pow(2).mean().sqrt() / 1e-3:.2g} times the rate'",
            f"torch.optim.Muon({W}, weight_decay=0.0, adjust_lr_fn='match_rms_adamw')",
        ),
        Side(
            "keras.optimizers.Muon(weight_decay=0.0)",
            "p = keras.Variable(np.zeros((8, 4)))\nit.apply([np.ones((8, 4))], [p])\n"
            "f'{np.sqrt(np.mean(p.numpy() ** 2)) / 1e-3:.2g} times the rate'",
        ),
        moved_by(drawn(2, 3, 8, 4)),
        GIVEN,
        leaves=0.05,
        why_left="The rest comes from rounding inside of the iteration, which PyTorch "
        "runs in bfloat16.",
    ),
)
