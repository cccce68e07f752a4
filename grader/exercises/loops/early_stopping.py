"""Early stopping: which epoch is the last, and which one's weights are kept."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Epochs = tuple[int, int]

UNIT, SMALL = 1e-4, 1e-3  # of a loss; some improve by less than SMALL


def _draw(rng: np.random.Generator, patience: int) -> Case:
    losses = [int(rng.integers(40_000, 60_000))]

    def above(epochs: int) -> None:
        losses.extend(min(losses) + rng.integers(100, 6000, size=epochs))

    def fall(epochs: int, low: int = 500, high: int = 4000) -> None:
        for _ in range(epochs):
            losses.append(min(losses) - int(rng.integers(low, high)))

    fall(int(rng.integers(1, 4)))
    above(patience - 1)  # one epoch more, and training would stop
    fall(1, 2, 5)  # a new best, however small
    fall(int(rng.integers(0, 3)))
    above(1)
    fall(int(rng.integers(1, 3)))
    best = min(losses)
    above(patience)
    losses[-int(rng.integers(1, patience))] = best  # a tie
    fall(1)  # too late
    for _ in range(int(rng.integers(5, 9))):
        above(1) if rng.random() < 0.6 else fall(1)
    rounded = np.round(np.multiply(losses, UNIT), 4)
    return {"losses": rounded.astype(np.float32), "patience": patience}


def _reference(losses: np.ndarray, patience: int) -> Epochs:
    """(best_epoch, stop_epoch), both counted from 0; losses (epochs,), float64.

    The rule of keras.callbacks.EarlyStopping with min_delta 0.
    """
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _small_ones_overlooked(losses: np.ndarray, patience: int) -> Epochs:
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(losses):
        if loss < lowest - SMALL:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _ties_are_better(losses: np.ndarray, patience: int) -> Epochs:
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(losses):
        if loss <= lowest:
            best, lowest = epoch, loss
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


def _against_the_last(losses: np.ndarray, patience: int) -> Epochs:
    wait, last = 0, np.inf
    for epoch, loss in enumerate(losses):
        wait = 0 if loss < last else wait + 1
        last = loss
        if wait >= patience:
            return int(np.argmin(losses[: epoch + 1])), epoch
    return int(np.argmin(losses)), len(losses) - 1


def _never_reset(losses: np.ndarray, patience: int) -> Epochs:
    wait, lowest = 0, np.inf
    for epoch, loss in enumerate(losses):
        wait += loss >= lowest
        lowest = min(lowest, loss)
        if wait >= patience:
            return int(np.argmin(losses[: epoch + 1])), epoch
    return int(np.argmin(losses)), len(losses) - 1


def _best_of_all(losses: np.ndarray, patience: int) -> Epochs:
    return int(np.argmin(losses)), _reference(losses, patience)[1]


_MISTAKES = (
    Mistake(
        "one epoch too patient",
        "You stop as if patience were larger by 1: after that many epochs without a "
        "new best, and one more.",
        "With patience 1, the very first epoch without a new best is the last. "
        "Follow your counter through that.",
        compute=lambda losses, patience: _reference(losses, patience + 1),
    ),
    Mistake(
        "one epoch too impatient",
        "You stop as if patience were smaller by 1.",
        "With patience 1, the very first epoch without a new best is the last. "
        "Follow your counter through that.",
        compute=lambda losses, patience: _reference(losses, patience - 1),
    ),
    Mistake(
        "the first epoch that is not trained",
        "Your best epoch is right. Your stop_epoch is the one after the last that is "
        "trained.",
        "Is stop_epoch a number of epochs, or the number of an epoch?",
        compute=lambda losses, patience: (
            _reference(losses, patience)[0],
            _reference(losses, patience)[1] + 1,
        ),
    ),
    Mistake(
        "a small improvement overlooked",
        "You miss a new best that is lower than the one before by less than a "
        "thousandth.",
        "What is the least by which a loss has to be lower, by the rules? Does your "
        "code ask for more, or round?",
        compute=_small_ones_overlooked,
    ),
    Mistake(
        "the best of all epochs",
        "stop_epoch is right. Your best epoch lies after it: that epoch was never "
        "trained.",
        "Which losses are known when training stops?",
        compute=_best_of_all,
    ),
    Mistake(
        "held against the epoch before",
        "Your stop_epoch is that of a counter which starts again whenever the loss is "
        "lower than in the epoch before, even if it is no new best.",
        "Losses 1, 5, 4, 3: how many epochs is the best ago at the end?",
        compute=_against_the_last,
    ),
    Mistake(
        "the counter is never reset",
        "You stop after patience epochs without a new best in all, not in a row.",
        "What should a new best do to the counter?",
        compute=_never_reset,
    ),
    Mistake(
        "a tie counts as better",
        "An epoch that only equals the best is taken for a new best.",
        "Which comparison says that a loss is really lower?",
        compute=_ties_are_better,
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
    cases=tuple(
        separated(partial(_draw, patience=patience), _reference, _MISTAKES)
        for patience in (3, 2, 4)
    ),
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
