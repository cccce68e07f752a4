"""Which graphs of a loop are still in memory, batch by batch."""

from collections.abc import Callable, Sequence

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Lines = list[list[str]]
Levels = tuple[np.ndarray, np.ndarray]

ADD, ADD_NUMBER, ADD_DETACHED = (
    "total += loss",
    "total += loss.item()",
    "total += loss.detach()",
)
APPEND, APPEND_NUMBER = "losses.append(loss)", "losses.append(loss.item())"
BACKWARD, DELETE = "loss.backward()", "del loss"
# What each case has, and what it may have besides.
ALWAYS = (
    [ADD],
    [APPEND],
    [ADD, DELETE],
    [ADD_NUMBER, DELETE],
    [BACKWARD, ADD_NUMBER],
)
HELD_AND_FREED = ([ADD, BACKWARD], [APPEND, BACKWARD], [BACKWARD, APPEND])
NUMBERS = ([ADD_NUMBER], [ADD_DETACHED], [APPEND_NUMBER])
OTHERS = ([APPEND, ADD], [ADD_DETACHED, BACKWARD], [APPEND, DELETE])


def _draw(rng: np.random.Generator) -> Case:
    kinds = [*ALWAYS, *(_one(rng, some) for some in (HELD_AND_FREED, NUMBERS))]
    kinds += [_one(rng, OTHERS)] * int(rng.integers(2))
    lines = [list(kinds[n]) for n in rng.permutation(len(kinds))]
    kept = rng.choice(np.arange(100, 1000), size=len(lines), replace=False)
    return {"kept": kept.tolist(), "lines": lines}


def _one(rng: np.random.Generator, kinds: Sequence[list[str]]) -> list[str]:
    return kinds[int(rng.integers(len(kinds)))]


def _reference(kept: list[int], lines: Lines) -> Levels:
    """(during, after), bytes for each batch: with its forward pass done, and its lines.

    What a graph has saved is freed by its own backward pass, or when no name reaches
    the graph any more: PyTorch's notes, "Autograd mechanics".
    """
    return _levels(kept, lines)


def _levels(kept: list[int], lines: Lines) -> Levels:
    left, held, named = list(kept), set[int](), set[int]()
    during, after = [], []
    for batch, found in enumerate(lines):
        # The name loss is assigned when the forward pass is done.
        during.append(sum(left[graph] for graph in held | named) + kept[batch])
        if ADD in found or APPEND in found:
            held.add(batch)
        if BACKWARD in found:
            left[batch] = 0
        named = set() if DELETE in found else {batch}
        after.append(sum(left[graph] for graph in held | named))
    return np.array(during), np.array(after)


def _as_if(rewrite: Callable[[list[str]], list[str]]) -> Compute:
    """The levels, had each batch had other lines."""
    return lambda kept, lines: _levels(kept, [rewrite(found) for found in lines])


def _replaced(others: dict[str, list[str]]) -> Compute:
    """The levels, had some lines been others."""
    return _as_if(
        lambda found: [new for line in found for new in others.get(line, [line])]
    )


def _freed_early(kept: list[int], lines: Lines) -> Levels:
    during, _ = _levels(kept, [[*found, DELETE] for found in lines])
    return during, _levels(kept, lines)[1]


def _last_of_total(kept: list[int], lines: Lines) -> Levels:
    after = []
    for end in range(1, len(kept) + 1):
        sums = [n for n in range(end) if any("total" in line for line in lines[n])]
        others = [
            [line for line in found if line != ADD or batch == sums[-1]]
            for batch, found in enumerate(lines[:end])
        ]
        after.append(_levels(kept[:end], others)[1][-1])
    return np.add(kept, [0, *after[:-1]]), np.array(after)


def _newest(kept: list[int], lines: Lines) -> Levels:
    after = [
        _levels([size], [found])[1][0] for size, found in zip(kept, lines, strict=True)
    ]
    return np.array(kept), np.array(after)


