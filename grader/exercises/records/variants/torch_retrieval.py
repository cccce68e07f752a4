"""Answers that retrieve items, in PyTorch."""

import torch

from grader.judging.variant import right, wrong


@right("retrieval")
def sorted_stably(users, items, seen, k):
    scores = (users @ items.T).masked_fill(seen.bool(), -torch.inf)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    values, order = values[:, :k], order[:, :k]
    gone = values.isinf()
    return order.masked_fill(gone, -1), values.masked_fill(gone, 0)


@right("retrieval")
def user_by_user(users, items, seen, k):
    indices = torch.full((len(users), k), -1)
    found = torch.zeros(len(users), k, dtype=users.dtype)
    for u, user in enumerate(users):
        scores = [float(user @ item) for item in items]
        left = [i for i in range(len(items)) if seen[u, i] == 0]
        left.sort(key=lambda i, scores=scores: -scores[i])
        for place, i in enumerate(left[:k]):
            indices[u, place], found[u, place] = i, scores[i]
    return indices, found


@right("retrieval")
def first_largest_k_times(users, items, seen, k):
    scores = torch.einsum("ud,id->ui", users, items)
    scores = torch.where(seen > 0, -torch.inf, scores)
    indices, values = [], []
    for _ in range(k):
        best = scores.argmax(dim=1)  # the first of several
        value = scores.gather(1, best[:, None])[:, 0]
        gone = value == -torch.inf
        indices.append(torch.where(gone, -1, best))
        values.append(torch.where(gone, 0, value))
        scores = scores.scatter(1, best[:, None], -torch.inf)
    return torch.stack(indices, dim=1), torch.stack(values, dim=1)


@wrong("retrieval", "seen items are offered again")
def seen_too(users, items, seen, k):
    scores = users @ items.T
    values, order = scores.sort(dim=1, descending=True, stable=True)
    return order[:, :k], values[:, :k]


@wrong("retrieval", "seen items have the score 0")
def times_zero(users, items, seen, k):
    scores = users @ items.T * (1 - seen)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    return order[:, :k], values[:, :k]


@wrong("retrieval", "only seen items are offered")
def mask_turned(users, items, seen, k):
    scores = torch.where(seen > 0, users @ items.T, -torch.inf)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    values, order = values[:, :k], order[:, :k]
    gone = values.isinf()
    return order.masked_fill(gone, -1), values.masked_fill(gone, 0)


@wrong("retrieval", "the larger index comes first")
def flipped(users, items, seen, k):
    scores = torch.where(seen > 0, -torch.inf, users @ items.T)
    values, order = scores.sort(dim=1, stable=True)
    values, order = values.flip(1)[:, :k], order.flip(1)[:, :k]
    gone = values.isinf()
    return order.masked_fill(gone, -1), values.masked_fill(gone, 0)


@wrong("retrieval", "the lowest scores")
def ascending(users, items, seen, k):
    scores = torch.where(seen > 0, torch.inf, users @ items.T)
    values, order = scores.sort(dim=1, stable=True)
    values, order = values[:, :k], order[:, :k]
    gone = values.isinf()
    return order.masked_fill(gone, -1), values.masked_fill(gone, 0)


@wrong("retrieval", "what is not left has an index")
def not_marked(users, items, seen, k):
    scores = torch.where(seen > 0, -torch.inf, users @ items.T)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    return order[:, :k], values[:, :k]


@wrong("retrieval", "what is not left scores -1e9")
def very_low(users, items, seen, k):
    scores = (users @ items.T).masked_fill(seen > 0, -1e9)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    return order[:, :k], values[:, :k]


@wrong("retrieval", "what is not left has a score")
def score_left(users, items, seen, k):
    scores = torch.where(seen > 0, -torch.inf, users @ items.T)
    values, order = scores.sort(dim=1, descending=True, stable=True)
    values, order = values[:, :k], order[:, :k]
    return order.masked_fill(values.isinf(), -1), values
