"""Answers that re-rank items."""

import numpy as np

from grader.judging.variant import right, wrong


@right("rerank")
def place_by_place(scores, categories, penalty, k):
    kinds, left = np.array(categories), scores.copy()
    chosen, adjusted = [], []
    for _ in range(k):
        taken = [sum(kinds[i] == c for i in chosen) for c in categories]
        now = left - penalty * np.array(taken)
        best = int(np.argmax(now))
        chosen.append(best)
        adjusted.append(now[best])
        left[best] = -np.inf
    return chosen, adjusted


@right("rerank")
def with_max(scores, categories, penalty, k):
    left, counts, result = list(range(len(scores))), {}, []
    for _ in range(k):

        def worth(i, counts=counts):
            return float(scores[i]) - penalty * counts.get(categories[i], 0)

        best = max(left, key=lambda i: (worth(i), -i))
        result.append((best, worth(best)))
        counts[categories[best]] = counts.get(categories[best], 0) + 1
        left.remove(best)
    chosen, adjusted = zip(*result, strict=True)
    return chosen, adjusted


@right("rerank")
def subtracted_in_place(scores, categories, penalty, k):
    kinds, now = np.array(categories), scores.astype(np.float64)
    chosen, adjusted = np.zeros(k, int), np.zeros(k)
    for place in range(k):
        chosen[place] = np.argmax(now)
        adjusted[place] = now[chosen[place]]
        now[kinds == kinds[chosen[place]]] -= penalty
        now[chosen[: place + 1]] = -np.inf
    return chosen, adjusted


@wrong("rerank", "no penalty")
def sorted_by_score(scores, categories, penalty, k):
    order = np.argsort(-scores, kind="stable")[:k]
    return order, scores[order]


@wrong("rerank", "the penalty counts once")
def once(scores, categories, penalty, k):
    left, chosen, adjusted = scores.copy(), [], []
    for _ in range(k):
        taken = {categories[i] for i in chosen}
        now = left - penalty * np.array([c in taken for c in categories])
        best = int(np.argmax(now))
        chosen.append(best)
        adjusted.append(now[best])
        left[best] = -np.inf
    return chosen, adjusted


@wrong("rerank", "every item chosen counts")
def all_chosen(scores, categories, penalty, k):
    order = np.argsort(-scores, kind="stable")[:k]
    return order, scores[order] - penalty * np.arange(k)


@wrong("rerank", "only the neighbour counts")
def neighbour(scores, categories, penalty, k):
    left, chosen, adjusted = scores.copy(), [], []
    for _ in range(k):
        last = categories[chosen[-1]] if chosen else None
        now = left - penalty * np.array([c == last for c in categories])
        best = int(np.argmax(now))
        chosen.append(best)
        adjusted.append(now[best])
        left[best] = -np.inf
    return chosen, adjusted


@wrong("rerank", "candidates count, chosen or not")
def candidates(scores, categories, penalty, k):
    others = np.array([categories.count(c) - 1 for c in categories])
    now = scores - penalty * others
    order = np.argsort(-now, kind="stable")[:k]
    return order, now[order]


@wrong("rerank", "the place in the list of candidates counts")
def before(scores, categories, penalty, k):
    counts, now = {}, []
    for score, category in zip(scores, categories, strict=True):
        now.append(score - penalty * counts.get(category, 0))
        counts[category] = counts.get(category, 0) + 1
    now = np.array(now)
    order = np.argsort(-now, kind="stable")[:k]
    return order, now[order]


@wrong("rerank", "an item is chosen again")
def again(scores, categories, penalty, k):
    kinds, chosen, adjusted = np.array(categories), [], []
    now = scores.copy()
    for _ in range(k):
        best = int(np.argmax(now))
        chosen.append(best)
        adjusted.append(now[best])
        now[kinds == kinds[best]] -= penalty
    return chosen, adjusted


@wrong("rerank", "the later place comes first")
def last_of_equals(scores, categories, penalty, k):
    left, chosen, adjusted = scores.copy(), [], []
    for _ in range(k):
        taken = [sum(categories[i] == c for i in chosen) for c in categories]
        now = left - penalty * np.array(taken)
        best = int(np.flatnonzero(now == now.max())[-1])
        chosen.append(best)
        adjusted.append(now[best])
        left[best] = -np.inf
    return chosen, adjusted


@wrong("rerank", "scores without the penalty")
def raw_scores(scores, categories, penalty, k):
    left, chosen = scores.copy(), []
    for _ in range(k):
        taken = [sum(categories[i] == c for i in chosen) for c in categories]
        chosen.append(int(np.argmax(left - penalty * np.array(taken))))
        left[chosen[-1]] = -np.inf
    return chosen, scores[chosen]
