"""Sequences of unequal length as one batch with a mask."""

from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake

Sequences = list[np.ndarray]
Batch = tuple[np.ndarray, np.ndarray]
SIDES = ("right", "left", "right")  # the cases take turns
# The longest sequence is cut in all but one of the sets, where most is not reached.
SPARE = (0, 0, 2)


def _draw(rng: np.random.Generator, side: str, spare: int) -> Case:
    most = int(rng.integers(4, 6))
    lengths = [most - 1, 1, int(rng.integers(2, most - 1))]
    if not spare:
        lengths += [most + 2, most]
    sequences: Sequences = []
    for length in rng.permutation(lengths):
        ids = rng.permutation(np.arange(1, 10))[:length]
        # The id 0 stands at the start, at the end and inside of sequences.
        ids[[0, length // 2, length - 1][len(sequences) % 3]] = 0
        sequences.append(ids)
    return {"sequences": sequences, "most": most + spare, "side": side}


def _padded(sequences: Sequences, width: int, side: str) -> Batch:
    """Zeros at ``side`` up to width; (batch, mask), both (n, width), int64."""
    batch = np.zeros((len(sequences), width), np.int64)
    mask = np.zeros_like(batch)
    for row, ids in enumerate(sequences):
        real = slice(0, len(ids)) if side == "right" else slice(width - len(ids), width)
        batch[row, real] = ids
        mask[row, real] = 1
    return batch, mask


def _reference(sequences: Sequences, most: int, side: str) -> Batch:
    """(batch, mask), both (n, longest): each sequence's first ``most`` ids, padded.

    longest is the length of the longest sequence after the cut. Padding has the id 0
    and the mask 0. Each sequence is (length,), int64.
    """
    cut = [ids[:most] for ids in sequences]
    return _padded(cut, max(map(len, cut)), side)


def _other_side(sequences: Sequences, most: int, side: str) -> Batch:
    return _reference(sequences, most, "left" if side == "right" else "right")


def _always(side: str) -> Compute:
    def compute(sequences: Sequences, most: int, **_: str) -> Batch:
        return _reference(sequences, most, side)

    return compute


def _last_ids(sequences: Sequences, most: int, side: str) -> Batch:
    return _reference([ids[-most:] for ids in sequences], most, side)


def _up_to_most(sequences: Sequences, most: int, side: str) -> Batch:
    return _padded([ids[:most] for ids in sequences], most, side)


def _never_cut(sequences: Sequences, most: int, side: str) -> Batch:
    return _padded(sequences, max(map(len, sequences)), side)


def _time_first(sequences: Sequences, most: int, side: str) -> Batch:
    batch, mask = _reference(sequences, most, side)
    return batch.T, mask.T


def _mask_by_id(sequences: Sequences, most: int, side: str) -> Batch:
    batch, _ = _reference(sequences, most, side)
    return batch, batch != 0


def _mask_inverted(sequences: Sequences, most: int, side: str) -> Batch:
    batch, mask = _reference(sequences, most, side)
    return batch, 1 - mask


def _mask_on_right(sequences: Sequences, most: int, side: str) -> Batch:
    return (
        _reference(sequences, most, side)[0],
        _reference(sequences, most, "right")[1],
    )


_MISTAKES = (
    Mistake(
        "padded at the other side",
        "Your zeros stand where side does not ask for them.",
        "side says where the padding is. On which side do the ids begin then?",
        compute=_other_side,
    ),
    Mistake(
        "always padded on the right",
        "Your zeros stand behind the ids, even where side is left.",
        "Is side used in your function?",
        compute=_always("right"),
    ),
    Mistake(
        "always padded on the left",
        "Your zeros stand before the ids, even where side is right.",
        "Is side used in your function? Keras's pad_sequences pads on the left unless "
        "told otherwise.",
        compute=_always("left"),
    ),
    Mistake(
        "the last ids are kept",
        "Of a sequence that is too long you keep the end. The exercise asks for its "
        "beginning.",
        "Which ids does your function cut off? Keras's pad_sequences cuts the "
        "beginning off unless told otherwise.",
        compute=_last_ids,
    ),
    Mistake(
        "padded up to most",
        "Your batch has most columns, even where no sequence is that long.",
        "How long is the longest sequence after the cut?",
        compute=_up_to_most,
    ),
    Mistake(
        "nothing is cut",
        "Your batch is as wide as the longest sequence, although that is longer than "
        "most.",
        "Is most used in your function?",
        compute=_never_cut,
    ),
    Mistake(
        "a column for each sequence",
        "Your batch and mask have a column for each sequence, so that time runs down. "
        "torch's pad_sequence does this unless told otherwise.",
        "How many rows should there be? Which argument says that the batch comes "
        "first?",
        compute=_time_first,
    ),
    Mistake(
        "an id 0 is taken for padding",
        "batch is right. Your mask is 0 at places where a sequence has the id 0, which "
        "is an id as any other here.",
        "Can the mask be found from the batch alone? What else do you know of each "
        "sequence?",
        compute=_mask_by_id,
    ),
    Mistake(
        "the mask is inverted",
        "batch is right. Your mask is 1 at the padding and 0 at the ids.",
        "The mask tells which places are real. torch.nn.MultiheadAttention wants the "
        "opposite; this exercise does not.",
        compute=_mask_inverted,
    ),
    Mistake(
        "the mask is always on the right",
        "batch is right. Your mask begins at the first column, even where the padding "
        "stands there.",
        "With padding on the left, at which column does a sequence of length 2 begin?",
        compute=_mask_on_right,
    ),
)

PAD_BATCH = Exercise(
    id="data.pad_batch",
    title="A batch of sequences, and its mask",
    points=2,
    cases=tuple(
        partial(_draw, side=side, spare=spare)
        for side, spare in zip(SIDES, SPARE, strict=True)
    ),
    reference=_reference,
    returns=("batch", "mask"),
    mistakes=_MISTAKES,
    hints=(
        "Cut first, then look for the longest. A sequence and a row of ones of the "
        "same length, padded in the same way, give the batch and its mask.",
        "torch: torch.nn.utils.rnn.pad_sequence has batch_first and padding_side; "
        "torch.ones_like\n"
        "TensorFlow: tf.keras.utils.pad_sequences has padding and truncating; or "
        "tf.pad on each row and tf.stack; tf.ones_like",
        "cut each sequence to its first most ids\n"
        "longest = the largest length that is left\n"
        "for each sequence:\n"
        "    zeros that are missing, on the side that is asked for\n"
        "    the same for ones in place of the ids\n"
        "stack both",
    ),
    truth_values=True,
)
