"""Which calls an exported model accepts, by its signature."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Signature = list[list[Any]]  # for each input: its dtype, and its sizes or names of them
Call = list[list[Any]]  # for each input: its dtype, and its sizes
Limits = list[list[Any]]  # name, smallest, largest
Rule = Callable[[Signature, Limits, Call], bool]

NO_LIMIT = -1


def _draw(rng: np.random.Generator) -> Case:
    fixed, features = rng.choice([3, 4, 5, 6], size=2, replace=False).tolist()
    inputs: Signature = [
        ["int64", ["batch", "length"]],
        ["float32", ["batch", fixed, features]],
        ["float32", ["length", "length"]],
    ]
    few, short = rng.integers(3, 6, size=2).tolist()
    long = short + int(rng.integers(4, 9))
    dims: Limits = [["batch", few, NO_LIMIT], ["length", short, long]]
    calls = [*_kept(rng, inputs, dims), *_broken(rng, inputs, dims)]
    order = rng.permutation(len(inputs))
    return {
        "inputs": [inputs[i] for i in order],
        "dims": [dims[i] for i in rng.permutation(2)],
        "calls": [
            [calls[n][i] for i in order] for n in rng.permutation(len(calls)).tolist()
        ],
    }


def _call(inputs: Signature, **sizes: int) -> Call:
    return [[dtype, [sizes.get(d, d) for d in dims]] for dtype, dims in inputs]


def _kept(rng: np.random.Generator, inputs: Signature, dims: Limits) -> Iterator[Call]:
    """Calls that keep every rule, at each limit too."""
    (_, few, _), (_, short, long) = dims
    for batch, length in (
        (few + int(rng.integers(1, 9)), short + 1),
        (few, long - 1),
        (int(rng.integers(500, 900)), short + 2),
        (few + 1, short),
        (few + 2, long),
    ):
        yield _call(inputs, batch=batch, length=length)


def _broken(
    rng: np.random.Generator, inputs: Signature, dims: Limits
) -> Iterator[Call]:
    """Calls that break one rule each."""
    (_, few, _), (_, short, long) = dims
    yield _call(inputs, batch=few - 1, length=short + 1)
    yield _call(inputs, batch=few + 1, length=short - 1)
    yield _call(inputs, batch=few + 1, length=long + 1)
    for breaking in (_other_dtype, _axis_more, _one_row, _two_batches, _not_square):
        batch, length = (
            few + int(rng.integers(1, 5)),
            int(rng.integers(short + 1, long)),
        )
        yield breaking(_call(inputs, batch=batch, length=length))


def _other_dtype(call: Call) -> Call:
    (_, sizes), *others = call
    return [["int32", sizes], *others]


def _axis_more(call: Call) -> Call:
    one, (dtype, sizes), other = call
    return [one, [dtype, [*sizes, 1]], other]


def _one_row(call: Call) -> Call:
    """A fixed size is 1, which an operation would broadcast."""
    one, (dtype, (batch, _, features)), other = call
    return [one, [dtype, [batch, 1, features]], other]


def _two_batches(call: Call) -> Call:
    one, (dtype, (batch, *sizes)), other = call
    return [one, [dtype, [batch + 1, *sizes]], other]


def _not_square(call: Call) -> Call:
    """One of the two sizes is that of the other input, and both are allowed."""
    *others, (dtype, (length, _)) = call
    return [*others, [dtype, [length, length + 1]]]


def _same_dtypes(inputs: Signature, dims: Limits, call: Call) -> bool:
    return [dtype for dtype, _ in inputs] == [dtype for dtype, _ in call]


def _same_ranks(inputs: Signature, dims: Limits, call: Call) -> bool:
    return [len(sizes) for _, sizes in inputs] == [len(sizes) for _, sizes in call]


def _fixed_sizes(inputs: Signature, dims: Limits, call: Call) -> bool:
    return all(d == size for d, size in _pairs(inputs, call) if isinstance(d, int))


def _at_least(inputs: Signature, dims: Limits, call: Call) -> bool:
    least = {name: low for name, low, _ in dims}
    return all(size >= least.get(d, size) for d, size in _pairs(inputs, call))


def _at_most(inputs: Signature, dims: Limits, call: Call) -> bool:
    most = {name: high for name, _, high in dims if high != NO_LIMIT}
    return all(size <= most.get(d, size) for d, size in _pairs(inputs, call))


def _equal_names(inputs: Signature, dims: Limits, call: Call) -> bool:
    named = {(d, size) for d, size in _pairs(inputs, call) if isinstance(d, str)}
    return len(named) == len({d for d, _ in named})


def _pairs(inputs: Signature, call: Call) -> Iterator[tuple[Any, int]]:
    """Each size of a call with what the signature has in its place."""
    for (_, asked), (_, given) in zip(inputs, call, strict=True):
        yield from zip(asked, given, strict=False)


_RULES: tuple[Rule, ...] = (
    _same_dtypes,
    _same_ranks,
    _fixed_sizes,
    _at_least,
    _at_most,
    _equal_names,
)


def _reference(inputs: Signature, dims: Limits, calls: list[Call]) -> np.ndarray:
    """1 for each call that the signature accepts, else 0; shape (calls,)."""
    return _by(_RULES, inputs, dims, calls)


def _by(
    rules: Sequence[Rule], inputs: Signature, dims: Limits, calls: list[Call]
) -> np.ndarray:
    return np.array([all(rule(inputs, dims, call) for rule in rules) for call in calls])


def _without(rule: Rule) -> Callable[..., np.ndarray]:
    return partial(_by, [one for one in _RULES if one is not rule])


def _narrower(
    inputs: Signature, dims: Limits, calls: list[Call], low: int = 0, high: int = 0
) -> np.ndarray:
    """As if each dimension began or ended earlier than it does."""
    other = [
        [name, least + low, most if most == NO_LIMIT else most - high]
        for name, least, most in dims
    ]
    return _reference(inputs, other, calls)


def _equal_within_inputs(
    inputs: Signature, dims: Limits, calls: list[Call]
) -> np.ndarray:
    def rule(inputs: Signature, dims: Limits, call: Call) -> bool:
        pairs = zip(inputs, call, strict=True)
        return all(_equal_names([one], dims, [other]) for one, other in pairs)

    return _by([*_RULES[:-1], rule], inputs, dims, calls)


_MISTAKES = (
    Mistake(
        "the dtype is not looked at",
        "You accept a call whose sizes fit and whose dtype is another one.",
        "What else does a signature say of an input besides its sizes?",
        compute=_without(_same_dtypes),
    ),
    Mistake(
        "the number of axes is not looked at",
        "You accept a call in which one input has an axis more than the signature. "
        "`zip` stops at the shorter of two lists, without a word.",
        "Compare the two lengths before you compare the sizes.",
        compute=_without(_same_ranks),
    ),
    Mistake(
        "fixed sizes are not looked at",
        "You accept a call with another size where the signature has a number.",
        "Which kinds of entries does a list of sizes have, and what does each ask for?",
        compute=_without(_fixed_sizes),
    ),
    Mistake(
        "the smallest size is not looked at",
        "You accept a call that has fewer than a dynamic dimension allows.",
        "Read all three entries of a row of `dims`.",
        compute=_without(_at_least),
    ),
    Mistake(
        "the largest size is not looked at",
        "You accept a call that has more than a dynamic dimension allows.",
        "Read all three entries of a row of `dims`.",
        compute=_without(_at_most),
    ),
    Mistake(
        "one name stands for two sizes",
        "You accept calls in which a name has one size in one place and another size "
        "in another place.",
        "Keep the size that a name has had in this call, and compare the next one "
        "with it.",
        compute=_without(_equal_names),
    ),
    Mistake(
        "a name is compared within one input alone",
        "You refuse a name that has two sizes in one input. In two inputs of a call "
        "it may have two sizes for you.",
        "For how long must the size of a name be remembered?",
        compute=_equal_within_inputs,
    ),
    Mistake(
        "the smallest size is refused",
        "You refuse a call that has exactly the smallest size which is allowed.",
        "With smallest 2, is a batch of 2 accepted?",
        compute=partial(_narrower, low=1),
    ),
    Mistake(
        "the largest size is refused",
        "You refuse a call that has exactly the largest size which is allowed.",
        "With largest 8, is a length of 8 accepted? `range` ends one earlier.",
        compute=partial(_narrower, high=1),
    ),
    Mistake(
        "no limit is read as a number",
        "You refuse every call: the largest size -1 is compared as if it were a size.",
        "What does -1 mean in a row of `dims`?",
        compute=lambda inputs, dims, calls: np.zeros(len(calls)),
    ),
)

ACCEPTED_CALLS = Exercise(
    id="export.accepted_calls",
    title="Which calls an export accepts",
    points=2,
    neutral=True,
    truth_values=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("accepted",),
    mistakes=_MISTAKES,
    hints=(
        "A call is accepted unless one of its inputs breaks a rule. Go through the "
        "rules one by one, and remember in each call which size a name has had.",
        "isinstance(entry, str) tells a name from a number. A new, empty dict for "
        "each call holds the size of each name; sizes.setdefault(name, size) stores "
        "the first one and returns what is stored.",
        "limits = a dict from name to (smallest, largest)\n"
        "for each call:\n"
        "    found = {}                        # name -> size\n"
        "    for each input, with its own entry of the signature:\n"
        "        dtype and number of axes equal?\n"
        "        for each entry with its size:\n"
        "            number: equal?   name: within its limits, and equal to found?",
    ),
)