_MISTAKES = (
    Mistake(
        "numbers hold graphs",
        "In your account loss.item() and loss.detach() keep the graph alive. The first "
        "gives a Python number, the second a tensor without a graph.",
        "What does total refer to after `total += loss.item()`?",
        compute=_replaced(
            {ADD_NUMBER: [ADD], ADD_DETACHED: [ADD], APPEND_NUMBER: [APPEND]}
        ),
    ),
    Mistake(
        "the name loss holds nothing",
        "At the end of a batch you let its graph go if neither total nor losses refers "
        "to it. The name loss still does.",
        "Which names refer to the graph of a batch after `total += loss.item()`?",
        compute=_as_if(lambda found: [*found, DELETE]),
    ),
    Mistake(
        "the last graph goes before the next forward pass",
        "Your second list is right. In the first, the last batch's graph is gone when "
        "the next forward pass runs. The name loss gets its new value only after it.",
        "In `loss = net(x).mean()`, what happens first: the right side or the name?",
        compute=_freed_early,
    ),
    Mistake(
        "backward frees nothing",
        "In your account loss.backward() leaves in memory what the forward pass kept.",
        "Why does a second loss.backward() raise an error?",
        compute=_replaced({BACKWARD: []}),
    ),
    Mistake(
        "backward frees only what no other name holds",
        "A graph that total or losses refers to stays whole in your account, although "
        "its backward pass has run. The nodes stay, and what they had saved goes.",
        "What does backward free: the names, or the saved tensors?",
        compute=_replaced({BACKWARD: [DELETE]}),
    ),
    Mistake(
        "total holds its last graph alone",
        "In your account each `total += ...` lets the graph that total held before go. "
        "The sum is made of the old total and the new loss, and needs both.",
        "Which graphs does total.backward() have to walk after three batches?",
        compute=_last_of_total,
    ),
    Mistake(
        "a list holds nothing",
        "In your account losses.append(loss) keeps no graph alive.",
        "Could you still call losses[0].backward() after the loop?",
        compute=_replaced({APPEND: []}),
    ),
    Mistake(
        "del frees the graph",
        "In your account `del loss` frees the graph even if total refers to it. It "
        "removes a name, and the graph goes with the last one.",
        "After `total += loss`, how many names reach the graph?",
        compute=_replaced({DELETE: [BACKWARD]}),
    ),
    Mistake(
        "del is overlooked",
        "In your account the name loss holds its graph after `del loss` too.",
        "Which lines does your code look for?",
        compute=_replaced({DELETE: []}),
    ),
    Mistake(
        "the newest batch alone",
        "You count what the batch itself keeps, and leave out earlier batches that are "
        "still alive.",
        "Add up all batches whose graphs some name still reaches.",
        compute=_newest,
    ),
    Mistake(
        "during and after are exchanged",
        "Both lists are right, in the wrong order.",
        "Read again which list comes first.",
        compute=lambda kept, lines: _levels(kept, lines)[::-1],
    ),
)


LEAK = Exercise(
    id="debugging.leak",
    title="What a loop keeps alive",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("during", "after"),
    mistakes=_MISTAKES,
    hints=(
        "Keep a record of which batches' graphs some name reaches: the name loss "
        "reaches one or none, total and losses reach more and more. And keep one of "
        "what is left of each graph.",
        "A set of batches that total or losses reach, and one that loss reaches; | is "
        "the union of two sets; `in` asks whether a text is in a list; a copy of kept "
        "in which backward puts a 0.",
        "left = a copy of kept; two empty sets\n"
        "for each batch:\n"
        "    during: what is left of all graphs in both sets, plus this batch's bytes\n"
        "    put the batch into the first set, if a line does so\n"
        "    left is 0 for this batch, if its backward pass runs\n"
        "    loss reaches this batch, or nothing\n"
        "    after: what is left of all graphs in both sets",
    ),
    per_step=True,
)
