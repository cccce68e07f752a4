"""The batch sizes of several epochs: repeat after batch, and before."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake

Sizes = tuple[list[int], list[int], int]  # after, before, mixed
# In each pair of n and size, two epochs fill whole batches, but one does not.
SIZES = ((6, 4), (10, 4), (14, 4), (9, 6), (15, 6))
DROP_LAST = (False, True, False)  # the cases take turns


def _draw(rng: np.random.Generator, drop_last: bool) -> Case:
    n, size = SIZES[int(rng.integers(len(SIZES)))]
    return {
        "n": n,
        "size": size,
        "epochs": int(rng.choice([3, 5])),
        "drop_last": drop_last,
    }


def _batches(n: int, size: int, drop_last: bool) -> list[int]:
    """The sizes of the batches of n examples."""
    rest = [] if drop_last or n % size == 0 else [n % size]
    return [size] * (n // size) + rest


def _reference(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    """(after, before, mixed): the sizes in either order, and the mixed batches.

    after: tf.data's batch, then repeat, or the epochs of a DataLoader. before: repeat,
    then batch. mixed: how many batches of before hold examples of two epochs. n is at
    least size.
    """
    ends = [epoch * n for epoch in range(1, epochs)]
    return (
        epochs * _batches(n, size, drop_last),
        _batches(epochs * n, size, drop_last),
        sum(end % size != 0 for end in ends),
    )


def _drop_last_left_out(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    return _reference(n, size, epochs, False)


def _always_dropped(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    return _reference(n, size, epochs, True)


def _cut_in_both(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    after, _, _ = _reference(n, size, epochs, drop_last)
    return after, after, 0


def _joined_in_both(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    _, before, mixed = _reference(n, size, epochs, drop_last)
    return before, before, mixed


def _exchanged(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    after, before, mixed = _reference(n, size, epochs, drop_last)
    return before, after, mixed


def _filled_up(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    after, before, mixed = _reference(n, size, epochs, drop_last)
    return [size] * len(after), [size] * len(before), mixed


def _every_end(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    after, before, _ = _reference(n, size, epochs, drop_last)
    return after, before, epochs - 1


def _one_epoch(n: int, size: int, epochs: int, drop_last: bool) -> Sizes:
    return _reference(n, size, 1, drop_last)


_MISTAKES = (
    Mistake(
        "drop_last is left out",
        "Where drop_last is True, you still return the batches that are not full.",
        "Is drop_last used in your function?",
        compute=_drop_last_left_out,
    ),
    Mistake(
        "short batches are always dropped",
        "You return full batches only, even where drop_last is False.",
        "n // size counts full batches. What becomes of the examples that are left "
        "over?",
        compute=_always_dropped,
    ),
    Mistake(
        "an epoch's end cuts both",
        "after is right. Your before is the same list, as if a batch ended wherever an "
        "epoch ends.",
        "After repeat there is one long row of examples. Does batch see where in this "
        "row an epoch ends?",
        compute=_cut_in_both,
    ),
    Mistake(
        "the epochs are joined in both",
        "before is right. Your after is the same list, as if batch went on across the "
        "end of an epoch.",
        "With n = 5, size = 4 and 2 epochs, write down the batches of one epoch. What "
        "does repeat do with these?",
        compute=_joined_in_both,
    ),
    Mistake(
        "after and before are exchanged",
        "Both lists are right, and each stands where the other one should.",
        "In after, repeat comes after batch. In which of your lists is every epoch the "
        "same?",
        compute=_exchanged,
    ),
    Mistake(
        "the last batch counts as full",
        "The number of batches is right, and each of yours has the full size.",
        "Add up your sizes. Do they give the number of examples?",
        compute=_filled_up,
    ),
    Mistake(
        "every end of an epoch is counted",
        "The sizes are right. Your mixed counts an end of an epoch even where a batch "
        "ends at the same place.",
        "With n = 6 and size = 4, write the numbers of the epochs below each example "
        "of before: 000000 111111 222222. Which batches hold two of them?",
        compute=_every_end,
    ),
    Mistake(
        "one epoch alone",
        "Your values are those of a single epoch.",
        "Is epochs used in your function?",
        compute=_one_epoch,
    ),
)

BATCH_SIZES = Exercise(
    id="data.batch_sizes",
    title="Batch sizes over several epochs",
    points=2,
    cases=tuple(partial(_draw, drop_last=drop_last) for drop_last in DROP_LAST),
    reference=_reference,
    returns=("after", "before", "mixed"),
    mistakes=_MISTAKES,
    hints=(
        "Write a helper for one row of examples: how many full batches, and what is "
        "left over. Then ask which row each order of the stages gives to it: that of "
        "one epoch, several times, or one long row.",
        "divmod(n, size) gives the full batches and the rest. A list times a whole "
        "number repeats the list. The remainder % tells whether a batch ends at a "
        "given place.",
        "helper: full batches, and the rest if there is one and it is kept\n"
        "after: the batches of n examples, repeated\n"
        "before: the batches of all examples in one row\n"
        "mixed: for each place where an epoch ends and another begins,\n"
        "    does no batch end there?",
    ),
    neutral=True,
)
