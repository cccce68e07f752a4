"""The best items that each user has not seen."""

from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Found = tuple[np.ndarray, np.ndarray]
NONE, NO_SCORE = -1, 0.0


def _draw(rng: np.random.Generator) -> Case:
    """Whole numbers, so that equal scores are equal in any order of operations."""
    users, items, width = int(rng.integers(4, 6)), int(rng.integers(8, 11)), 3
    k = int(rng.integers(3, 5))
    liked = rng.integers(-3, 4, size=(users, width))
    shown = rng.integers(-3, 4, size=(items, width))
    # Two pairs of items are alike, so that their scores are.
    for pair in rng.permutation(items)[:4].reshape(2, 2):
        shown[pair[1]] = shown[pair[0]]
    seen = rng.random((users, items)) < 0.3
    # One user has too little left, and another likes only what is seen.
    seen[0] = True
    seen[0, rng.permutation(items)[: k - 1]] = False
    scores = liked @ shown.T
    seen[1] = scores[1] > 0
    order = rng.permutation(users)
    return {
        "users": liked[order].astype(np.float32),
        "items": shown.astype(np.float32),
        "seen": seen[order].astype(np.float32),
        "k": k,
    }


def _reference(users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int) -> Found:
    """(indices, scores), both (users, k), best first; -1 and 0 where none is left.

    users (users, d), items (items, d) and seen (users, items), 1 or 0, are float64.
    """
    return _best(np.where(seen > 0, -np.inf, users @ items.T), k)


def _best(scores: np.ndarray, k: int) -> Found:
    """The k best of each row; of equal ones, that with the smaller index first."""
    return _told(scores, np.argsort(-scores, axis=1, kind="stable")[:, :k])


def _told(scores: np.ndarray, order: np.ndarray) -> Found:
    found = np.take_along_axis(scores, order, axis=1)
    there = np.isfinite(found)
    return np.where(there, order, NONE), np.where(there, found, NO_SCORE)


def _seen_too(users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int) -> Found:
    return _best(users @ items.T, k)


def _times_zero(
    users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int
) -> Found:
    return _best(users @ items.T * (1 - seen), k)


def _only_seen(users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int) -> Found:
    return _reference(users, items, 1 - seen, k)


def _larger_first(
    users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int
) -> Found:
    scores = np.where(seen > 0, -np.inf, users @ items.T)
    order = scores.shape[1] - 1 - np.argsort(-scores[:, ::-1], axis=1, kind="stable")
    return _told(scores, order[:, :k])


def _worst(users: np.ndarray, items: np.ndarray, seen: np.ndarray, k: int) -> Found:
    scores = np.where(seen > 0, np.inf, users @ items.T)
    return _told(scores, np.argsort(scores, axis=1, kind="stable")[:, :k])


def _not_marked(**inputs: Any) -> Found:
    indices, scores = _reference(**inputs)
    masked = np.where(inputs["seen"] > 0, -np.inf, inputs["users"] @ inputs["items"].T)
    order = np.argsort(-masked, axis=1, kind="stable")[:, : inputs["k"]]
    return order, np.where(indices == NONE, -np.inf, scores)


def _score_left(**inputs: Any) -> Found:
    indices, scores = _reference(**inputs)
    return indices, np.where(indices == NONE, -np.inf, scores)


def _as_low_as(low: float, **inputs: Any) -> Found:
    """A low number in place of minus infinity, which is not infinite afterwards."""
    indices, scores = _not_marked(**inputs)
    return indices, np.where(np.isfinite(scores), scores, low)


_MISTAKES = (
    Mistake(
        "seen items are offered again",
        "Items that a user has seen are among the best.",
        "Which of your arguments is unused?",
        compute=_seen_too,
    ),
    Mistake(
        "seen items have the score 0",
        "You multiply the scores of seen items by 0. A user whose other scores are "
        "negative then gets seen items first.",
        "Which number is smaller than every score?",
        compute=_times_zero,
    ),
    Mistake(
        "only seen items are offered",
        "Your mask is the other way round.",
        "What does a 1 in `seen` mean?",
        compute=_only_seen,
    ),
    Mistake(
        "the larger index comes first",
        "Among items with equal scores, you have the one with the larger index first: "
        "as when an ascending order is read from its end.",
        "Is your sort stable, and in which direction do you read it?",
        compute=_larger_first,
    ),
    Mistake(
        "the lowest scores",
        "You return the items that the user likes least.",
        "In which direction does your function sort?",
        compute=_worst,
    ),
    Mistake(
        "what is not left has an index",
        "Where fewer than k items are left, your list goes on with seen ones, whose "
        "score is minus infinity.",
        "What does the exercise ask for in these places?",
        compute=_not_marked,
    ),
    Mistake(
        "what is not left scores -1e9",
        "You give seen items the score -1e9. Where fewer than k items are left, your "
        "list goes on with seen ones and this score.",
        "What does the exercise ask for in these places?",
        compute=partial(_as_low_as, -1e9),
    ),
    Mistake(
        "what is not left has a score",
        "Your indices are right. Where there is no item, your score is minus infinity.",
        "Which score does the exercise ask for in these places?",
        compute=_score_left,
    ),
)

RETRIEVAL = Exercise(
    id="records.retrieval",
    title="The best items that a user has not seen",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("indices", "scores"),
    mistakes=_MISTAKES,
    hints=(
        "One matrix product gives all scores. Give what must not be chosen a score "
        "that loses against every other one, and sort.",
        "torch: torch.where, torch.sort, which takes descending=True and stable=True; "
        "torch.topk promises no order of equal scores\n"
        "TensorFlow: tf.where, tf.math.top_k, which has the lower index first\n"
        "both: ...isinf(...) finds what was masked",
        "scores = every user with every item                  # (users, items)\n"
        "minus infinity where seen is 1\n"
        "the k largest of each row: values and indices\n"
        "where a value is minus infinity: index -1, score 0",
    ),
)
