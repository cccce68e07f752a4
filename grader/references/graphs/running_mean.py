"""State that every call of a graph reads and writes."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

Outcome = tuple[np.ndarray, int]


def _draw(rng: np.random.Generator) -> dict[str, object]:
    kinds = rng.choice([2, 3, 4, 5], size=2, replace=False)
    sizes = rng.choice(kinds, size=rng.integers(4, 6))
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
    m, held, means = 0.0, {}, []
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
        "Your means are right. Each call was traced anew, because m is a Python "
        "number, and the framework noticed that it had changed.",
        "Which kind of value can change between calls without a new trace?",
        compute=_traced_anew,
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
    cases=separated(_draw, _reference, _MISTAKES),
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
