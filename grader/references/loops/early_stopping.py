"""Early stopping: which epoch is the last, and which one's weights are kept."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

Epochs = tuple[int, int]


def _draw(rng: np.random.Generator) -> dict[str, object]:
    # In quarters, so that ties are exact. The loss falls with one bump, comes back
    # to its best without going below it, and goes below it when it is too late.
    patience = int(rng.integers(2, 5))
    fall = np.cumsum(rng.integers(1, 4, size=rng.integers(3, 6)))[::-1] + 8
    bump = int(rng.integers(1, len(fall) - 1))
    fall = np.insert(fall, bump, fall[bump - 1] + rng.integers(1, 4))
    wait = fall[-1] + rng.integers(0, 5, size=patience)
    rest = fall[-1] + rng.integers(-6, 4, size=rng.integers(4, 8))
    losses = np.concatenate([fall, wait, rest]) / 4
    return {"losses": losses.astype(np.float32), "patience": patience}


def _reference(
    losses: np.ndarray,
    patience: int,
    ties: bool = False,
    against: str = "best",
    reset: bool = True,
) -> Epochs:
    """(best_epoch, stop_epoch), both counted from 0.

    The mistakes' knobs: ``ties`` count as improvement, a loss is held ``against``
    the best or the last one, and an improvement may not ``reset`` the wait.
    """
    best, lowest, wait = 0, np.inf, 0
    for epoch, loss in enumerate(losses):
        limit = losses[epoch - 1] if against == "last" and epoch else lowest
        better = loss <= limit if ties else loss < limit
        if loss < lowest or (ties and loss == lowest):
            best, lowest = epoch, loss
        if better:
            wait = 0 if reset else wait
        else:
            wait += 1
            if wait >= patience:
                return best, epoch
    return best, len(losses) - 1


def _all_epochs(losses, patience) -> Epochs:
    return int(np.argmin(losses)), _reference(losses, patience)[1]


_MISTAKES = (
    Mistake(
        "one epoch too patient",
        "You stop one epoch late: patience epochs without a new best are allowed, "
        "and yours are patience + 1.",
        "With patience 1, the very first epoch without a new best is the last. "
        "Follow your counter through that.",
        compute=lambda losses, patience: _reference(losses, patience + 1),
    ),
    Mistake(
        "the best of all epochs",
        "stop_epoch is right. Your best epoch lies after it: that epoch was never "
        "trained.",
        "Which losses are known when training stops?",
        compute=_all_epochs,
    ),
    Mistake(
        "held against the epoch before",
        "Your counter starts again whenever the loss is lower than in the epoch "
        "before, even if it is no new best.",
        "Losses 1, 5, 4, 3: how many epochs is the best ago at the end?",
        compute=lambda **inputs: _reference(**inputs, against="last"),
    ),
    Mistake(
        "the counter is never reset",
        "You count all epochs without a new best, not those in a row.",
        "What should a new best do to the counter?",
        compute=lambda **inputs: _reference(**inputs, reset=False),
    ),
    Mistake(
        "a tie counts as better",
        "An epoch that only equals the best is taken for a new best.",
        "Which comparison says that a loss is really lower?",
        compute=lambda **inputs: _reference(**inputs, ties=True),
    ),
    Mistake(
        "the last epoch's weights",
        "stop_epoch is right, and your best epoch is the same one: its weights are "
        "those of patience epochs too many.",
        "Note the epoch each time that there is a new best, and return that one.",
        compute=lambda losses, patience: (_reference(losses, patience)[1],) * 2,
    ),
    Mistake(
        "counted from 1",
        "Both epochs are too large by 1.",
        "losses[0] belongs to epoch 0.",
        compute=lambda losses, patience: tuple(
            epoch + 1 for epoch in _reference(losses, patience)
        ),
    ),
)

EARLY_STOPPING = Exercise(
    id="loops.early_stopping",
    title="Early stopping",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("best_epoch", "stop_epoch"),
    mistakes=_MISTAKES,
    hints=(
        "Walk through the epochs as training would, with three things in hand: the "
        "lowest loss so far, its epoch, and how many epochs it is ago.",
        "enumerate(losses) and a loop; float(loss) gives a number. "
        "keras.callbacks.EarlyStopping counts in the same way",
        "no best so far, wait = 0\n"
        "for each epoch and its loss:\n"
        "    a new best: note the epoch and the loss, and wait starts again\n"
        "    otherwise: wait grows by one; enough? then return both epochs\n"
        "return both epochs: all were trained",
    ),
)
