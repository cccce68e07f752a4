"""State that every call of a graph reads and writes."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, int]


def _draw(rng: np.random.Generator, shapes: int) -> Case:
    kinds = rng.choice([2, 3, 4, 5], size=shapes, replace=False)
    sizes = rng.permutation([*kinds, *rng.choice(kinds, size=rng.integers(2, 4))])
    xs = [rng.uniform(-1, 3, size=n).astype(np.float32) for n in sizes]
    return {"xs": xs, "decay": round(float(rng.uniform(0.5, 0.9)), 2)}


def _means(xs: list[np.ndarray], decay: float) -> np.ndarray:
    m, means = 0.0, []
    for x in xs:
        m = decay * m + (1 - decay) * x.mean()
        means.append(m)
    return np.array(means)


def _reference(xs: list[np.ndarray], decay: float) -> Outcome:
    """(means, traces): m after each call, and distinct sizes."""
    return _means(xs, decay), len({len(x) for x in xs})


def _frozen(xs: list[np.ndarray], decay: float) -> Outcome:
    """m as a Python number: each trace holds the one from when it was made."""
    m, means = 0.0, []
    held: dict[int, float] = {}
    for x in xs:
        start = held.setdefault(len(x), m)
        m = decay * start + (1 - decay) * x.mean()
        means.append(m)
    return np.array(means), len(held)


def _traced_anew(xs: list[np.ndarray], decay: float) -> Outcome:
    return _means(xs, decay), len(xs)


def _forgotten(xs: list[np.ndarray], decay: float) -> Outcome:
    means = [(1 - decay) * x.mean() for x in xs]
    return np.array(means), _reference(xs, decay)[1]


def _other_side(xs: list[np.ndarray], decay: float) -> Outcome:
    return _means(xs, 1 - decay), _reference(xs, decay)[1]


def _before(xs: list[np.ndarray], decay: float) -> Outcome:
    means = np.append(0.0, _means(xs, decay)[:-1])
    return means, _reference(xs, decay)[1]


_MISTAKES = (
    Mistake(
        "the state is frozen in the trace",
        "Each trace holds m as the constant that it was when the trace was made. "
        "Later calls of that trace begin there again.",
        "m changes from call to call: what does the framework have for that?",
        compute=_frozen,
    ),
    Mistake(
        "a trace for each value of the state",
        "Your means are right, and there are as many traces as calls. Where m is a "
        "Python number, the framework may notice that it has changed, and trace anew.",
        "Which kind of value can change between calls without a new trace?",
        compute=_traced_anew,
    ),
    Mistake(
        "a traced step made for each call",
        "Your means are right, and your count is 1. count() counts the traces of one "
        "traced function: whoever makes a new one for each call sees the last one's.",
        "How often does your code call the tool that traces?",
        compute=lambda xs, decay: (_means(xs, decay), 1),
    ),
    Mistake(
        "the state is lost between calls",
        "Each call begins with m = 0.",
        "Where is m made? It has to be there before the first call, and stay.",
        compute=_forgotten,
    ),
    Mistake(
        "decay on the wrong side",
        "You give the new mean the weight decay, and the old m the rest.",
        "With decay near 1, does m move fast or slowly?",
        compute=_other_side,
    ),
    Mistake(
        "m before the update",
        "You return m as it was when the call began.",
        "What should the first entry be? m = 0 is not recorded.",
        compute=_before,
    ),
)

RUNNING_MEAN = Exercise(
    id="graphs.running_mean",
    title="State that stays",
    points=2,
    # Not as many traces in each case: no number can be written down.
    cases=tuple(
        separated(partial(_draw, shapes=shapes), _reference, _MISTAKES)
        for shapes in (2, 3, 2)
    ),
    reference=_reference,
    returns=("means", "traces"),
    mistakes=_MISTAKES,
    hints=(
        "A graph can't assign to a Python name: that happens while tracing, once. It "
        "can write into a tensor that was there before it.",
        "torch: a tensor outside the function, changed in place: copy_, mul_, add_, "
        "lerp_; clone() keeps what it was\n"
        "TensorFlow: a tf.Variable made outside the function; assign, assign_add",
        "m = the framework's own state, 0 at first\n"
        "a function of x: write the new value into m, return a copy of it\n"
        "trace it, call it for each x, keep what it returns\n"
        "return the means, and count() at the end",
    ),
)
