"""Which layers change in evaluation: from call to call, or with the batch."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Flags = tuple[np.ndarray, np.ndarray]

# The letters of the exercise's zoo.
DROPOUT, RUNNING_NORM, OTHERS = "b", "f", "ai"
RANDOM = "cde"
MIXING = "ghj"


def _draw(rng: np.random.Generator) -> Case:
    kinds = [DROPOUT, RUNNING_NORM, *rng.permutation(list(OTHERS))[:1]]
    for some in (RANDOM, MIXING):
        kinds += rng.permutation(list(some)).tolist()[: int(rng.integers(2, 4))]
    return {"kinds": [str(kind) for kind in rng.permutation(kinds)]}


def _reference(kinds: list[str]) -> Flags:
    """(random, mixing), 0 or 1 for each layer, shape (layers,)."""
    return _any_of(kinds, RANDOM), _any_of(kinds, MIXING)


def _any_of(kinds: list[str], letters: str) -> np.ndarray:
    return np.array([float(kind in letters) for kind in kinds])


def _but(
    random: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda r, m: r,
    mixing: Callable[[np.ndarray, np.ndarray], np.ndarray] = lambda r, m: m,
) -> Compute:
    """The right flags, one or both of them changed."""

    def compute(kinds: list[str]) -> Flags:
        flags = _reference(kinds)
        return random(*flags), mixing(*flags)

    return compute


def _since_first(flags: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(flags)


def _first(flags: np.ndarray) -> np.ndarray:
    return flags * (np.cumsum(flags) == 1)


_MISTAKES = (
    Mistake(
        "everything after the first random layer",
        "From the first random layer on, all are random for you. They get two "
        "different inputs, and so they give two different outputs.",
        "Which input does a layer get in your second call?",
        compute=_but(
            random=lambda r, m: _since_first(r),
            mixing=lambda r, m: m * (_since_first(r) == 0),
        ),
    ),
    Mistake(
        "everything after the first mixing layer",
        "Random layers are right. From the first mixing layer on, all others are mixing"
        " for you: you send the 4 rows through the network by themselves.",
        "Of what should the 4 rows be the first ones?",
        compute=_but(mixing=lambda r, m: _since_first(m) * (1 - r)),
    ),
    Mistake(
        "random layers count as mixing",
        "Random layers are right. You call them mixing too: of course their outputs "
        "differ.",
        "Which entry does the exercise want for a random layer in the second list?",
        compute=_but(mixing=np.maximum),
    ),
    Mistake(
        "mixing layers count as random",
        "Mixing layers are right. You call them random too. Their output is the same "
        "in two calls on the same batch.",
        "What is different between the two calls that you compare?",
        compute=_but(random=np.maximum),
    ),
    Mistake(
        "nothing is random",
        "You find no random layer. Is there a seed that you set before each call? Then "
        "both calls draw the same numbers.",
        "Where do the random numbers of the second call come from?",
        compute=_but(random=lambda r, m: 0 * r),
    ),
    Mistake(
        "the first random layer alone",
        "You name the first random layer, and none of those after it.",
        "Does your loop go on after it has found one?",
        compute=_but(random=lambda r, m: _first(r)),
    ),
    Mistake(
        "the first mixing layer alone",
        "Random layers are right. You name the first mixing layer, and none of those "
        "after it.",
        "Does your loop go on after it has found one?",
        compute=_but(mixing=lambda r, m: _first(m)),
    ),
    Mistake(
        "each dropout is blamed",
        "You take layer b for random. It is a dropout in evaluation, and does nothing.",
        "Call it twice on the same input, and compare.",
        compute=lambda kinds: (
            _any_of(kinds, RANDOM + DROPOUT),
            _any_of(kinds, MIXING),
        ),
    ),
    Mistake(
        "each batch norm is blamed",
        "You take layer f for mixing. It is a batch norm with running statistics, "
        "which in evaluation looks at no other row.",
        "Call it on the whole batch and on 4 rows, and compare.",
        compute=lambda kinds: (
            _any_of(kinds, RANDOM),
            _any_of(kinds, MIXING + RUNNING_NORM),
        ),
    ),
    Mistake(
        "random and mixing are exchanged",
        "Both lists are right, in the wrong order.",
        "Read again which list comes first.",
        compute=lambda kinds: _reference(kinds)[::-1],
    ),
)

WHO_CHANGES = Exercise(
    id="debugging.who_changes",
    title="Who changes in evaluation?",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("random", "mixing"),
    mistakes=_MISTAKES,
    hints=(
        "Change one thing at a time: once only the call, once only which rows come "
        "along. Everything else, the input above all, has to be the same.",
        "torch: torch.randn, torch.equal(y, again), x[:4], abs().max()\n"
        "TensorFlow: tf.random.normal, tf.reduce_any(y != again), x[:4], "
        "tf.reduce_max(tf.abs(...))",
        "zoo, and a batch x of 8 rows and 6 features\n"
        "for each kind:\n"
        "    call the layer twice on x, and compare\n"
        "    if it is not random:\n"
        "        call it on the first 4 rows of x; compare with those of the output\n"
        "        the output is the next x",
    ),
    truth_values=True,
)
