"""Adam and AdamW: β, ε and decay."""

import numpy as np

from bench.defaults.measures import moved_by
from bench.defaults.model import Row, Side
from bench.defaults.rows.training.other_optimizers import GIVEN, STEPS

W = "[nn.Parameter(w)]"


def group(name: str) -> str:
    """How a setting of a PyTorch optimizer is read."""
    return f"it.param_groups[0]['{name}']"


ROWS = (
    Row(
        "adam.rate",
        "Adam: learning rate",
        "the way after 50 steps with β = 0.5, which float32 holds exactly",
        Side(f"torch.optim.Adam({W}, betas=(0.5, 0.5), eps=1e-30)", group("lr")),
        Side(
            "keras.optimizers.Adam(beta_1=0.5, beta_2=0.5, epsilon=1e-30)",
            "round(float(it.learning_rate), 9)",
        ),
        moved_by(STEPS),
        GIVEN,
    ),
    Row(
        "adam.betas",
        "Adam: β₁ and β₂, which Keras rounds to float32",
        "the way after 50 steps with a tiny ε",
        Side(f"torch.optim.Adam({W}, eps=1e-30)", group("betas")),
        Side("keras.optimizers.Adam(epsilon=1e-30)", "(it.beta_1, it.beta_2)"),
        moved_by(STEPS),
        GIVEN,
    ),
    Row(
        "adam.epsilon",
        "Adam: ε, which is added to the root of the second moment",
        "the way after 50 steps, with gradients of a standard deviation of 1",
        Side(
            f"torch.optim.Adam({W})", group("eps"), f"torch.optim.Adam({W}, eps=1e-7)"
        ),
        Side(
            "keras.optimizers.Adam()",
            "it.epsilon",
            "keras.optimizers.Adam(epsilon=1e-8)",
        ),
        moved_by(STEPS),
        GIVEN,
        leaves=1e-5,
        why_left="Keras rounds β to float32, and adds ε elsewhere "
        "(`adam.epsilon_place`).",
    ),
    Row(
        "adam.small_gradients",
        "Adam: the same ε, where gradients are small",
        "the way after 50 steps, with gradients of a standard deviation of 1e-6",
        Side(
            f"torch.optim.Adam({W})",
            group("eps"),
            advice="Set an ε that is far below your gradients in both, such as 1e-30.",
        ),
        Side("keras.optimizers.Adam()", "it.epsilon"),
        moved_by(STEPS * 1e-6),
        GIVEN,
    ),
    Row(
        "adam.epsilon_place",
        "Adam: whether ε is added before or after the bias correction",
        "the first step with ε = 1e-3 in both, for a gradient of 0.01",
        Side(
            f"torch.optim.Adam({W}, eps=1e-3)",
            "p = it.param_groups[0]['params'][0]\np.grad = torch.full((4,), 0.01)\n"
            "before = p.detach().clone()\nit.step()\n"
            "'after' if (before - p)[0] > 8e-4 else 'before'",
            f"torch.optim.Adam({W}, eps=1e-3 / (1 - 0.999) ** 0.5)",
            "This holds for the first step. Divide ε by √(1 − β₂ᵗ) at step t.",
        ),
        Side(
            "keras.optimizers.Adam(epsilon=1e-3)",
            "v = keras.Variable(np.zeros(4))\nit.build([v])\n"
            "it.apply([np.full(4, 0.01)])\n"
            "'after' if v.numpy()[0] < -8e-4 else 'before'",
            "keras.optimizers.Adam(epsilon=1e-3 * (1 - 0.999) ** 0.5)",
            "This holds for the first step. Multiply ε by √(1 − β₂ᵗ) at step t.",
        ),
        moved_by(np.full((1, 4), 0.01)),
        GIVEN,
        leaves=1e-5,
        why_left="Keras rounds β to float32.",
    ),
    Row(
        "adam.decay_kind",
        "Adam with `weight_decay`: where it enters",
        "the way after 50 steps with a decay of 0.1",
        Side(
            f"torch.optim.Adam({W}, eps=1e-30, weight_decay=0.1)",
            "'beside the gradient (decoupled)' "
            "if it.param_groups[0]['decoupled_weight_decay'] "
            "else 'in the gradient (L2)'",
            f"torch.optim.AdamW({W}, eps=1e-30, weight_decay=0.1)",
        ),
        Side(
            "keras.optimizers.Adam(epsilon=1e-30, weight_decay=0.1)",
            "v = keras.Variable(np.ones(4))\nit.build([v])\nit.apply([np.zeros(4)])\n"
            "'beside the gradient (decoupled)' if v.numpy()[0] > 0.9998 "
            "else 'in the gradient (L2)'",
            "",
            "Give each layer `kernel_regularizer=keras.regularizers.L2(decay / 2)` in "
            "the place of `weight_decay`.",
        ),
        moved_by(STEPS),
        GIVEN,
        leaves=1e-5,
        why_left="Keras rounds β to float32.",
    ),
    Row(
        "adamw.decay",
        "AdamW: weight decay",
        "the way after 50 steps, with gradients of a standard deviation of 1",
        Side(
            f"torch.optim.AdamW({W}, eps=1e-30)",
            group("weight_decay"),
            f"torch.optim.AdamW({W}, eps=1e-30, weight_decay=0.004)",
        ),
        Side(
            "keras.optimizers.AdamW(epsilon=1e-30)",
            "it.weight_decay",
            "keras.optimizers.AdamW(epsilon=1e-30, weight_decay=0.01)",
        ),
        moved_by(STEPS),
        GIVEN,
        leaves=1e-5,
        why_left="Keras rounds β to float32.",
    ),
)
