"""Which nets are trained: natural ones, and ones with defaults of the other side."""

from dataclasses import dataclass

FRAMEWORKS = ("torch", "keras")
STEPS = (10, 20, 37, 80, 160, 370, 740, 1480)
"""After how many steps the accuracy is taken."""

_SHORT = STEPS.index(370) + 1  # a cause whose effect is gone needs no more

_INITIALIZATION = (
    "initialization.dense",
    "initialization.convolution",
    "initialization.bias",
)
CAUSES = (
    *_INITIALIZATION,
    "adam.epsilon",
    "batch_norm.momentum",
    "batch_norm.epsilon",
    "batch_norm.variance",
    "layout.channels",
)
"""Defaults that a net can take from the other framework, one by one.

The last is taken by PyTorch alone: TensorFlow has no convolution of (n, c, h, w) on the
CPU.
"""
_TAKES = {"torch": CAUSES, "keras": CAUSES[:-1]}


@dataclass(frozen=True)
class Experiment:
    """One net, trained once for each seed.

    Attributes:
        framework: ``"torch"`` or ``"keras"``.
        name: of what was changed; ``"natural"`` for nothing.
        taken: the causes in which the net follows the other framework's default.
        flips: how training images are flipped, a name of ``digits.FLIPS``.
        copied: whether it starts from the weights of the other framework's net.
        steps: after how many steps the accuracy is taken, increasing.
    """

    framework: str
    name: str
    taken: frozenset[str] = frozenset()
    flips: str = "none"
    copied: bool = False
    steps: tuple[int, ...] = STEPS[:_SHORT]


def experiments() -> list[Experiment]:
    """Return all experiments, those that matter most first."""
    found = []
    for name, copied in (("natural", False), ("aligned", False), ("copied", True)):
        for framework in FRAMEWORKS:
            taken = frozenset() if name == "natural" else frozenset(_TAKES[framework])
            found.append(Experiment(framework, name, taken, copied=copied, steps=STEPS))
    groups: dict[str, tuple[str, ...]] = {
        "batch_norm.momentum": ("batch_norm.momentum",)
    }
    groups["initialization"] = _INITIALIZATION
    groups |= {cause: (cause,) for cause in CAUSES}
    for name, group in groups.items():
        longest = len(STEPS) if name == "batch_norm.momentum" else _SHORT
        found += [
            Experiment(framework, name, frozenset(group), steps=STEPS[:longest])
            for framework in FRAMEWORKS
            if set(group) <= set(_TAKES[framework])
        ]
    for flips in ("image", "turn", "batch"):
        found += [
            Experiment(framework, f"flips.{flips}", flips=flips, steps=STEPS)
            for framework in FRAMEWORKS
        ]
    return found
