"""A branch that depends on data, inside the graph."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, int]


def _draw(rng: np.random.Generator, shapes: int) -> Case:
    kinds = rng.choice([2, 3, 4, 5], size=shapes, replace=False)
    sizes = rng.permutation([*kinds, *rng.choice(kinds, size=rng.integers(3, 6))])
    xs = []
    for size in sizes:
        x = rng.uniform(0.2, 3, size=size)
        # Both signs in each: a mean of absolute values is no mean's absolute value.
        signs = rng.permutation([-1.0, 1.0, *rng.choice([-1, 1], size=len(x) - 2)])
        xs.append((x * signs).astype(np.float32))
    limit = round(float(rng.uniform(1, 2)), 2)
    return {"xs": xs, "limit": limit}


def _small(x: np.ndarray, limit: float) -> bool:
    return bool(np.abs(x).mean() <= limit)


def _branch(x: np.ndarray, limit: float, small: bool) -> float:
    m = np.abs(x).mean()
    return m**2 / 2 if small else limit * (m - limit / 2)


def _losses(xs: list[np.ndarray], limit: float) -> np.ndarray:
    return np.array([_branch(x, limit, _small(x, limit)) for x in xs])


def _reference(xs: list[np.ndarray], limit: float) -> Outcome:
    """(losses, traces): Huber's loss of mean |x| in each call, distinct sizes."""
    return _losses(xs, limit), len({len(x) for x in xs})


def _baked(xs: list[np.ndarray], limit: float) -> Outcome:
    first = _small(xs[0], limit)
    losses = [_branch(x, limit, first) for x in xs]
    return np.array(losses), _reference(xs, limit)[1]


def _ways(xs: list[np.ndarray], limit: float) -> int:
    return len({(len(x), _small(x, limit)) for x in xs})


def _outside(xs: list[np.ndarray], limit: float) -> Outcome:
    return _losses(xs, limit), _ways(xs, limit)


def _broken(xs: list[np.ndarray], limit: float) -> Outcome:
    """A graph up to the branch for each size, and one for each way on from m."""
    branches = len({_small(x, limit) for x in xs})
    return _losses(xs, limit), _reference(xs, limit)[1] + branches


def _broken_early(xs: list[np.ndarray], limit: float) -> Outcome:
    """As ``_broken``, where the way on begins with x, so that its size counts too."""
    return _losses(xs, limit), _reference(xs, limit)[1] + _ways(xs, limit)


def _exchanged(xs: list[np.ndarray], limit: float) -> Outcome:
    losses = [_branch(x, limit, not _small(x, limit)) for x in xs]
    return np.array(losses), _reference(xs, limit)[1]


def _elementwise(xs: list[np.ndarray], limit: float) -> Outcome:
    losses = []
    for x in xs:
        m = np.abs(x)
        losses.append(np.mean(np.where(m <= limit, m**2 / 2, limit * (m - limit / 2))))
    return np.array(losses), _reference(xs, limit)[1]


def _of_means(xs: list[np.ndarray], limit: float) -> Outcome:
    return _losses([x.mean(keepdims=True) for x in xs], limit), _reference(xs, limit)[1]


_MISTAKES = (
    Mistake(
        "the first call's branch for all",
        "Each call takes the branch that was right for the first one, as if the choice "
        "had been made once, while tracing, and were no part of the graph.",
        "Which value decides, and is it a tensor of the graph when it does?",
        compute=_baked,
    ),
    Mistake(
        "a Python if breaks the graph",
        "Your values are right, in more graphs than one for each size: at the if the "
        "framework has to leave the graph to learn the tensor's value.",
        "Let both branches be in the graph, and the graph choose.",
        compute=_broken,
    ),
    Mistake(
        "a Python if breaks the graph before the mean is used",
        "Your values are right, in more graphs than one for each size: one up to the "
        "if, and behind it one more for each size with each branch.",
        "Let both branches be in the graph, and the graph choose.",
        compute=_broken_early,
    ),
    Mistake(
        "every call is traced",
        "Your values are right, and there are as many traces as calls: no trace is "
        "ever used again.",
        "How often does your code call the tool that traces? Once is enough for all "
        "xs.",
        compute=lambda xs, limit: (_losses(xs, limit), len(xs)),
    ),
    Mistake(
        "a traced function made for each call",
        "Your values are right, and your count is 1. count() counts the traces of one "
        "traced function: whoever makes a new one for each call sees the last one's.",
        "How often does your code call the tool that traces?",
        compute=lambda xs, limit: (_losses(xs, limit), 1),
    ),
    Mistake(
        "the choice is made outside the graph",
        "Your values are right, and there is a trace for each size with each branch: "
        "the choice comes in from outside, as a Python value or as a function of its "
        "own.",
        "Give the graph nothing but x, and let it compare by itself.",
        compute=_outside,
    ),
    Mistake(
        "the mean before the absolute value",
        "Your m is the absolute value of the mean, in which numbers of both signs "
        "cancel.",
        "For x = (1, -3), which of the two is 2: the mean of |x|, or |mean of x|?",
        compute=_of_means,
    ),
    Mistake(
        "branches exchanged",
        "You take the square above the limit, and the line below it.",
        "Check a vector of tiny values by hand.",
        compute=_exchanged,
    ),
    Mistake(
        "a choice for each element",
        "You choose for each element of x and take the mean afterwards. There is one "
        "choice, made by the mean m.",
        "Take the mean first. What shape has the condition then?",
        compute=_elementwise,
    ),
)

BRANCH = Exercise(
    id="graphs.branch",
    title="A branch in the graph",
    points=2,
    # Not as many traces in each case: no number can be written down.
    cases=tuple(
        separated(partial(_draw, shapes=shapes), _reference, _MISTAKES)
        for shapes in (2, 3, 2)
    ),
    reference=_reference,
    returns=("losses", "traces"),
    mistakes=_MISTAKES,
    hints=(
        "Python's if needs the value now, while a trace has none yet. An operation "
        "that takes the condition and both outcomes as tensors can wait.",
        "torch.where(condition, a, b), tf.where(condition, a, b): both outcomes are "
        "computed, one is taken. tf.cond and torch.cond take functions and run one "
        "of them.",
        "a function of x:\n"
        "    m = the mean of |x|\n"
        "    the square and the line, both from m\n"
        "    the graph's own choice between them, by m and limit\n"
        "trace it once, call it for each x\n"
        "return the losses, and count() at the end",
    ),
)
