"""Optimizers: rates, ε, momentum and decay."""

from bench.defaults.measures import drawn, moved_by
from bench.defaults.model import Row, Side

STEPS = drawn(2, 50, 4)
PARAMETER = {"w": drawn(3, 4)}

ROWS = (
    Row(
        "adam.epsilon",
        "Adam: ε, which is added to the root of the second moment",
        "the way after 50 steps, with gradients of a standard deviation of 1",
        Side(
            "torch.optim.Adam([nn.Parameter(w)])",
            "it.param_groups[0]['eps']",
        ),
        Side("keras.optimizers.Adam()", "it.epsilon"),
        moved_by(STEPS),
        PARAMETER,
    ),
)
