"""Re-ranking for variety, item by item."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Ranked = tuple[np.ndarray, np.ndarray]
Pick = Callable[[np.ndarray], int]


def _draw(rng: np.random.Generator) -> Case:
    """Quarters, so that equal adjusted scores are equal in any order of operations."""
    count = int(rng.integers(9, 13))
    scores = np.sort(rng.integers(4, 24, size=count))[::-1] / 4
    return {
        "scores": rng.permutation(scores).astype(np.float32),
        "categories": [int(c) for c in rng.integers(0, 3, size=count)],
        "penalty": float(rng.integers(2, 6)) / 4,
        "k": int(rng.integers(5, 7)),
    }


def _first(adjusted: np.ndarray) -> int:
    return int(np.argmax(adjusted))


def _reference(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    """(chosen, adjusted), both (k,): places of the items, and what they won with.

    scores (items,) is float64.
    """
    return _greedy(scores, categories, penalty, k)


def _greedy(
    scores: np.ndarray,
    categories: list[int],
    penalty: float,
    k: int,
    pick: Pick = _first,
    most: float = np.inf,
    any_category: bool = False,
    again: bool = False,
) -> Ranked:
    kinds, left = np.array(categories), scores.copy()
    taken: dict[int, int] = {}
    chosen: list[int] = []
    won = []
    for _ in range(k):
        counts = np.array([min(taken.get(c, 0), most) for c in categories])
        adjusted = left - penalty * (len(chosen) if any_category else counts)
        best = pick(adjusted)
        chosen.append(best)
        won.append(adjusted[best])
        taken[kinds[best]] = taken.get(kinds[best], 0) + 1
        if not again:
            left[best] = -np.inf
    return np.array(chosen), np.array(won)


def _last(adjusted: np.ndarray) -> int:
    return len(adjusted) - 1 - int(np.argmax(adjusted[::-1]))


def _by_score(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    return _greedy(scores, categories, 0.0, k)


def _plain_score(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    chosen, _ = _reference(scores, categories, penalty, k)
    return chosen, scores[chosen]


def _among_candidates(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    """The penalty counts all other candidates of the category."""
    others = np.array([categories.count(c) - 1 for c in categories])
    adjusted = scores - penalty * others
    order = np.argsort(-adjusted, kind="stable")[:k]
    return order, adjusted[order]


def _by_place(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    """The penalty counts the candidates of the category that stand before."""
    before = [categories[:i].count(c) for i, c in enumerate(categories)]
    adjusted = scores - penalty * np.array(before)
    order = np.argsort(-adjusted, kind="stable")[:k]
    return order, adjusted[order]


def _neighbour(
    scores: np.ndarray, categories: list[int], penalty: float, k: int
) -> Ranked:
    """The penalty looks at the item chosen last, and at no other."""
    kinds, left = np.array(categories), scores.copy()
    chosen: list[int] = []
    won = []
    for _ in range(k):
        same = kinds == (kinds[chosen[-1]] if chosen else -1)
        adjusted = left - penalty * same
        chosen.append(int(np.argmax(adjusted)))
        won.append(adjusted[chosen[-1]])
        left[chosen[-1]] = -np.inf
    return np.array(chosen), np.array(won)


_MISTAKES = (
    Mistake(
        "no penalty",
        "Your list is in the order of the scores themselves.",
        "Which of your arguments are unused?",
        compute=_by_score,
    ),
    Mistake(
        "the penalty counts once",
        "A category that has several items in the list is punished as if it had one.",
        "By which number does the exercise multiply the penalty?",
        compute=partial(_greedy, most=1.0),
    ),
    Mistake(
        "every item chosen counts",
        "You punish each item for all that were chosen, of any category. That changes "
        "nothing in the order.",
        "Which of the chosen items does the exercise count?",
        compute=partial(_greedy, any_category=True),
    ),
    Mistake(
        "only the neighbour counts",
        "You compare each item with the one chosen last alone.",
        "Which of the chosen items does the exercise count?",
        compute=_neighbour,
    ),
    Mistake(
        "candidates count, chosen or not",
        "Your penalty counts the other candidates of a category. An item is punished "
        "for items that nobody has chosen.",
        "How many items are chosen when the first place is filled?",
        compute=_among_candidates,
    ),
    Mistake(
        "the place in the list of candidates counts",
        "Your penalty counts the candidates that stand before an item. They are in no "
        "order.",
        "Count what is chosen, after each choice anew.",
        compute=_by_place,
    ),
    Mistake(
        "an item is chosen again",
        "An item that was chosen stays among the candidates.",
        "What has to happen to an item once it is chosen?",
        compute=partial(_greedy, again=True),
    ),
    Mistake(
        "the later place comes first",
        "Among items with equal adjusted scores, you take the last one.",
        "Which of two equal items does the exercise ask for?",
        compute=partial(_greedy, pick=_last),
    ),
    Mistake(
        "scores without the penalty",
        "Your places are right. Your scores are those before the penalty.",
        "With which number did each item win its place?",
        compute=_plain_score,
    ),
)

RERANK = Exercise(
    id="records.rerank",
    title="Re-rank for variety",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("chosen", "adjusted"),
    mistakes=_MISTAKES,
    hints=(
        "Fill one place after the other. What is chosen changes the scores of what is "
        "left, so compute them anew each time.",
        "array.copy(), np.argmax finds the first of several equal ones, -np.inf for "
        "what can't be chosen again; list.count(c).",
        "left = a copy of the scores; nothing is chosen\n"
        "k times:\n"
        "    adjusted = left minus penalty times the number chosen of each category\n"
        "    best = the first place of the largest; note it and what it won with\n"
        "    it can't win again, and its category has one more",
    ),
)
