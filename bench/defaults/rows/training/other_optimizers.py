"""RMSprop, Adagrad and the rest: their settings, with formulas compared."""

from bench.defaults.measures import drawn, moved_by
from bench.defaults.model import Row, Side

STEPS = drawn(2, 50, 4)
GIVEN = {"w": drawn(3, 4)}
WAY = "the way after 50 steps, with gradients of a standard deviation of 1"
TORCH, KERAS = "torch.optim.", "keras.optimizers."
FLOAT32 = "Keras holds rates and β in float32, even in float64 models."


def setting(
    name: str,
    what: str,
    torch: tuple[str, str, str],
    keras: tuple[str, str, str],
    rest: tuple[str, str] = ("", ""),
    probe: str = WAY,
    scale: float = 1.0,
    leaves: float = 1e-5,
) -> Row:
    """A row on one argument, with both optimizers' other arguments made equal.

    Args:
        name: the row's id.
        what: the setting, in plain words.
        torch: a class, how the argument is read, the argument as Keras has it.
        keras: a class, how the argument is read, the argument as PyTorch has it.
        rest: other arguments of PyTorch's optimizer, and of Keras's.
        probe: what is computed, in plain words.
        scale: the standard deviation of the gradients.
        leaves: the relative difference that alignment may leave.
    """
    ours, read, align = torch
    theirs, reading, realign = keras
    start = f"{TORCH}{ours}([nn.Parameter(w)]"
    others, more = (f"{one}, " if one else "" for one in rest)
    return Row(
        name,
        what,
        probe,
        Side(
            f"{start}, {others}".rstrip(", ") + ")",
            read,
            f"{start}, {others}{align})" if align else "",
        ),
        Side(
            f"{KERAS}{theirs}({more}".rstrip(", ") + ")",
            reading,
            f"{KERAS}{theirs}({more}{realign})" if realign else "",
        ),
        moved_by(STEPS * scale),
        GIVEN,
        leaves=leaves,
        why_left=FLOAT32,
    )


LR, RATE = "it.param_groups[0]['lr']", "round(float(it.learning_rate), 9)"
EPS = "it.param_groups[0]['eps']"

