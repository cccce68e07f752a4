"""SGD: rate, momentum and decay."""

from bench.defaults.measures import dropping_rate, moved_by
from bench.defaults.model import Row, Side
from bench.defaults.rows.training.other_optimizers import FLOAT32, GIVEN, STEPS

W = "[nn.Parameter(w)]"


def group(name: str) -> str:
    """How a setting of a PyTorch optimizer is read."""
    return f"it.param_groups[0]['{name}']"


ROWS = (
    Row(
        "sgd.rate",
        "SGD: learning rate",
        "the way after 50 steps",
        Side(f"torch.optim.SGD({W})", group("lr"), f"torch.optim.SGD({W}, lr=0.01)"),
        Side(
            "keras.optimizers.SGD()",
            "float(it.learning_rate)",
            "keras.optimizers.SGD(0.001)",
        ),
        moved_by(STEPS),
        GIVEN,
        why_left=FLOAT32,
    ),
    Row(
        "sgd.momentum",
        "SGD: momentum",
        "the way after 50 steps at one rate",
        Side(f"torch.optim.SGD({W}, lr=0.01)", group("momentum")),
        Side("keras.optimizers.SGD(0.01)", "it.momentum"),
        moved_by(STEPS),
        GIVEN,
    ),
    Row(
        "sgd.momentum_formula",
        "SGD with momentum: what the velocity holds",
        "the way of the first step after the rate has dropped to a tenth",
        Side(
            f"torch.optim.SGD({W}, lr=0.1, momentum=0.9)",
            "p = it.param_groups[0]['params'][0]\np.grad = torch.ones(4)\nit.step()\n"
            "'gradients' if it.state[p]['momentum_buffer'][0] == 1 "
            "else 'steps, with the rate in them'",
            "",
            "When you lower the rate, multiply each `momentum_buffer` by the old rate "
            "over the new one.",
        ),
        Side(
            "keras.optimizers.SGD(0.1, momentum=0.9)",
            "v = keras.Variable(np.zeros(4))\nit.build([v])\nit.apply([np.ones(4)])\n"
            "'gradients' if it.momentums[0][0] == 1 "
            "else 'steps, with the rate in them'",
            "",
            "When you lower the rate, multiply each of `optimizer.momentums` by the "
            "new rate over the old one.",
        ),
        dropping_rate(STEPS),
        GIVEN,
    ),
    Row(
        "sgd.nesterov",
        "SGD: Nesterov's momentum, where momentum is 0",
        "the optimizer that is made",
        Side(f"torch.optim.SGD({W}, nesterov=True)", raises="ValueError"),
        Side("keras.optimizers.SGD(nesterov=True)", "f'accepted: {it.nesterov}'"),
        moved_by(STEPS),
        GIVEN,
    ),
    Row(
        "sgd.decay",
        "SGD without momentum: weight decay",
        "the way after 50 steps with a decay of 0.1",
        Side(f"torch.optim.SGD({W}, lr=0.01, weight_decay=0.1)", group("weight_decay")),
        Side("keras.optimizers.SGD(0.01, weight_decay=0.1)", "it.weight_decay"),
        moved_by(STEPS),
        GIVEN,
    ),
    Row(
        "sgd.decay_kind",
        "SGD with momentum: where weight decay enters",
        "the way after 50 steps with a decay of 0.1",
        Side(
            f"torch.optim.SGD({W}, lr=0.01, momentum=0.9, weight_decay=0.1)",
            "p = it.param_groups[0]['params'][0]\np.data = torch.ones(4)\n"
            "p.grad = torch.zeros(4)\nit.step()\n"
            "'in the gradient (L2)' if it.state[p]['momentum_buffer'][0] > 0 "
            "else 'beside the gradient (decoupled)'",
        ),
        Side(
            "keras.optimizers.SGD(0.01, momentum=0.9, weight_decay=0.1)",
            "v = keras.Variable(np.ones(4))\nit.build([v])\nit.apply([np.zeros(4)])\n"
            "'in the gradient (L2)' if it.momentums[0][0] != 0 "
            "else 'beside the gradient (decoupled)'",
            "",
            "Give each layer `kernel_regularizer=keras.regularizers.L2(decay / 2)` in "
            "the place of `weight_decay`.",
        ),
        moved_by(STEPS),
        GIVEN,
    ),
)
