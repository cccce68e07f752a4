"""Answers about layers that change in evaluation, in PyTorch."""

import torch

from grader.judging.variant import right, wrong

# The given cell above the exercise who_changes.


def torch_zoo(d):
    F, nn = torch.nn.functional, torch.nn
    norm = nn.BatchNorm1d(d, 1e-3).eval()
    bare = nn.BatchNorm1d(d, 1e-3, track_running_stats=False).eval()
    hidden = [nn.Dropout(0.5)]  # eval() misses a list
    return {
        "a": torch.tanh,
        "b": nn.Dropout(0.5).eval(),
        "c": F.dropout,
        "d": hidden[0],
        "e": lambda x: x + 0.1 * torch.randn_like(x),
        "f": norm,
        "g": bare,
        "h": lambda x: torch.softmax(x, dim=0),
        "i": F.normalize,
        "j": lambda x: 0.2 * len(x) * x,
    }


@right("who_changes")
def layer_by_layer(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(not torch.equal(y, zoo[kind](x)))
        mixing.append(
            not random[-1] and bool((zoo[kind](x[:4]) - y[:4]).abs().max() > 1e-3)
        )
        x = x if random[-1] else y
    return random, mixing


@right("who_changes")
def in_two_passes(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    # Random first, each on a batch of its own.
    random = [int(not torch.equal(zoo[kind](x), zoo[kind](x))) for kind in kinds]
    mixing = []
    for kind, changes in zip(kinds, random, strict=True):
        if changes:
            mixing.append(0)
            continue
        mixing.append(
            int(bool((zoo[kind](x[:4]) - zoo[kind](x)[:4]).abs().max() > 1e-3))
        )
        x = zoo[kind](x)
    return random, mixing


@right("who_changes")
def many_calls_in_numbers(kinds):
    zoo = torch_zoo(6)
    x = torch.randn(8, 6)
    found = []
    for kind in kinds:
        calls = [zoo[kind](x).detach().numpy() for _ in range(5)]
        if any((call != calls[0]).any() for call in calls):
            found.append((1, 0))
            continue
        few = zoo[kind](x[:4]).detach().numpy()
        found.append((0, int(abs(few - calls[0][:4]).max() > 1e-3)))
        x = zoo[kind](x)
    random, mixing = zip(*found, strict=True)
    return list(random), list(mixing)


@wrong("who_changes", "everything after the first random layer")
def two_runs(kinds):
    zoo = torch_zoo(6)
    x = again = torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        few = zoo[kind](x[:4])
        x, again = zoo[kind](x), zoo[kind](again)
        random.append(not torch.equal(x, again))
        mixing.append(not random[-1] and bool((few - x[:4]).abs().max() > 1e-3))
    return random, mixing


@wrong("who_changes", "everything after the first mixing layer")
def four_rows_apart(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    few = x[:4]
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(not torch.equal(y, zoo[kind](x)))
        if random[-1]:
            mixing.append(False)
            continue
        x, few = y, zoo[kind](few)
        mixing.append(bool((few - x[:4]).abs().max() > 1e-3) or any(mixing))
    return random, mixing


@wrong("who_changes", "random layers count as mixing")
def both_tests(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(not torch.equal(y, zoo[kind](x)))
        mixing.append(bool((zoo[kind](x[:4]) - y[:4]).abs().max() > 1e-3))
        x = x if random[-1] else y
    return random, mixing


@wrong("who_changes", "mixing layers count as random")
def rows_instead_of_calls(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        changes = not torch.equal(y, zoo[kind](x))
        random.append(bool((y[:4] - zoo[kind](x[:4])).abs().max() > 1e-3))
        mixing.append(random[-1] and not changes)
        x = x if changes else y
    return random, mixing


@wrong("who_changes", "nothing is random")
def same_seed(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        outputs = []
        for _ in range(2):
            torch.manual_seed(0)
            outputs.append(zoo[kind](x))
        random.append(not torch.equal(outputs[0], outputs[1]))
        changes = not torch.equal(zoo[kind](x), zoo[kind](x))
        mixing.append(
            not changes and bool((zoo[kind](x[:4]) - outputs[0][:4]).abs().max() > 1e-3)
        )
        x = x if changes else outputs[0]
    return random, mixing


@wrong("who_changes", "the first random layer alone")
def first_that_changes(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        changes = not torch.equal(y, zoo[kind](x))
        random.append(changes and not any(random))
        mixing.append(
            not changes and bool((zoo[kind](x[:4]) - y[:4]).abs().max() > 1e-3)
        )
        x = x if changes else y
    return random, mixing


@wrong("who_changes", "the first mixing layer alone")
def first_that_mixes(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(not torch.equal(y, zoo[kind](x)))
        mixes = not random[-1] and bool((zoo[kind](x[:4]) - y[:4]).abs().max() > 1e-3)
        mixing.append(mixes and not any(mixing))
        x = x if random[-1] else y
    return random, mixing


@wrong("who_changes", "each dropout is blamed")
def by_its_name(kinds):
    return [kind in "bcde" for kind in kinds], [kind in "ghj" for kind in kinds]


@wrong("who_changes", "each batch norm is blamed")
def norm_by_its_name(kinds):
    return [kind in "cde" for kind in kinds], [kind in "fghj" for kind in kinds]


@wrong("who_changes", "random and mixing are exchanged")
def mixing_first(kinds):
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y = zoo[kind](x)
        random.append(not torch.equal(y, zoo[kind](x)))
        mixing.append(
            not random[-1] and bool((zoo[kind](x[:4]) - y[:4]).abs().max() > 1e-3)
        )
        x = x if random[-1] else y
    return mixing, random
