"""Which weights are free: their true gradient is zero, and rounding moves them."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

# Of a log, (steps, weights): one answer for each entry, or for each weight.
Test = Callable[[np.ndarray], np.ndarray]

NOISE = 3e-7  # the gradient of a free weight, as a share of the step's largest


def _draw(rng: np.random.Generator) -> Case:
    steps = int(rng.integers(4, 8))
    share = float(rng.choice([1e-6, 2e-6, 3e-6]))
    # Gradients shrink while a model trains: in the last steps even the largest one is
    # below any fixed limit that finds noise in the first.
    level = np.geomspace(rng.uniform(50, 100), 1e-7, steps)
    live = rng.uniform(0.1, 1, size=steps)
    parts = [
        (np.ones(steps), np.ones(steps)),
        (live, live * rng.uniform(1.01, 1.02)),
        (_noise(rng, steps), _noise(rng, steps)),
        (_noise(rng, steps), np.zeros(steps)),
        (_dead_until(steps, steps - 1), _dead_until(steps, steps - 1)),
        (_dead_until(steps, 1)[::-1] + NOISE, _dead_until(steps, 1)[::-1] + NOISE),
        # Noise in one framework, and a gradient in the other: that is a mistake.
        (_noise(rng, steps), live),
        (live, _noise(rng, steps)),
    ]
    for _ in range(int(rng.integers(5))):
        other = rng.uniform(0.1, 1, size=steps)
        kinds = [(other, other), (_noise(rng, steps), _noise(rng, steps))]
        parts.append(kinds[int(rng.integers(2))])
    order = rng.permutation(len(parts))
    logs = np.array([parts[position] for position in order]) * level
    torch_log, keras_log = logs.transpose(1, 2, 0).astype(np.float32)
    return {"torch_log": torch_log, "keras_log": keras_log, "share": share}


def _noise(rng: np.random.Generator, steps: int) -> np.ndarray:
    """Rounding: as large as it happens to be in each of the frameworks."""
    return NOISE * rng.uniform(0.05, 1, size=steps)


def _dead_until(steps: int, first: int) -> np.ndarray:
    """No gradient before step ``first``."""
    return np.where(np.arange(steps) < first, 0.0, 0.3)


def _reference(
    torch_log: np.ndarray, keras_log: np.ndarray, share: float
) -> np.ndarray:
    """1 for a weight that is free in both runs, else 0; shape (weights,).

    The logs are (steps, weights), float64: the largest absolute gradient of a weight.
    Free is a gradient of at most ``share`` of the step's largest one, in all steps.
    """
    return _both(torch_log, keras_log, lambda log: _small(log, share))


def _both(torch_log: np.ndarray, keras_log: np.ndarray, test: Test) -> np.ndarray:
    """Where a test holds in every step of both logs."""
    return np.logical_and.reduce(np.vstack([test(torch_log), test(keras_log)]))


def _small(log: np.ndarray, share: float) -> np.ndarray:
    return log <= share * log.max(axis=1, keepdims=True)


def _absolute(torch_log: np.ndarray, keras_log: np.ndarray, share: float) -> np.ndarray:
    return _both(torch_log, keras_log, lambda log: log <= share)


def _of_whole_log(
    torch_log: np.ndarray, keras_log: np.ndarray, share: float
) -> np.ndarray:
    return _both(torch_log, keras_log, lambda log: log <= share * log.max())


def _in_any_step(
    torch_log: np.ndarray, keras_log: np.ndarray, share: float
) -> np.ndarray:
    return _both(
        torch_log, keras_log, lambda log: np.logical_or.reduce(_small(log, share))
    )


def _in_either_run(
    torch_log: np.ndarray, keras_log: np.ndarray, share: float
) -> np.ndarray:
    ours, theirs = (
        np.logical_and.reduce(_small(log, share)) for log in (torch_log, keras_log)
    )
    return np.logical_or(ours, theirs)


def _disagreeing(
    torch_log: np.ndarray, keras_log: np.ndarray, share: float
) -> np.ndarray:
    return np.logical_or.reduce(np.abs(torch_log - keras_log) > share * torch_log)


_MISTAKES = (
    Mistake(
        "a fixed limit",
        "You compare the gradients with share itself. Late in the training all "
        "gradients are small, and early in it even noise is large.",
        "What is a gradient of 1e-9 next to one of 1e-8, and next to one of 10?",
        compute=_absolute,
    ),
    Mistake(
        "all steps are taken together",
        "You compare with the largest gradient of the whole log, or with a mean over "
        "its steps. The gradients of the last steps are small beside it, for every "
        "weight.",
        "Each step has a largest gradient of its own. Along which axis do you look "
        "for it?",
        compute=_of_whole_log,
    ),
    Mistake(
        "small in some step",
        "A weight whose gradient is 0 in a single step counts as free for you. A "
        "unit that is not active has such steps.",
        "In how many of the steps must the gradient be small?",
        compute=_in_any_step,
    ),
    Mistake(
        "only PyTorch's log",
        "You call a weight free that has a real gradient in Keras's run. There the "
        "two models differ, which is no rounding.",
        "Which of your arguments is unused?",
        compute=lambda torch_log, keras_log, share: _reference(
            torch_log, torch_log, share
        ),
    ),
    Mistake(
        "only Keras's log",
        "You call a weight free that has a real gradient in PyTorch's run. There the "
        "two models differ, which is no rounding.",
        "Which of your arguments is unused?",
        compute=lambda torch_log, keras_log, share: _reference(
            keras_log, keras_log, share
        ),
    ),
    Mistake(
        "free in one of the runs",
        "It is enough for you that the gradient is small in one of the two runs. If "
        "it is real in the other, the two models differ.",
        "Must both runs agree, or one of them?",
        compute=_in_either_run,
    ),
    Mistake(
        "only zeros count",
        "You find only gradients that are exactly 0. The computed gradient of a free "
        "weight holds rounding. (A limit that is a share of the weight's own largest "
        "gradient finds only zeros too.)",
        "Print the smallest gradients of a step next to its largest one.",
        compute=lambda torch_log, keras_log, share: _reference(
            torch_log, keras_log, 0.0
        ),
    ),
    Mistake(
        "where the logs differ",
        "You return the weights whose gradients differ between the two runs. Noise "
        "differs, and so does a mistake in the port.",
        "Compare a gradient with the other gradients of its own run and step.",
        compute=_disagreeing,
    ),
    Mistake(
        "numbers of the free weights",
        "You return the numbers of the weights that are free. The exercise asks for "
        "a 0 or 1 for each weight.",
        "How many entries does your answer have, and how many weights are there?",
        compute=lambda **inputs: np.flatnonzero(_reference(**inputs)),
    ),
    Mistake(
        "free and live exchanged",
        "You return 1 for the weights with a gradient, and 0 for the free ones.",
        "Which of the two does the exercise ask for?",
        compute=lambda **inputs: 1.0 - _reference(**inputs),
    ),
)

FREE_WEIGHTS = Exercise(
    id="porting.free_weights",
    title="Weights that only rounding moves",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("free",),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Small is nothing by itself. The yardstick is the largest gradient of the "
        "same step, in the same run.",
        "log.max(axis=..., keepdims=True) keeps an axis, so that the result can be "
        "compared with log; table.all(axis=0); & for and, entry by entry.",
        "for each of the two logs:\n"
        "    the largest gradient of each step           # (steps, 1)\n"
        "    which gradients are at most share of it?    # (steps, weights)\n"
        "free = so in all steps, and in both logs        # (weights,)",
    ),
)
