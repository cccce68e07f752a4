"""Going on from a checkpoint as if training had never stopped."""

import numpy as np

from grader.exercises.loops import linear
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Parts = list[np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    d, count = int(rng.integers(2, 4)), int(rng.integers(3, 5))
    done, steps = int(rng.integers(4, 8)), int(rng.integers(4, 7))
    sizes = rng.integers(3, 6, size=count)
    return {
        "w": rng.normal(size=d).astype(np.float32),
        "v": rng.normal(size=d).astype(np.float32),
        "done": done,
        "X": [rng.normal(size=(n, d)).astype(np.float32) for n in sizes],
        "y": [rng.normal(size=n).astype(np.float32) for n in sizes],
        "rate": round(float(rng.uniform(0.2, 0.4)), 2),
        "mu": round(float(rng.uniform(0.5, 0.8)), 2),
        "steps": steps,
    }


def _reference(
    w: np.ndarray,
    v: np.ndarray,
    done: int,
    X: Parts,
    y: Parts,
    rate: float,
    mu: float,
    steps: int,
) -> linear.Trajectory:
    """(loss, w) before each step from step ``done`` on: (steps,) and (steps, d).

    Step t takes the batch t mod batches and the rate / sqrt(1 + t); v = mu v + g, then
    w moves by -rate v. w (d,), v (d,), each X (n, d) and each y (n,) are float64.
    """
    losses, ws = [], []
    for t in range(done, done + steps):
        i = t % len(X)
        loss, g = linear.loss_and_gradient(w, X[i], y[i])
        losses.append(loss)
        ws.append(w)
        v = mu * v + g
        w = w - rate / np.sqrt(1 + t) * v
    return np.array(losses), np.array(ws)


def _rotated(parts: Parts, first: int) -> Parts:
    """The parts in their cycle from number ``first`` on, which becomes number 0."""
    first %= len(parts)
    return parts[first:] + parts[:first]


_MISTAKES = (
    Mistake(
        "the velocity is forgotten",
        "Your first loss is right; the first update already is not, because it "
        "starts from a velocity of 0. Batches and rates are right.",
        "Which arguments of the function has your code not used?",
        compute=lambda v, **others: _reference(v=np.zeros_like(v), **others),
    ),
    Mistake(
        "the schedule starts again",
        "Batches and velocity go on, but the learning rate is that of a new run: "
        "your steps are too long.",
        "Print the rate of your first step. Which t belongs to it?",
        compute=lambda done, X, y, **others: _reference(
            done=0, X=_rotated(X, done), y=_rotated(y, done), **others
        ),
    ),
    Mistake(
        "the data start again",
        "Your first loss is that of the wrong batch: you begin with X[0] again. "
        "Rates and velocity go on.",
        "Write down the batches of steps 0, 1, 2 and so on. Which one is due in step "
        "done?",
        compute=lambda done, X, y, **others: _reference(
            done=done, X=_rotated(X, -done), y=_rotated(y, -done), **others
        ),
    ),
    Mistake(
        "t starts at 0",
        "The velocity is used, but both the batches and the learning rate start "
        "again at step 0.",
        "Which number tells how far the first run had come?",
        compute=lambda done, **others: _reference(done=0, **others),
    ),
    Mistake(
        "only w is restored",
        "This is a new run that starts at w: velocity 0, step 0, first batch.",
        "A checkpoint holds all that a step reads and changes. Besides w, what is "
        "that here?",
        compute=lambda v, done, **others: _reference(
            v=np.zeros_like(v), done=0, **others
        ),
    ),
    Mistake(
        "the last step is done again",
        "You start with step done - 1: that one was taken before the checkpoint.",
        "If done is 1, which steps have been taken, and which is next?",
        compute=lambda done, **others: _reference(done=done - 1, **others),
    ),
    Mistake(
        "a step is skipped",
        "You start with step done + 1: step done is never taken.",
        "If done is 1, which steps have been taken, and which is next?",
        compute=lambda done, **others: _reference(done=done + 1, **others),
    ),
)

RESUME = Exercise(
    id="loops.resume",
    title="Resume exactly",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "Ask of each line of a step what it reads. All of it must be the same as in "
        "the run that never stopped: the weights, the velocity, and whatever hangs on "
        "the number of the step.",
        "range(done, done + steps) counts on; % len(X) goes round; math.sqrt or ** "
        "0.5\n"
        "torch: w.clone().requires_grad_(); TensorFlow: tf.Variable(w)",
        "for t from done on, steps times:\n"
        "    take the batch of step t\n"
        "    compute the loss and its gradient at w; record the loss and w\n"
        "    update the velocity that you were given\n"
        "    move w with the rate of step t\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("w", "v"),
)
