"""Schedules of the learning rate."""

from bench.defaults.measures import results
from bench.defaults.model import Row, Side

SCHEDULER = "torch.optim.lr_scheduler.ReduceLROnPlateau"
PLATEAU = (
    f"o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)\ns = {SCHEDULER}"
)
FALLING = "for loss in (1000.0, 999.99):\n    s.step(loss)\no.param_groups[0]['lr']"
FLAT = "for loss in (1.0, 1.0, 1.0):\n    s.step(loss)\no.param_groups[0]['lr']"
CALLBACK = (
    "m = keras.Sequential([keras.Input((1,)), layers.Dense(1)])\n"
    "m.compile(keras.optimizers.SGD(1.0), 'mse')\n"
    "s = keras.callbacks.ReduceLROnPlateau"
)
LOGGED = (
    "s.set_model(m)\ns.on_train_begin()\nfor loss in (1000.0, 999.99):\n"
    "    s.on_epoch_end(0, {'val_loss': loss})\nfloat(m.optimizer.learning_rate)"
)
LOGGED_FLAT = LOGGED.replace("(1000.0, 999.99)", "(1.0, 1.0, 1.0)")

ROWS = (
    Row(
        "schedule.cosine_end",
        "Cosine schedule: the rate after its last step",
        "the rate 5 steps after the end of 10",
        Side(
            "o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)\n"
            "s = torch.optim.lr_scheduler.CosineAnnealingLR(o, 10)\n"
            "for _ in range(15):\n    o.step()\n    s.step()\no.param_groups[0]['lr']",
            "'rises again' if it > 0.1 else 'stays at its end'",
            "o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)\n"
            "s = torch.optim.lr_scheduler.CosineAnnealingLR(o, 10)\n"
            "for step in range(15):\n    o.step()\n"
            "    if step < 10:\n        s.step()\no.param_groups[0]['lr']",
        ),
        Side(
            "keras.optimizers.schedules.CosineDecay(1.0, 10)(15)",
            "'rises again' if it > 0.1 else 'stays at its end'",
        ),
        results,
    ),
    Row(
        "schedule.exponential",
        "Exponential schedule: the rate within a period",
        "the rate after 5 steps, where it halves every 10",
        Side(
            "o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)\n"
            "s = torch.optim.lr_scheduler.StepLR(o, 10, gamma=0.5)\n"
            "for _ in range(5):\n    o.step()\n    s.step()\no.param_groups[0]['lr']",
            "'constant' if it == 1 else 'falls with each step'",
            "o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)\n"
            "s = torch.optim.lr_scheduler.ExponentialLR(o, gamma=0.5 ** (1 / 10))\n"
            "for _ in range(5):\n    o.step()\n    s.step()\no.param_groups[0]['lr']",
        ),
        Side(
            "keras.optimizers.schedules.ExponentialDecay(1.0, 10, 0.5)(5)",
            "'constant' if it == 1 else 'falls with each step'",
            "keras.optimizers.schedules.ExponentialDecay(1.0, 10, 0.5, "
            "staircase=True)(5)",
        ),
        results,
    ),
    Row(
        "schedule.plateau",
        "Lowering the rate on a plateau: what counts as better",
        "the rate after a loss that falls from 1000 to 999.99, without patience",
        Side(
            f"{PLATEAU}(o, patience=0)\n{FALLING}",
            f"s = {SCHEDULER}(torch.optim.SGD([torch.zeros(1)]))\n"
            "f'{s.threshold:g} of the loss' if s.threshold_mode == 'rel' "
            "else f'{s.threshold:g}'",
            f"{PLATEAU}(o, patience=0, threshold_mode='abs')\n{FALLING}",
        ),
        Side(
            f"{CALLBACK}(patience=0)\n{LOGGED}",
            "f'{keras.callbacks.ReduceLROnPlateau().min_delta:g}'",
            f"{CALLBACK}(patience=0, min_delta=0.1)\n{LOGGED}",
            "Keras compares differences alone: take the threshold times your loss.",
        ),
        results,
    ),
    Row(
        "schedule.patience",
        "Lowering the rate on a plateau: when patience ends",
        "the rate after the first loss and two that are not better, with a "
        "patience of 2",
        Side(
            f"{PLATEAU}(o, patience=2)\n{FLAT}",
            "'after more epochs than patience' if it == 1 else 'after patience'",
            f"{PLATEAU}(o, patience=1)\n{FLAT}",
        ),
        Side(
            f"{CALLBACK}(patience=2)\n{LOGGED_FLAT}",
            "'after more epochs than patience' if it == 1 else 'after patience'",
            f"{CALLBACK}(patience=3)\n{LOGGED_FLAT}",
        ),
        results,
    ),
    Row(
        "rate.storage",
        "The learning rate: how the optimizer holds it",
        "a rate of 0.001 as the optimizer returns it",
        Side(
            "o = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.001)\n"
            "o.param_groups[0]['lr']",
            "type(it).__name__",
        ),
        Side(
            "keras.optimizers.SGD(0.001).learning_rate",
            "it.dtype",
        ),
        results,
        dtype="float32",
    ),
)
