"""The running mean of an epoch's loss when the last batch is smaller."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    batches, size = int(rng.integers(3, 6)), int(rng.integers(4, 8))
    return {
        "losses": rng.uniform(0.5, 3, size=batches).astype(np.float32),
        "sizes": [size] * (batches - 1) + [int(rng.integers(1, size - 1))],
    }


def _reference(losses: np.ndarray, sizes: list[int]) -> np.ndarray:
    """The mean loss of all examples up to each batch's end, (batches,), float64.

    It is sum(size * loss) / sum(size), as keras.metrics.Mean computes it. losses
    (batches,), float64, holds the mean loss of each batch.
    """
    return np.cumsum(losses * sizes) / np.cumsum(sizes)


def _counts(losses: np.ndarray) -> np.ndarray:
    """How many batches there are up to each batch's end: 1, 2, ..."""
    return np.arange(1, len(losses) + 1)


_MISTAKES = (
    Mistake(
        "a mean of batch means",
        "Your entries are right as long as all batches are full. In the last one, each "
        "example of the small batch counts more than the others.",
        "Take a batch of 4 examples with the loss 1 and a batch of 1 example with the "
        "loss 6: write down all five losses, and take their mean.",
        compute=lambda losses, sizes: np.cumsum(losses) / _counts(losses),
    ),
    Mistake(
        "the last batch counts as full",
        "Your sums are right. You divide the last one by a number of examples that is "
        "too large, as if the last batch were full.",
        "How many examples are there in all, by sizes?",
        compute=lambda losses, sizes: (
            np.cumsum(losses * sizes) / (sizes[0] * _counts(losses))
        ),
    ),
    Mistake(
        "the last batch is weighed as a full one",
        "Your last entry is the mean of all batches, but the loss of the last batch is "
        "multiplied by the size of a full one.",
        "By which number do you multiply the last loss, and how many examples does it "
        "stand for?",
        compute=lambda losses, sizes: np.cumsum(losses * sizes[0]) / np.cumsum(sizes),
    ),
    Mistake(
        "each batch by itself",
        "Your entries are the losses of the batches. They hold nothing of the batches "
        "before them.",
        "Which examples does entry 1 stand for, according to the exercise?",
        compute=lambda losses, sizes: losses,
    ),
    Mistake(
        "the means are not multiplied by their sizes",
        "You divide a sum of means by a number of examples.",
        "A batch of 4 has the mean loss 2. What is the sum of its four losses?",
        compute=lambda losses, sizes: np.cumsum(losses) / np.cumsum(sizes),
    ),
    Mistake(
        "divided by all examples from the start",
        "Your last entry is right. The earlier ones are divided by the number of "
        "examples of the whole epoch, most of which has not been seen at that time.",
        "How many examples have been seen after the first batch?",
        compute=lambda losses, sizes: np.cumsum(losses * sizes) / sum(sizes),
    ),
    Mistake(
        "one number for the epoch",
        "Your number is the right mean of the whole epoch. The exercise asks for one "
        "mean after each batch.",
        "How many batches are there, and how many numbers do you return?",
        compute=lambda losses, sizes: _reference(losses, sizes)[-1],
    ),
    Mistake(
        "sums instead of means",
        "Your entries are the sums of all losses so far.",
        "How many examples does each of your sums stand for?",
        compute=lambda losses, sizes: np.cumsum(losses * sizes),
    ),
)

EPOCH_MEAN = Exercise(
    id="data.epoch_mean",
    title="The mean loss of an epoch",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("means",),
    mistakes=_MISTAKES,
    hints=(
        "The mean of a batch times its size is the sum over its examples. Sums can be "
        "added from batch to batch, and so can sizes. Means cannot.",
        "np.cumsum gives the sum up to each entry; a loop with two running sums does "
        "the same.",
        "total = 0 and seen = 0\n"
        "for each batch:\n"
        "    total grows by the sum of its losses\n"
        "    seen grows by its size\n"
        "    note one divided by the other",
    ),
    per_step=True,
    neutral=True,
)