ROWS = (
    setting(
        "rmsprop.rate",
        "RMSprop: learning rate",
        ("RMSprop", LR, "lr=0.001"),
        ("RMSprop", RATE, "learning_rate=0.01"),
        ("alpha=0.9, eps=1e-30", "epsilon=1e-30"),
    ),
    setting(
        "rmsprop.average",
        "RMSprop: how much of the old mean square is kept",
        ("RMSprop", "it.param_groups[0]['alpha']", "alpha=0.9"),
        ("RMSprop", "it.rho", "rho=0.99"),
        ("lr=0.001, eps=1e-30", "epsilon=1e-30"),
    ),
    setting(
        "rmsprop.epsilon",
        "RMSprop: ε",
        ("RMSprop", EPS, ""),
        ("RMSprop", "it.epsilon", ""),
        ("lr=0.001, alpha=0.9", ""),
    ),
    Row(
        "rmsprop.epsilon_place",
        "RMSprop: whether ε is added inside or outside the root",
        "the way after 50 steps with ε = 1e-7, for gradients of 1e-4",
        Side(
            "torch.optim.RMSprop([nn.Parameter(w)], lr=0.001, alpha=0.9, eps=1e-7)",
            "p = it.param_groups[0]['params'][0]\np.data.zero_()\n"
            "p.grad = torch.full((4,), 1e-4)\nit.step()\n"
            "'outside' if p[0] < -1e-3 else 'inside'",
            "",
            "PyTorch has no such switch; an ε of √1e-7 is near where gradients are "
            "tiny.",
        ),
        Side(
            "keras.optimizers.RMSprop()",
            "p = keras.Variable(np.zeros(4))\nit.apply([np.full(4, 1e-4)], [p])\n"
            "'outside' if p.numpy()[0] < -1e-3 else 'inside'",
            "keras.optimizers.RMSprop(epsilon=1e-14)",
            "The square of PyTorch's ε is near; it is exact where gradients are 0.",
        ),
        moved_by(STEPS * 1e-4),
        GIVEN,
        leaves=0.01,
        why_left="√(s + ε²) is not √s + ε: the two agree where one term is far larger.",
    ),
    setting(
        "adagrad.rate",
        "Adagrad: learning rate",
        ("Adagrad", LR, "lr=0.001"),
        ("Adagrad", RATE, "learning_rate=0.01"),
        (
            "initial_accumulator_value=0.1, eps=1e-30",
            "initial_accumulator_value=0.1, epsilon=1e-30",
        ),
    ),
    setting(
        "adagrad.start",
        "Adagrad: what the sum of squares starts from",
        (
            "Adagrad",
            "it.param_groups[0]['initial_accumulator_value']",
            "initial_accumulator_value=0.1",
        ),
        (
            "Adagrad",
            "it.initial_accumulator_value",
            "initial_accumulator_value=0.0",
        ),
        ("lr=0.001, eps=1e-30", "epsilon=1e-30"),
    ),
    setting(
        "adagrad.epsilon",
        "Adagrad: ε, outside the root (PyTorch) or inside (Keras)",
        ("Adagrad", EPS, "eps=1e-30"),
        ("Adagrad", "it.epsilon", "epsilon=1e-20"),
        ("lr=0.001, initial_accumulator_value=0.1", ""),
    ),
    setting(
        "adadelta.rate",
        "Adadelta: learning rate",
        ("Adadelta", LR, "lr=0.001"),
        ("Adadelta", RATE, "learning_rate=1.0"),
        ("rho=0.95, eps=1e-7", ""),
    ),
    setting(
        "adadelta.average",
        "Adadelta: how much of the old means is kept",
        ("Adadelta", "it.param_groups[0]['rho']", "rho=0.95"),
        ("Adadelta", "it.rho", "rho=0.9"),
        ("lr=0.001, eps=1e-7", ""),
    ),
    setting(
        "adadelta.epsilon",
        "Adadelta: ε, which sets the size of the first steps",
        ("Adadelta", EPS, "eps=1e-7"),
        ("Adadelta", "it.epsilon", "epsilon=1e-6"),
        ("lr=0.001, rho=0.95", ""),
    ),
    setting(
        "adamax.rate",
        "Adamax: learning rate",
        ("Adamax", LR, "lr=0.001"),
        ("Adamax", RATE, "learning_rate=0.002"),
        ("eps=1e-30", "epsilon=1e-30"),
    ),
    setting(
        "adamax.epsilon",
        "Adamax: ε",
        ("Adamax", EPS, "eps=1e-7"),
        ("Adamax", "it.epsilon", "epsilon=1e-8"),
        ("lr=0.001", ""),
    ),
    setting(
        "nadam.rate",
        "NAdam: learning rate",
        ("NAdam", LR, "lr=0.001"),
        ("Nadam", RATE, "learning_rate=0.002"),
        ("eps=1e-30, momentum_decay=1.0", "epsilon=1e-30"),
    ),
    Row(
        "nadam.momentum_decay",
        "NAdam: how slowly momentum grows to β₁",
        WAY,
        Side(
            "torch.optim.NAdam([nn.Parameter(w)], lr=0.001, eps=1e-30)",
            "it.param_groups[0]['momentum_decay']",
            "torch.optim.NAdam([nn.Parameter(w)], lr=0.001, eps=1e-30, "
            "momentum_decay=1.0)",
        ),
        Side(
            "keras.optimizers.Nadam(epsilon=1e-30)",
            "it.apply([np.ones(1)], [keras.Variable(np.ones(1))])\n"
            "first = float(it._u_product)\n"
            "round(math.log(2 - 2 * first / it.beta_1) / math.log(0.96), 3)",
            "",
            "Keras's NAdam has no such argument.",
        ),
        moved_by(STEPS),
        GIVEN,
        leaves=1e-5,
        why_left=FLOAT32,
    ),
    setting(
        "adafactor.rate",
        "Adafactor: learning rate",
        ("Adafactor", LR, "lr=0.001"),
        ("Adafactor", RATE, "learning_rate=0.01"),
    ),
)
